namespace Pennon.Arrow;

/// <summary>
/// The type of a column. Types are immutable and compare by value; parameterless types are singletons.
/// </summary>
public abstract class ArrowType : IEquatable<ArrowType>
{
    private protected ArrowType(ArrowTypeId id) => Id = id;

    /// <summary>The null type.</summary>
    public static ArrowType Null { get; } = new SimpleType(ArrowTypeId.Null, 0);
    /// <summary>Boolean, one bit per value.</summary>
    public static ArrowType Boolean { get; } = new SimpleType(ArrowTypeId.Boolean, 1);
    /// <summary>Signed 8-bit integer.</summary>
    public static ArrowType Int8 { get; } = new SimpleType(ArrowTypeId.Int8, 8);
    /// <summary>Unsigned 8-bit integer.</summary>
    public static ArrowType UInt8 { get; } = new SimpleType(ArrowTypeId.UInt8, 8);
    /// <summary>Signed 16-bit integer.</summary>
    public static ArrowType Int16 { get; } = new SimpleType(ArrowTypeId.Int16, 16);
    /// <summary>Unsigned 16-bit integer.</summary>
    public static ArrowType UInt16 { get; } = new SimpleType(ArrowTypeId.UInt16, 16);
    /// <summary>Signed 32-bit integer.</summary>
    public static ArrowType Int32 { get; } = new SimpleType(ArrowTypeId.Int32, 32);
    /// <summary>Unsigned 32-bit integer.</summary>
    public static ArrowType UInt32 { get; } = new SimpleType(ArrowTypeId.UInt32, 32);
    /// <summary>Signed 64-bit integer.</summary>
    public static ArrowType Int64 { get; } = new SimpleType(ArrowTypeId.Int64, 64);
    /// <summary>Unsigned 64-bit integer.</summary>
    public static ArrowType UInt64 { get; } = new SimpleType(ArrowTypeId.UInt64, 64);
    /// <summary>IEEE 754 binary16, <see cref="Half"/>.</summary>
    public static ArrowType Float16 { get; } = new SimpleType(ArrowTypeId.Float16, 16);
    /// <summary>IEEE 754 binary32.</summary>
    public static ArrowType Float32 { get; } = new SimpleType(ArrowTypeId.Float32, 32);
    /// <summary>IEEE 754 binary64.</summary>
    public static ArrowType Float64 { get; } = new SimpleType(ArrowTypeId.Float64, 64);
    /// <summary>UTF-8 text with 32-bit offsets.</summary>
    public static ArrowType String { get; } = new SimpleType(ArrowTypeId.String, 0);
    /// <summary>UTF-8 text with 64-bit offsets.</summary>
    public static ArrowType LargeString { get; } = new SimpleType(ArrowTypeId.LargeString, 0);
    /// <summary>Bytes with 32-bit offsets.</summary>
    public static ArrowType Binary { get; } = new SimpleType(ArrowTypeId.Binary, 0);
    /// <summary>Bytes with 64-bit offsets.</summary>
    public static ArrowType LargeBinary { get; } = new SimpleType(ArrowTypeId.LargeBinary, 0);
    /// <summary>Days since 1970-01-01.</summary>
    public static ArrowType Date32 { get; } = new SimpleType(ArrowTypeId.Date32, 32);
    /// <summary>Milliseconds since 1970-01-01.</summary>
    public static ArrowType Date64 { get; } = new SimpleType(ArrowTypeId.Date64, 64);

    /// <summary>The kind of this type.</summary>
    public ArrowTypeId Id { get; }

    /// <summary>Bits of one value in the value buffer; 0 for types without fixed-width values.</summary>
    public abstract int BitWidth { get; }

    /// <summary>Whether values have one fixed width in a single value buffer.</summary>
    public bool IsFixedWidth => BitWidth > 0;

    /// <summary>Whether the type is a signed or unsigned integer of 8 to 64 bits.</summary>
    public bool IsInteger => Id is >= ArrowTypeId.Int8 and <= ArrowTypeId.UInt64;

    /// <summary>Whether the type is a binary floating-point number.</summary>
    public bool IsFloatingPoint => Id is ArrowTypeId.Float16 or ArrowTypeId.Float32 or ArrowTypeId.Float64;

    /// <summary>Whether values are text or bytes of variable length.</summary>
    public bool IsVariableBinary => Id is ArrowTypeId.String or ArrowTypeId.LargeString or ArrowTypeId.Binary or ArrowTypeId.LargeBinary;

    /// <summary>Whether the type has child columns.</summary>
    public bool IsNested => Id is ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.FixedSizeList or ArrowTypeId.Struct or ArrowTypeId.Map;

    /// <inheritdoc/>
    public abstract bool Equals(ArrowType? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => obj is ArrowType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Id;

    /// <summary>Whether two types are equal by value.</summary>
    public static bool operator ==(ArrowType? left, ArrowType? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two types differ.</summary>
    public static bool operator !=(ArrowType? left, ArrowType? right) => !(left == right);

    private sealed class SimpleType(ArrowTypeId id, int bitWidth) : ArrowType(id)
    {
        public override int BitWidth => bitWidth;

        public override bool Equals(ArrowType? other) => other is SimpleType simple && simple.Id == Id;

        public override string ToString() => Id.ToString().ToLowerInvariant();
    }
}
