namespace Pennon.Cypher.Execution.Vectors;

/// <summary>
/// What a column or an expression holds, as far as it is known before a row is seen. The kinds up to <see cref="Relationship"/> have a
/// vector class of their own; the others travel as <see cref="ValueVector"/>. Every kind includes null.
/// </summary>
internal enum ValueKind : byte
{
    Any,
    Boolean,
    Int64,
    Float64,
    String,
    Node,
    Relationship,
    Path,
    List,
    Map,
}

internal static class ValueKinds
{
    /// <summary>The kind that covers both: the same one, or <see cref="ValueKind.Any"/>.</summary>
    public static ValueKind Join(ValueKind left, ValueKind right) => left == right ? left : ValueKind.Any;

    public static bool IsNumber(this ValueKind kind) => kind is ValueKind.Int64 or ValueKind.Float64;

    /// <summary>True when rows of this kind are kept as tagged values.</summary>
    public static bool IsTagged(this ValueKind kind) => kind is ValueKind.Any or > ValueKind.Relationship;
}
