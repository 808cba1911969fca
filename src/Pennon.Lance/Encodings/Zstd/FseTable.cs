using System.Numerics;

namespace Pennon.Lance.Encodings.Zstd;

/// <summary>One state of a finite state entropy decoder, with what its symbol means.</summary>
internal struct FseState
{
    public uint Baseline;
    public ushort NextState;
    public byte StateBits;
    public byte ExtraBits;
}

/// <summary>A finite state entropy decoding table.</summary>
internal sealed class FseTable(int maxAccuracy)
{
    public FseState[] States { get; } = new FseState[1 << maxAccuracy];

    public int Accuracy { get; private set; }

    /// <summary>False until a table was set: a block may not repeat a table that never was.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Reads symbol probabilities and returns the bytes they took.</summary>
    /// <param name="counts">Receives one probability per symbol; -1 stands for "less than one".</param>
    public static int ReadCounts(ReadOnlySpan<byte> source, int maxAccuracy, Span<short> counts, out int symbols, out int accuracy)
    {
        int bit = 0;
        accuracy = 5 + Take(source, ref bit, 4);
        CorruptEncodingException.ThrowIf(accuracy > maxAccuracy, "zstd: an entropy table is larger than its kind allows");
        int remaining = 1 << accuracy;
        symbols = 0;
        while (remaining > 0)
        {
            CorruptEncodingException.ThrowIf(symbols >= counts.Length, "zstd: an entropy table has too many symbols");
            int bits = BitOperations.Log2((uint)remaining + 1) + 1;
            int value = Peek(source, bit, bits);
            int lowMask = (1 << (bits - 1)) - 1;
            int threshold = (1 << bits) - 1 - (remaining + 1);
            if ((value & lowMask) < threshold)
            {
                bit += bits - 1;
                value &= lowMask;
            }
            else
            {
                bit += bits;
                if (value > lowMask)
                {
                    value -= threshold;
                }
            }
            int probability = value - 1;
            remaining -= Math.Abs(probability);
            counts[symbols++] = (short)probability;
            if (probability == 0)
            {
                int repeat;
                do
                {
                    repeat = Take(source, ref bit, 2);
                    CorruptEncodingException.ThrowIf(symbols + repeat > counts.Length, "zstd: an entropy table has too many symbols");
                    counts.Slice(symbols, repeat).Clear();
                    symbols += repeat;
                }
                while (repeat == 3);
            }
            CorruptEncodingException.ThrowIf(bit > source.Length * 8, "zstd: an entropy table is cut off");
        }
        CorruptEncodingException.ThrowIf(remaining != 0, "zstd: the probabilities of an entropy table do not add up");
        return (bit + 7) / 8;
    }

    /// <summary>Builds the table; the meaning of each symbol comes from <paramref name="baselines"/> and
    /// <paramref name="extraBits"/>, or is the symbol itself when they are empty.</summary>
    public void Build(ReadOnlySpan<short> counts, int accuracy, ReadOnlySpan<uint> baselines, ReadOnlySpan<byte> extraBits)
    {
        CorruptEncodingException.ThrowIf(!baselines.IsEmpty && counts.Length > baselines.Length, "zstd: an entropy table has symbols that mean nothing");
        int size = 1 << accuracy;
        int mask = size - 1;
        Span<byte> symbolOf = stackalloc byte[size];
        Span<ushort> next = stackalloc ushort[counts.Length];
        int high = size - 1;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == -1)
            {
                symbolOf[high--] = (byte)symbol;
                next[symbol] = 1;
            }
            else
            {
                next[symbol] = (ushort)counts[symbol];
            }
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            for (int i = 0; i < counts[symbol]; i++)
            {
                symbolOf[position] = (byte)symbol;
                do
                {
                    position = (position + step) & mask;
                }
                while (position > high);
            }
        }
        CorruptEncodingException.ThrowIf(position != 0, "zstd: the probabilities of an entropy table do not fill it");
        for (int i = 0; i < size; i++)
        {
            int symbol = symbolOf[i];
            int state = next[symbol]++;
            int bits = accuracy - BitOperations.Log2((uint)state);
            ref var entry = ref States[i];
            entry.StateBits = (byte)bits;
            entry.NextState = (ushort)((state << bits) - size);
            entry.Baseline = baselines.IsEmpty ? (uint)symbol : baselines[symbol];
            entry.ExtraBits = baselines.IsEmpty ? (byte)0 : extraBits[symbol];
        }
        Accuracy = accuracy;
        IsSet = true;
    }

    /// <summary>A table that yields one symbol without reading bits.</summary>
    public void BuildSingle(int symbol, ReadOnlySpan<uint> baselines, ReadOnlySpan<byte> extraBits)
    {
        CorruptEncodingException.ThrowIf(symbol >= baselines.Length, "zstd: a repeated code means nothing");
        States[0] = new FseState { Baseline = baselines[symbol], ExtraBits = extraBits[symbol] };
        Accuracy = 0;
        IsSet = true;
    }

    public void Reset() => IsSet = false;

    static int Take(ReadOnlySpan<byte> source, ref int bit, int count)
    {
        int value = Peek(source, bit, count);
        bit += count;
        CorruptEncodingException.ThrowIf(bit > source.Length * 8, "zstd: an entropy table is cut off");
        return value;
    }

    static int Peek(ReadOnlySpan<byte> source, int bit, int count)
    {
        int at = bit >> 3;
        uint value = 0;
        for (int i = Math.Min(4, source.Length - at) - 1; i >= 0; i--)
        {
            value |= (uint)source[at + i] << (8 * i);
        }
        return (int)((value >> (bit & 7)) & ((1u << count) - 1));
    }
}
