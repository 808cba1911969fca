using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Lance.Encodings.Zstd;

/// <summary>Reads a zstd bit stream, which starts at its last set bit and runs towards the first byte.</summary>
internal ref struct BackwardBitReader
{
    readonly ReadOnlySpan<byte> _data;

    public BackwardBitReader(ReadOnlySpan<byte> data)
    {
        CorruptEncodingException.ThrowIf(data.IsEmpty || data[^1] == 0, "zstd: a bit stream has no end mark");
        _data = data;
        Remaining = (data.Length - 1) * 8 + BitOperations.Log2(data[^1]);
    }

    /// <summary>Bits left; negative once more bits were taken than there are.</summary>
    public int Remaining { get; private set; }

    public readonly ReadOnlySpan<byte> Data => _data;

    /// <summary>The next <paramref name="count"/> (0 to 56) bits; bits before the start of the stream read as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Read(int count)
    {
        Remaining -= count;
        return (uint)(Load(Remaining) & ((1UL << count) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Peek(int count) => (uint)(Load(Remaining - count) & ((1UL << count) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count) => Remaining -= count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly ulong Load(int bit)
    {
        int at = bit >> 3;
        if ((uint)at <= (uint)(_data.Length - 8) && _data.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_data[at..]) >> (bit & 7);
        }
        return LoadNearEdge(bit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    readonly ulong LoadNearEdge(int bit)
    {
        if (bit <= -64)
        {
            return 0;
        }
        ulong value = 0;
        int at = Math.Max(bit, 0) >> 3;
        for (int i = Math.Min(8, _data.Length - at) - 1; i >= 0; i--)
        {
            value = (value << 8) | _data[at + i];
        }
        return bit >= 0 ? value >> (bit & 7) : value << -bit;
    }
}
