namespace Pennon.Graph;

/// <summary>The edges of one type in one snapshot, in one part per pair of node tables that they join. Immutable and safe to share.</summary>
public sealed class EdgeType
{
    internal EdgeType(int index, string name, IReadOnlyList<PropertyInfo> properties)
    {
        Index = index;
        Name = name;
        Properties = properties;
    }

    /// <summary>The type's place in <see cref="GraphSnapshot.EdgeTypes"/>.</summary>
    public int Index { get; }

    /// <summary>The type's name.</summary>
    public string Name { get; }

    /// <summary>One entry per pair of source and target table with edges of this type.</summary>
    public IReadOnlyList<EdgePair> Pairs { get; internal set; } = [];

    /// <summary>The properties of the type's edges, the same for every pair.</summary>
    public IReadOnlyList<PropertyInfo> Properties { get; }

    /// <summary>The number of edges over all pairs.</summary>
    public long EdgeCount => Pairs.Sum(static p => (long)p.EdgeCount);

    /// <summary>The property of a name, or null.</summary>
    public PropertyInfo? FindProperty(string name)
    {
        foreach (var property in Properties)
        {
            if (property.Name == name)
            {
                return property;
            }
        }

        return null;
    }
}
