using Pennon.Arrow;

namespace Pennon.Lance;

/// <summary>A change of one column, or of a field inside structs.</summary>
/// <param name="Path">The column's name, or a dotted path into structs.</param>
public sealed record LanceColumnAlteration(string Path)
{
    /// <summary>The new name, of the last part of the path; null keeps it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the column may hold nulls; null keeps it as it is. Making it not null fails if it holds one.</summary>
    public bool? Nullable { get; init; }

    /// <summary>The new type; null keeps it. Every value must fit it. Only top-level columns can change their type.</summary>
    public ArrowType? Type { get; init; }
}

/// <summary>Changes of the configuration and of metadata. In each map a null value removes the key; keys that are not named stay.</summary>
public sealed record LanceConfigChanges
{
    /// <summary>The table's configuration, which its readers and writers act on.</summary>
    public IReadOnlyDictionary<string, string?>? Config { get; init; }

    /// <summary>Free entries kept with the table.</summary>
    public IReadOnlyDictionary<string, string?>? TableMetadata { get; init; }

    /// <summary>The metadata of the Arrow schema.</summary>
    public IReadOnlyDictionary<string, string?>? SchemaMetadata { get; init; }

    /// <summary>The metadata of columns, by name or dotted path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>? FieldMetadata { get; init; }

    /// <summary>Whether each map given replaces what is there instead of adding to it.</summary>
    public bool Replace { get; init; }
}
