namespace Pennon.Cypher.Binding;

/// <summary>The names that can be used at a point of the query, in the order in which they came. Never changed: clauses make new scopes.</summary>
internal sealed class Scope
{
    readonly List<string> _order;
    readonly Dictionary<string, BoundVariable> _variables;

    public static Scope Empty { get; } = new([], []);

    Scope(List<string> order, Dictionary<string, BoundVariable> variables)
    {
        _order = order;
        _variables = variables;
    }

    public IReadOnlyList<string> Names => _order;

    public IEnumerable<BoundVariable> Variables => _order.Select(name => _variables[name]).Distinct();

    public BoundVariable this[string name] => _variables[name];

    public bool TryGet(string name, out BoundVariable variable) => _variables.TryGetValue(name, out variable!);

    /// <summary>This scope with a name added, or given another meaning.</summary>
    public Scope With(string name, BoundVariable variable)
    {
        var order = new List<string>(_order);
        if (!_variables.ContainsKey(name))
        {
            order.Add(name);
        }
        return new Scope(order, new Dictionary<string, BoundVariable>(_variables, StringComparer.Ordinal) { [name] = variable });
    }
}
