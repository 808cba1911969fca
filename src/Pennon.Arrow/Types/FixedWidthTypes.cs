namespace Pennon.Arrow;

/// <summary>Bytes of one fixed width.</summary>
public sealed class FixedSizeBinaryType : ArrowType
{
    /// <summary>Creates the type for values of <paramref name="byteWidth"/> bytes (0 or more).</summary>
    public FixedSizeBinaryType(int byteWidth) : base(ArrowTypeId.FixedSizeBinary)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteWidth, int.MaxValue / 8);
        ByteWidth = byteWidth;
    }

    /// <summary>Bytes per value.</summary>
    public int ByteWidth { get; }

    /// <inheritdoc/>
    public override int BitWidth => ByteWidth * 8;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is FixedSizeBinaryType t && t.ByteWidth == ByteWidth;

    /// <inheritdoc/>
    public override string ToString() => $"fixed_size_binary[{ByteWidth}]";
}

/// <summary>A decimal number: an integer of 128 bits in two's complement, times 10^-scale.</summary>
public sealed class Decimal128Type : ArrowType
{
    /// <summary>Creates the type; precision is 1 to 38 digits.</summary>
    public Decimal128Type(int precision, int scale) : base(ArrowTypeId.Decimal128)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 38);
        (Precision, Scale) = (precision, scale);
    }

    /// <summary>Digits in all, 1 to 38.</summary>
    public int Precision { get; }

    /// <summary>Digits after the decimal point; may be negative.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public override int BitWidth => 128;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is Decimal128Type t && t.Precision == Precision && t.Scale == Scale;

    /// <inheritdoc/>
    public override string ToString() => $"decimal128({Precision}, {Scale})";
}

/// <summary>A decimal number: an integer of 256 bits in two's complement, times 10^-scale.</summary>
public sealed class Decimal256Type : ArrowType
{
    /// <summary>Creates the type; precision is 1 to 76 digits.</summary>
    public Decimal256Type(int precision, int scale) : base(ArrowTypeId.Decimal256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 76);
        (Precision, Scale) = (precision, scale);
    }

    /// <summary>Digits in all, 1 to 76.</summary>
    public int Precision { get; }

    /// <summary>Digits after the decimal point; may be negative.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public override int BitWidth => 256;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is Decimal256Type t && t.Precision == Precision && t.Scale == Scale;

    /// <inheritdoc/>
    public override string ToString() => $"decimal256({Precision}, {Scale})";
}
