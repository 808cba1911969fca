using System.Buffers.Binary;
using System.Numerics;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>A stretch of row ids in one of its stored forms; it is never expanded as a whole.</summary>
abstract class RowIdSegment(long count)
{
    /// <summary>How many ids the segment holds.</summary>
    public long Count { get; } = count;

    /// <summary>Gives the ids from a position on.</summary>
    public abstract void Fill(long position, Span<ulong> ids);

    /// <summary>Whether each id is one more than the one before it, which callers use to skip looking at single ids.</summary>
    public virtual bool IsConsecutive => false;

    /// <summary>Builds a segment from its message.</summary>
    /// <exception cref="LanceFormatException">The message contradicts itself.</exception>
    public static RowIdSegment Read(U64Segment message, string file)
    {
        switch (message.SegmentCase)
        {
            case U64Segment.SegmentOneofCase.Range:
                return new Consecutive(message.Range.Start, Length(message.Range.Start, message.Range.End, file));
            case U64Segment.SegmentOneofCase.RangeWithHoles:
                var holed = message.RangeWithHoles;
                var holes = Values(holed.Holes, file);
                for (var i = 0; i < holes.Length; i++)
                {
                    if (holes[i] < holed.Start || holes[i] >= holed.End || (i > 0 && holes[i] <= holes[i - 1]))
                        throw new LanceFormatException("The holes of a row id range are not ascending inside the range", file, -1);
                }
                return new Holes(holed.Start, Length(holed.Start, holed.End, file) - holes.Length, holes);
            case U64Segment.SegmentOneofCase.RangeWithBitmap:
                var mapped = message.RangeWithBitmap;
                return Bits.Read(mapped.Start, Length(mapped.Start, mapped.End, file), mapped.Bitmap.Span, file);
            case U64Segment.SegmentOneofCase.SortedArray:
                return new Listed(Values(message.SortedArray, file));
            case U64Segment.SegmentOneofCase.Array:
                return new Listed(Values(message.Array, file));
            default:
                throw new LanceFormatException("A row id segment has no content", file, -1);
        }
    }

    static long Length(ulong start, ulong end, string file) =>
        end >= start && end - start <= long.MaxValue
            ? (long)(end - start)
            : throw new LanceFormatException($"A row id range runs from {start} to {end}", file, -1);

    static ulong[] Values(EncodedU64Array? message, string file)
    {
        switch (message?.ArrayCase)
        {
            case EncodedU64Array.ArrayOneofCase.U16Array:
                {
                    var bytes = Whole(message.U16Array.Offsets.Span, 2, file);
                    var values = new ulong[bytes.Length / 2];
                    for (var i = 0; i < values.Length; i++)
                        values[i] = Sum(message.U16Array.Base, BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]), file);
                    return values;
                }
            case EncodedU64Array.ArrayOneofCase.U32Array:
                {
                    var bytes = Whole(message.U32Array.Offsets.Span, 4, file);
                    var values = new ulong[bytes.Length / 4];
                    for (var i = 0; i < values.Length; i++)
                        values[i] = Sum(message.U32Array.Base, BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]), file);
                    return values;
                }
            case EncodedU64Array.ArrayOneofCase.U64Array:
                {
                    var bytes = Whole(message.U64Array.Values.Span, 8, file);
                    var values = new ulong[bytes.Length / 8];
                    for (var i = 0; i < values.Length; i++)
                        values[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
                    return values;
                }
            default:
                return [];
        }
    }

    static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> bytes, int width, string file) => bytes.Length % width == 0
        ? bytes
        : throw new LanceFormatException($"A list of row ids has {bytes.Length} bytes, which is no multiple of {width}", file, -1);

    static ulong Sum(ulong start, uint offset, string file) => start <= ulong.MaxValue - offset
        ? start + offset
        : throw new LanceFormatException("A row id does not fit 64 bits", file, -1);

    sealed class Consecutive(ulong start, long count) : RowIdSegment(count)
    {
        public override bool IsConsecutive => true;

        public override void Fill(long position, Span<ulong> ids)
        {
            for (var i = 0; i < ids.Length; i++)
                ids[i] = start + (ulong)(position + i);
        }
    }

    sealed class Listed(ulong[] values) : RowIdSegment(values.Length)
    {
        public override void Fill(long position, Span<ulong> ids) => values.AsSpan((int)position, ids.Length).CopyTo(ids);
    }

    sealed class Holes(ulong start, long count, ulong[] holes) : RowIdSegment(count)
    {
        public override void Fill(long position, Span<ulong> ids)
        {
            // Hole k is preceded by holes[k] - start - k ids; the number of holes before a position follows by bisection.
            int from = 0, to = holes.Length;
            while (from < to)
            {
                var middle = (from + to) >> 1;
                if (holes[middle] - start - (ulong)middle <= (ulong)position)
                    from = middle + 1;
                else
                    to = middle;
            }
            var skipped = from;
            for (var i = 0; i < ids.Length; i++)
            {
                while (skipped < holes.Length && holes[skipped] == start + (ulong)(position + i) + (ulong)skipped)
                    skipped++;
                ids[i] = start + (ulong)(position + i) + (ulong)skipped;
            }
        }
    }

    sealed class Bits : RowIdSegment
    {
        readonly ulong _start;
        readonly ulong[] _words;
        readonly long[] _before;

        Bits(ulong start, ulong[] words, long[] before, long count)
            : base(count)
        {
            _start = start;
            _words = words;
            _before = before;
        }

        public static Bits Read(ulong start, long length, ReadOnlySpan<byte> bitmap, string file)
        {
            if ((length + 7) / 8 > bitmap.Length)
                throw new LanceFormatException($"A row id bitmap of {bitmap.Length} bytes cannot cover {length} ids", file, -1);
            var words = new ulong[(length + 63) / 64];
            for (var i = 0; i < (length + 7) / 8; i++)
                words[i >> 3] |= (ulong)bitmap[i] << (8 * (i & 7));
            if ((length & 63) != 0)
                words[^1] &= (1UL << (int)(length & 63)) - 1;
            var before = new long[words.Length];
            long count = 0;
            for (var i = 0; i < words.Length; i++)
            {
                before[i] = count;
                count += BitOperations.PopCount(words[i]);
            }
            return new Bits(start, words, before, count);
        }

        public override void Fill(long position, Span<ulong> ids)
        {
            if (ids.IsEmpty)
                return;
            var word = Array.BinarySearch(_before, position);
            if (word < 0)
                word = ~word - 1;
            // Several words share a count when bits are missing in between; the last of them holds the wanted bit.
            while (word + 1 < _before.Length && _before[word + 1] <= position)
                word++;
            var rest = _words[word];
            for (var skip = position - _before[word]; skip > 0; skip--)
                rest &= rest - 1;
            for (var i = 0; i < ids.Length; i++)
            {
                while (rest == 0)
                    rest = _words[++word];
                ids[i] = _start + (ulong)word * 64 + (ulong)BitOperations.TrailingZeroCount(rest);
                rest &= rest - 1;
            }
        }
    }
}
