using System.Collections.Frozen;

namespace Pennon.Cypher.Functions;

/// <summary>Collects functions while the library is built.</summary>
internal sealed class FunctionTable
{
    readonly Dictionary<string, FunctionInfo> _functions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A function that is null when any argument is.</summary>
    public void Add(string name, int min, int max, ScalarFunction body) =>
        _functions.Add(name, new FunctionInfo { Name = name, MinArguments = min, MaxArguments = max, Scalar = body });

    public void Add(string name, int arguments, ScalarFunction body) => Add(name, arguments, arguments, body);

    /// <summary>A function that treats nulls itself.</summary>
    public void AddSeeingNulls(string name, int min, int max, ScalarFunction body) =>
        _functions.Add(name, new FunctionInfo { Name = name, MinArguments = min, MaxArguments = max, NullRule = NullRule.SeesNulls, Scalar = body });

    /// <summary>A function whose result may change from call to call, or that depends on the time or the graph.</summary>
    public void AddVolatile(string name, int min, int max, ScalarFunction body) =>
        _functions.Add(name, new FunctionInfo { Name = name, MinArguments = min, MaxArguments = max, IsDeterministic = false, Scalar = body });

    public void AddAggregate(string name, int arguments, Func<Accumulator> create) =>
        _functions.Add(name, new FunctionInfo { Name = name, MinArguments = arguments, MaxArguments = arguments, NullRule = NullRule.SeesNulls, Aggregate = create });

    /// <summary>Another spelling of a function.</summary>
    public void Alias(string alias, string name) => _functions.Add(alias, _functions[name]);

    public FrozenDictionary<string, FunctionInfo> ToFrozen() => _functions.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
