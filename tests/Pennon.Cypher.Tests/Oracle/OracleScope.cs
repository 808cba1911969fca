using Pennon.Cypher.Functions;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>The variables of one row; a new scope is made for every change.</summary>
sealed class OracleScope
{
    readonly Dictionary<string, CypherValue> _variables;

    OracleScope(Dictionary<string, CypherValue> variables)
    {
        _variables = variables;
    }

    public static OracleScope Empty { get; } = new([]);

    public IReadOnlyDictionary<string, CypherValue> Variables => _variables;

    public bool Has(string name) => _variables.ContainsKey(name);

    public CypherValue this[string name] => _variables.TryGetValue(name, out var value)
        ? value
        : throw new CypherRuntimeException($"The variable {name} is not defined.", "UndefinedVariable");

    public OracleScope With(string name, CypherValue value) => new(new Dictionary<string, CypherValue>(_variables) { [name] = value });

    public OracleScope With(IEnumerable<KeyValuePair<string, CypherValue>> values)
    {
        var variables = new Dictionary<string, CypherValue>(_variables);
        foreach (var (name, value) in values)
        {
            variables[name] = value;
        }
        return new OracleScope(variables);
    }
}

/// <summary>What an evaluation may use besides the row: graph, parameters, functions' context, and values of whole expressions worked out before.</summary>
sealed record OracleContext(OracleGraph Graph, IReadOnlyDictionary<string, CypherValue> Parameters, FunctionContext Functions)
{
    /// <summary>Values that stand for whole expressions: aggregates of the group, and columns for ORDER BY.</summary>
    public IReadOnlyDictionary<Expression, CypherValue>? Known { get; init; }
}
