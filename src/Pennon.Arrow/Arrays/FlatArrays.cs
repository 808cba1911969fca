using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>Rows without values.</summary>
public sealed class NullArray : ArrowArray
{
    /// <summary>Creates <paramref name="length"/> null rows.</summary>
    public NullArray(int length) : this(length, 0) { }

    internal NullArray(int length, int offset) : base(ArrowType.Null, length, length, offset, ArrowBuffer.Empty) { }

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) => new NullArray(length, offset);

    internal override void VisitBuffers(Action<ArrowBuffer> visit) { }
}

/// <summary>One bit per row.</summary>
public sealed class BooleanArray : ArrowArray
{
    /// <summary>Creates the array over existing buffers and takes over their references; a null count of -1 is unknown.</summary>
    public BooleanArray(int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer bits)
        : base(ArrowType.Boolean, length, nullCount, offset, validity)
    {
        ArrayFactory.RequireBytes(Type, "value", bits.Length, BitUtility.ByteCount(offset + length));
        Bits = bits;
    }

    /// <summary>The values; row i is bit <see cref="ArrowArray.Offset"/> + i.</summary>
    public ArrowBuffer Bits { get; }

    internal override ArrowBuffer MainBuffer => Bits;

    /// <summary>The value of a row; undefined for null rows.</summary>
    public bool GetValue(int index) => BitUtility.Get(Bits.Span, Offset + index);

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new BooleanArray(length, nullCount, offset, Validity.Retain(), Bits.Retain());

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(Bits);
    }
}

/// <summary>
/// Fixed-width numbers: integers, floats, dates, times, timestamps and durations. <typeparamref name="T"/> is the type that is stored.
/// </summary>
public sealed class PrimitiveArray<T> : ArrowArray where T : unmanaged
{
    /// <summary>Creates the array over existing buffers and takes over their references; a null count of -1 is unknown.</summary>
    public PrimitiveArray(ArrowType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer values)
        : base(type, length, nullCount, offset, validity)
    {
        if (type.BitWidth != Unsafe.SizeOf<T>() * 8) throw new ArgumentException($"{typeof(T).Name} does not store values of {type}.", nameof(type));
        ArrayFactory.RequireBytes(type, "value", values.Length, ((long)offset + length) * Unsafe.SizeOf<T>());
        ValueBuffer = values;
    }

    /// <summary>Creates an array without nulls from a copy of the values.</summary>
    public PrimitiveArray(ArrowType type, ReadOnlySpan<T> values) : this(type, values.Length, 0, 0, ArrowBuffer.Empty, ArrowBuffer.Of(values)) { }

    /// <summary>The stored values, unsliced.</summary>
    public ArrowBuffer ValueBuffer { get; }

    internal override ArrowBuffer MainBuffer => ValueBuffer;

    /// <summary>The values of this view; those of null rows are undefined.</summary>
    public ReadOnlySpan<T> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ValueBuffer.As<T>().Slice(Offset, Length);
    }

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new PrimitiveArray<T>(Type, length, nullCount, offset, Validity.Retain(), ValueBuffer.Retain());

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(ValueBuffer);
    }
}

/// <summary>Values of one byte width: fixed-size binary and decimals (little-endian two's complement).</summary>
public sealed class FixedSizeBinaryArray : ArrowArray
{
    /// <summary>Creates the array over existing buffers and takes over their references; a null count of -1 is unknown.</summary>
    public FixedSizeBinaryArray(ArrowType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer values)
        : base(type, length, nullCount, offset, validity)
    {
        if (type.Id is not (ArrowTypeId.FixedSizeBinary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256))
            throw new ArgumentException($"{type} is not a fixed-size binary or decimal type.", nameof(type));
        ByteWidth = type.BitWidth / 8;
        ArrayFactory.RequireBytes(type, "value", values.Length, ((long)offset + length) * ByteWidth);
        ValueBuffer = values;
    }

    /// <summary>Bytes per value.</summary>
    public int ByteWidth { get; }

    /// <summary>The stored values, unsliced.</summary>
    public ArrowBuffer ValueBuffer { get; }

    internal override ArrowBuffer MainBuffer => ValueBuffer;

    /// <summary>The bytes of this view's values, one after the other.</summary>
    public ReadOnlySpan<byte> Values => ValueBuffer.Span.Slice(Offset * ByteWidth, Length * ByteWidth);

    /// <summary>The bytes of a row; undefined for null rows.</summary>
    public ReadOnlySpan<byte> GetBytes(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length);
        return ValueBuffer.Span.Slice((Offset + index) * ByteWidth, ByteWidth);
    }

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new FixedSizeBinaryArray(Type, length, nullCount, offset, Validity.Retain(), ValueBuffer.Retain());

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(ValueBuffer);
    }
}
