namespace Pennon.Arrow;

/// <summary>A named, typed column of a schema or a nested type.</summary>
/// <param name="name">Exact, case-sensitive name; may be empty.</param>
/// <param name="type">The column's type.</param>
/// <param name="nullable">Whether values may be null.</param>
/// <param name="metadata">Free key and value pairs; extension types use <c>ARROW:extension:name</c>.</param>
public sealed class Field(string name, ArrowType type, bool nullable = true, IReadOnlyDictionary<string, string>? metadata = null) : IEquatable<Field>
{
    /// <summary>The metadata key that holds an extension type's name.</summary>
    public const string ExtensionNameKey = "ARROW:extension:name";

    /// <summary>The metadata key that holds an extension type's parameters.</summary>
    public const string ExtensionMetadataKey = "ARROW:extension:metadata";

    /// <summary>Exact, case-sensitive name.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The column's type.</summary>
    public ArrowType Type { get; } = type ?? throw new ArgumentNullException(nameof(type));

    /// <summary>Whether values may be null.</summary>
    public bool Nullable { get; } = nullable;

    /// <summary>Key and value pairs; never null.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? EmptyMetadata.Instance;

    /// <summary>The extension type's name, or null for plain Arrow types.</summary>
    public string? ExtensionName => Metadata.GetValueOrDefault(ExtensionNameKey);

    /// <summary>The same field under another name.</summary>
    public Field WithName(string name) => new(name, Type, Nullable, Metadata);

    /// <summary>The same field with another type.</summary>
    public Field WithType(ArrowType type) => new(Name, type, Nullable, Metadata);

    /// <summary>Equality by name, type, nullability and metadata.</summary>
    public bool Equals(Field? other) =>
        other is not null && other.Name == Name && other.Nullable == Nullable && other.Type == Type && EmptyMetadata.SameEntries(Metadata, other.Metadata);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Field);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type.Id, Nullable);

    /// <inheritdoc/>
    public override string ToString() => Nullable ? $"{Name}: {Type}" : $"{Name}: {Type} not null";
}
