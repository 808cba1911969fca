using System.Buffers;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

internal sealed partial class FsstTable
{
    const int SampleBytes = 16 * 1024;
    const int MaxPieceBytes = 512;

    // Pseudo symbols 0-255 are the escaped bytes, so that real symbols start here while counting.
    const int FirstReal = 256;
    const int CodeSpace = 512;

    static ReadOnlySpan<byte> Fractions => [8, 38, 68, 98, 128];

    /// <summary>Makes a table from samples spread over the values; null when there is nothing to learn from.</summary>
    /// <remarks>
    /// Each round encodes a growing part of the sample with the table so far, counts symbols and neighbours, and keeps the 255
    /// symbols and concatenations that would save most bytes. Equal gains are decided by length and value, so that equal input gives equal tables.
    /// </remarks>
    public static FsstTable? Train(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends)
    {
        var sample = ArrayPool<byte>.Shared.Rent(SampleBytes + MaxPieceBytes);
        var pieces = new List<int> { 0 };
        var size = Sample(bytes, ends, sample, pieces);
        FsstTable? table = null;
        if (size > 0)
        {
            table = new FsstTable();
            var pairs = ArrayPool<int>.Shared.Rent(CodeSpace * CodeSpace);
            var singles = new int[CodeSpace];
            foreach (var fraction in Fractions)
            {
                Array.Clear(singles);
                pairs.AsSpan(0, CodeSpace * CodeSpace).Clear();
                table.Count(sample, pieces, fraction, singles, pairs);
                table.Rebuild(fraction, singles, pairs);
            }
            ArrayPool<int>.Shared.Return(pairs);
            table.EstimatedRatio = table.Measure(sample, pieces) / (double)size + SerializedSize / (double)bytes.Length;
        }
        ArrayPool<byte>.Shared.Return(sample);
        return table;
    }

    static int Sample(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, Span<byte> sample, List<int> pieces)
    {
        var count = ends.Length - 1;
        var average = Math.Max(1, bytes.Length / Math.Max(1, count));
        var wanted = Math.Min(count, Math.Max(1, SampleBytes / Math.Min(average, MaxPieceBytes)));
        var size = 0;
        for (var i = 0; i < wanted && size < SampleBytes; i++)
        {
            var value = (int)((long)i * count / wanted);
            var start = ends[value];
            var length = ends[value + 1] - start;
            if (length == 0) continue;
            if (length > MaxPieceBytes)
            {
                start += (int)(ValueHash.Of((ulong)i) % (ulong)(length - MaxPieceBytes));
                length = MaxPieceBytes;
            }
            bytes.Slice(start, length).CopyTo(sample[size..]);
            size += length;
            pieces.Add(size);
        }
        return size;
    }

    void Count(ReadOnlySpan<byte> sample, List<int> pieces, int fraction, int[] singles, int[] pairs)
    {
        for (var piece = 1; piece < pieces.Count; piece++)
        {
            if (fraction < 128 && (int)(ValueHash.Of((ulong)piece) >> 57) > fraction) continue;
            var position = pieces[piece - 1];
            var end = pieces[piece];
            var previous = -1;
            while (position < end)
            {
                var code = Longest(sample, position, end, out var length);
                singles[code]++;
                if (length > 1) singles[sample[position]]++;
                if (previous >= 0)
                {
                    pairs[previous * CodeSpace + code]++;
                    if (length > 1) pairs[previous * CodeSpace + sample[position]]++;
                }
                previous = code;
                position += length;
            }
        }
    }

    int Longest(ReadOnlySpan<byte> sample, int position, int end, out int length)
    {
        var left = end - position;
        var word = 0UL;
        for (var i = Math.Min(8, left) - 1; i >= 0; i--) word = word << 8 | sample[position + i];
        ref var place = ref _places[PlaceOf(word)];
        if ((word & place.Mask) == place.Symbol && place.Length <= left)
        {
            length = place.Length;
            return FirstReal + place.Code;
        }
        int code = left > 1 ? _pairs[(ushort)word] : _singles[(byte)word];
        length = code >> LengthShift & 15;
        return code >> EscapeShift != 0 ? (byte)word : FirstReal + (byte)code;
    }

    void Rebuild(int fraction, int[] singles, int[] pairs)
    {
        var gains = new Dictionary<(ulong Symbol, int Length), long>();
        var atLeast = 5 * fraction / 128;
        for (var first = 0; first < FirstReal + _count; first++)
        {
            if (singles[first] == 0) continue;
            var (symbol, length) = SymbolOf(first);
            Add(gains, symbol, length, (length == 1 ? 8L : 1L) * singles[first], atLeast);
            if (length == 8 || fraction == 128) continue;
            var row = pairs.AsSpan(first * CodeSpace, FirstReal + _count);
            for (var second = row.IndexOfAnyExcept(0); second >= 0;)
            {
                var (nextSymbol, nextLength) = SymbolOf(second);
                Add(gains, symbol | nextSymbol << (8 * length), Math.Min(8, length + nextLength), row[second], atLeast);
                var step = row[(second + 1)..].IndexOfAnyExcept(0);
                second = step < 0 ? -1 : second + 1 + step;
            }
        }
        var candidates = new List<(long Gain, ulong Symbol, int Length)>(gains.Count);
        foreach (var ((symbol, length), gain) in gains) candidates.Add((gain, symbol, length));
        candidates.Sort(static (a, b) =>
        {
            var order = b.Gain.CompareTo(a.Gain);
            if (order == 0) order = b.Length.CompareTo(a.Length);
            return order == 0 ? a.Symbol.CompareTo(b.Symbol) : order;
        });
        Reset();
        foreach (var (_, symbol, length) in candidates)
        {
            if (_count == MaxSymbols) break;
            TryAdd(symbol, length);
        }
    }

    static void Add(Dictionary<(ulong Symbol, int Length), long> gains, ulong symbol, int length, long count, int atLeast)
    {
        if (count < atLeast) return;
        if (length < 8) symbol &= (1UL << (8 * length)) - 1;
        CollectionsMarshal.GetValueRefOrAddDefault(gains, (symbol, length), out _) += count * length;
    }

    (ulong Symbol, int Length) SymbolOf(int code) => code < FirstReal ? ((ulong)code, 1) : (_symbols[code - FirstReal], _lengths[code - FirstReal]);

    long Measure(ReadOnlySpan<byte> sample, List<int> pieces)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(2 * MaxPieceBytes + 2);
        var size = 0L;
        for (var piece = 1; piece < pieces.Count; piece++) size += EncodeValue(sample, pieces[piece - 1], pieces[piece], scratch);
        ArrayPool<byte>.Shared.Return(scratch);
        return size;
    }
}
