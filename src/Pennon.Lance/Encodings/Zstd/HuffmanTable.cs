using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings.Zstd;

/// <summary>The Huffman code of zstd literals: a flat table indexed by the next bits of the stream.</summary>
internal sealed class HuffmanTable
{
    const int MaxBits = 11;
    const int MaxWeightAccuracy = 6;

    /// <summary>Per prefix: the symbol in the low byte, the length of its code in the high byte.</summary>
    readonly ushort[] _entries = new ushort[1 << MaxBits];
    readonly FseTable _weightTable = new(MaxWeightAccuracy);
    int _bits;

    public bool IsSet { get; private set; }

    public void Reset() => IsSet = false;

    /// <summary>Reads the description of the code and returns the bytes it took.</summary>
    public int Read(ReadOnlySpan<byte> source)
    {
        CorruptEncodingException.ThrowIf(source.IsEmpty, "zstd: a Huffman table is missing");
        Span<byte> weights = stackalloc byte[256];
        int header = source[0];
        int count;
        int length;
        if (header >= 128)
        {
            count = header - 127;
            length = 1 + (count + 1) / 2;
            CorruptEncodingException.ThrowIf(source.Length < length, "zstd: a Huffman table is cut off");
            for (int i = 0; i < count; i++)
            {
                int pair = source[1 + i / 2];
                weights[i] = (byte)((i & 1) == 0 ? pair >> 4 : pair & 15);
            }
        }
        else
        {
            length = 1 + header;
            CorruptEncodingException.ThrowIf(source.Length < length, "zstd: a Huffman table is cut off");
            count = ReadCompressedWeights(source[1..length], weights);
        }
        Build(weights, count);
        return length;
    }

    int ReadCompressedWeights(ReadOnlySpan<byte> source, Span<byte> weights)
    {
        Span<short> counts = stackalloc short[MaxBits + 2];
        int used = FseTable.ReadCounts(source, MaxWeightAccuracy, counts, out int symbols, out int accuracy);
        _weightTable.Build(counts[..symbols], accuracy, [], []);
        var states = _weightTable.States;
        var reader = new BackwardBitReader(source[used..]);
        uint first = reader.Read(accuracy);
        uint second = reader.Read(accuracy);
        CorruptEncodingException.ThrowIf(reader.Remaining < 0, "zstd: Huffman weights are cut off");
        int count = 0;
        while (true)
        {
            CorruptEncodingException.ThrowIf(count > 253, "zstd: there are too many Huffman weights");
            weights[count++] = (byte)states[first].Baseline;
            first = states[first].NextState + reader.Read(states[first].StateBits);
            if (reader.Remaining < 0)
            {
                weights[count++] = (byte)states[second].Baseline;
                return count;
            }
            weights[count++] = (byte)states[second].Baseline;
            second = states[second].NextState + reader.Read(states[second].StateBits);
            if (reader.Remaining < 0)
            {
                CorruptEncodingException.ThrowIf(count > 254, "zstd: there are too many Huffman weights");
                weights[count++] = (byte)states[first].Baseline;
                return count;
            }
        }
    }

    void Build(Span<byte> weights, int count)
    {
        Span<int> perWeight = stackalloc int[MaxBits + 2];
        perWeight.Clear();
        int sum = 0;
        for (int i = 0; i < count; i++)
        {
            int weight = weights[i];
            CorruptEncodingException.ThrowIf(weight > MaxBits, "zstd: a Huffman weight is too large");
            if (weight > 0)
            {
                sum += 1 << (weight - 1);
                perWeight[weight]++;
            }
        }
        CorruptEncodingException.ThrowIf(sum == 0, "zstd: a Huffman table has no symbols");
        int bits = BitOperations.Log2((uint)sum) + 1;
        CorruptEncodingException.ThrowIf(bits > MaxBits, "zstd: a Huffman code is longer than 11 bits");
        int rest = (1 << bits) - sum;
        CorruptEncodingException.ThrowIf(!BitOperations.IsPow2(rest), "zstd: the Huffman weights do not add up");
        int last = BitOperations.Log2((uint)rest) + 1;
        weights[count++] = (byte)last;
        perWeight[last]++;

        Span<int> start = stackalloc int[MaxBits + 2];
        int position = 0;
        for (int weight = 1; weight <= bits; weight++)
        {
            start[weight] = position;
            position += perWeight[weight] << (weight - 1);
        }
        for (int symbol = 0; symbol < count; symbol++)
        {
            int weight = weights[symbol];
            if (weight != 0)
            {
                int length = 1 << (weight - 1);
                _entries.AsSpan(start[weight], length).Fill((ushort)(symbol | ((bits + 1 - weight) << 8)));
                start[weight] += length;
            }
        }
        _bits = bits;
        IsSet = true;
    }

    /// <summary>Decodes one stream into exactly <paramref name="target"/>.Length symbols.</summary>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var reader = new BackwardBitReader(source);
        ref ushort entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        int bits = _bits;
        int i = 0;
        if (source.Length >= 8)
        {
            ref byte data = ref MemoryMarshal.GetReference(source);
            ref byte output = ref MemoryMarshal.GetReference(target);
            int remaining = reader.Remaining;
            // Five codes of at most 11 bits fit the 57 bits that one unaligned word is sure to hold.
            while (i <= target.Length - 5 && remaining >= 64)
            {
                int bit = remaining - 64;
                ulong window = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, (bit + 7) >> 3));
                if (!BitConverter.IsLittleEndian)
                {
                    window = BinaryPrimitives.ReverseEndianness(window);
                }
                window <<= -bit & 7;
                int used = 0;
                for (int k = 0; k < 5; k++)
                {
                    int entry = Unsafe.Add(ref entries, (nint)(window >> (64 - bits)));
                    Unsafe.Add(ref output, i + k) = (byte)entry;
                    window <<= entry >> 8;
                    used += entry >> 8;
                }
                remaining -= used;
                i += 5;
            }
            reader.Skip(reader.Remaining - remaining);
        }
        for (; i < target.Length; i++)
        {
            int entry = Unsafe.Add(ref entries, (nint)reader.Peek(bits));
            target[i] = (byte)entry;
            reader.Skip(entry >> 8);
        }
        CorruptEncodingException.ThrowIf(reader.Remaining != 0, "zstd: a literal stream does not end where its symbols do");
    }
}
