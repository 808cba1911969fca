using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pennon.Arrow;

/// <summary>Text or bytes of variable length: row i is <c>Data[Offsets[i]..Offsets[i + 1]]</c>.</summary>
/// <typeparam name="TOffset"><see cref="int"/> or, for the large types, <see cref="long"/>.</typeparam>
public abstract class VariableBinaryArray<TOffset> : ArrowArray where TOffset : unmanaged, IBinaryInteger<TOffset>
{
    private protected VariableBinaryArray(ArrowType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowBuffer data)
        : base(type, length, nullCount, offset, validity)
    {
        OffsetBuffer = offsets;
        DataBuffer = data;
        if (length == 0 && offsets.IsEmpty) return;
        ArrayFactory.RequireBytes(type, "offset", offsets.Length, ((long)offset + length + 1) * Unsafe.SizeOf<TOffset>());
        var ends = Offsets;
        var (first, last) = (long.CreateChecked(ends[0]), long.CreateChecked(ends[^1]));
        if (first < 0 || last < first || last > data.Length)
            throw new ArgumentException($"The offsets of an array of {type} run from {first} to {last}, outside its {data.Length} data bytes.");
    }

    /// <summary>The stored offsets, unsliced.</summary>
    public ArrowBuffer OffsetBuffer { get; }

    /// <summary>The stored bytes, unsliced.</summary>
    public ArrowBuffer DataBuffer { get; }

    /// <summary>Length + 1 offsets into <see cref="Data"/>, the first not always zero; empty for an array without rows and buffers.</summary>
    public ReadOnlySpan<TOffset> Offsets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => OffsetBuffer.IsEmpty ? default : OffsetBuffer.As<TOffset>().Slice(Offset, Length + 1);
    }

    internal override ArrowBuffer MainBuffer => OffsetBuffer;

    /// <summary>All stored bytes; offsets index into this span.</summary>
    public ReadOnlySpan<byte> Data => DataBuffer.Span;

    /// <summary>The bytes of a row; empty or undefined for null rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetBytes(int index)
    {
        var offsets = Offsets;
        var start = int.CreateTruncating(offsets[index]);
        return DataBuffer.Span.Slice(start, int.CreateTruncating(offsets[index + 1]) - start);
    }

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(OffsetBuffer);
        visit(DataBuffer);
    }
}

/// <summary>UTF-8 text with 32-bit offsets.</summary>
public sealed class StringArray(int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowBuffer data)
    : VariableBinaryArray<int>(ArrowType.String, length, nullCount, offset, validity, offsets, data)
{
    /// <summary>The text of a row, or null.</summary>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(GetBytes(index));

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new StringArray(length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), DataBuffer.Retain());
}

/// <summary>Bytes with 32-bit offsets.</summary>
public sealed class BinaryArray(int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowBuffer data)
    : VariableBinaryArray<int>(ArrowType.Binary, length, nullCount, offset, validity, offsets, data)
{
    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new BinaryArray(length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), DataBuffer.Retain());
}

/// <summary>UTF-8 text with 64-bit offsets; the data of one array is still at most 2 GiB.</summary>
public sealed class LargeStringArray(int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowBuffer data)
    : VariableBinaryArray<long>(ArrowType.LargeString, length, nullCount, offset, validity, offsets, data)
{
    /// <summary>The text of a row, or null.</summary>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(GetBytes(index));

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new LargeStringArray(length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), DataBuffer.Retain());
}

/// <summary>Bytes with 64-bit offsets; the data of one array is still at most 2 GiB.</summary>
public sealed class LargeBinaryArray(int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowBuffer data)
    : VariableBinaryArray<long>(ArrowType.LargeBinary, length, nullCount, offset, validity, offsets, data)
{
    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new LargeBinaryArray(length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), DataBuffer.Retain());
}
