using Pennon.Cypher.Execution.Vectors;
using Pennon.Graph;

namespace Pennon.Cypher.Binding;

/// <summary>
/// A name that has been given a meaning and a column. Two names of one scope may share a variable (<c>WITH a AS b</c>); a variable is
/// never reassigned, so its slot alone identifies it.
/// </summary>
internal sealed class BoundVariable(string name, int slot, ValueKind kind)
{
    public string Name => name;

    public int Slot => slot;

    public ValueKind Kind => kind;

    /// <summary>For a node: the tables it can be in.</summary>
    public NodeTable[] Tables { get; init; } = [];

    /// <summary>For a relationship: the ordinals of the edge pairs it can be in.</summary>
    public int[] Pairs { get; init; } = [];

    /// <summary>For a path: the pattern it runs along. A path column is made only where the path itself is wanted.</summary>
    public PathShape? Path { get; init; }

    /// <summary>For a list of relationships of one variable-length pattern: the column of its lengths.</summary>
    public BoundVariable? Hops { get; init; }

    /// <summary>False only when no row can hold null.</summary>
    public bool Nullable { get; init; } = true;

    public override string ToString() => name;
}

/// <summary>Nodes and relationships of a named path in the order walked; a relationship is a single one or a list with its length.</summary>
internal sealed class PathShape(BoundVariable[] nodes, BoundVariable[] relationships)
{
    public BoundVariable[] Nodes => nodes;

    public BoundVariable[] Relationships => relationships;
}
