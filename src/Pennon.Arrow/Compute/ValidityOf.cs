using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>The validity of results that are null where any operand is.</summary>
internal static class ValidityOf
{
    /// <summary>A bitmap from bit 0 with the count of nulls, or an empty buffer when nothing is null.</summary>
    public static (ArrowBuffer Validity, int Nulls) One(ArrowArray array, ArrowAllocator allocator) => Both(array, null, allocator);

    /// <summary>The intersection of two arrays' validity; <paramref name="right"/> may be absent.</summary>
    public static (ArrowBuffer Validity, int Nulls) Both(ArrowArray left, ArrowArray? right, ArrowAllocator allocator)
    {
        ArrowArray? a = left.HasNulls ? left : null;
        ArrowArray? b = right is not null && right.HasNulls ? right : null;
        int length = left.Length;
        if (a is null && b is null)
            return (ArrowBuffer.Empty, 0);
        if (a is NullArray || b is NullArray)
            return (allocator.AllocateZeroed(Bits.ByteCount(length)), length);
        ArrowArray first = a ?? b!;
        if (a is null || b is null)
        {
            // Sharing the bitmap costs nothing when it already starts at bit 0.
            if (first.Offset == 0)
                return (first.Validity.Slice(0, Bits.ByteCount(length)).Retain(), first.NullCount);
            ArrowBuffer copy = allocator.Allocate(Bits.ByteCount(length));
            Bits.CopyToStart(first.Validity.Span, first.Offset, copy.MutableSpan, length);
            return (copy, first.NullCount);
        }
        ArrowBuffer both = allocator.Allocate(Bits.ByteCount(length));
        BitAppender appender = new(both.MutableSpan);
        ReadOnlySpan<byte> x = a.Validity.Span;
        ReadOnlySpan<byte> y = b.Validity.Span;
        for (int i = 0; i < length; i += 64)
        {
            int step = Math.Min(64, length - i);
            appender.Append(Bits.Load(x, (long)a.Offset + i, step) & Bits.Load(y, (long)b.Offset + i, step), step);
        }
        appender.Flush();
        return (both, length - appender.Ones);
    }
}
