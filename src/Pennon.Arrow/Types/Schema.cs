namespace Pennon.Arrow;

/// <summary>The ordered fields of a table or batch, with metadata.</summary>
public sealed class Schema : IEquatable<Schema>
{
    readonly Dictionary<string, int> _positions;

    /// <summary>Creates a schema. Duplicate names are allowed; a look-up by name finds the first.</summary>
    public Schema(IReadOnlyList<Field> fields, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Fields = [.. fields];
        Metadata = metadata ?? EmptyMetadata.Instance;
        _positions = new Dictionary<string, int>(Fields.Count, StringComparer.Ordinal);
        for (var i = 0; i < Fields.Count; i++) _positions.TryAdd(Fields[i].Name, i);
    }

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Key and value pairs; never null.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The position of the first field of this exact name, or -1.</summary>
    public int IndexOf(string name) => _positions.GetValueOrDefault(name, -1);

    /// <summary>The first field of this exact name.</summary>
    /// <exception cref="KeyNotFoundException">No field has the name; the message lists those that exist.</exception>
    public Field Field(string name) => IndexOf(name) is >= 0 and var i
        ? Fields[i]
        : throw new KeyNotFoundException($"No column '{name}'; the columns are {string.Join(", ", Fields.Select(f => $"'{f.Name}'"))}.");

    /// <summary>Equality of fields and metadata.</summary>
    public bool Equals(Schema? other) =>
        other is not null && (ReferenceEquals(this, other) || (Fields.SequenceEqual(other.Fields) && EmptyMetadata.SameEntries(Metadata, other.Metadata)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schema);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var field in Fields) hash.Add(field);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Fields);
}
