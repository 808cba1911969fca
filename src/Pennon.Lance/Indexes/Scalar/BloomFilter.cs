using System.Buffers.Binary;
using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Indexes;

/// <summary>A Bloom filter in blocks of eight 32-bit words (TABLE 16.6).</summary>
sealed class BloomFilter
{
    const int BlockBytes = 32;
    const int MostBytes = 128 << 20;

    static ReadOnlySpan<uint> Salt => [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    readonly byte[] _bytes;

    BloomFilter(byte[] bytes) => _bytes = bytes;

    /// <summary>The blocks, words in little-endian order.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>An empty filter.</summary>
    /// <param name="values">How many values it is made for.</param>
    /// <param name="probability">The share of wrong hits accepted.</param>
    public static BloomFilter For(int values, double probability)
    {
        var bits = -8.0 * values / Math.Log(1 - Math.Pow(probability, 1.0 / 8));
        long bytes = BlockBytes;
        while (bytes * 8 < bits && bytes < MostBytes)
            bytes *= 2;
        return new BloomFilter(new byte[bytes]);
    }

    /// <summary>Takes over stored blocks.</summary>
    /// <exception cref="LanceFormatException">The bytes are no whole number of blocks.</exception>
    public static BloomFilter Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.IsEmpty || bytes.Length % BlockBytes != 0)
            throw new LanceFormatException($"A Bloom filter has {bytes.Length} bytes, which is no number of blocks of {BlockBytes}", file, -1);
        return new BloomFilter(bytes.ToArray());
    }

    /// <summary>The hash of a value as it is stored.</summary>
    public static ulong Hash(KeyList keys, int index, ArrowType type) => keys.IsNumeric ? HashNumber(keys.Numbers[index], type) : XxHash64.Hash(keys.Bytes(index));

    /// <summary>The hash of a value as it is stored.</summary>
    public static ulong Hash(IndexKey key, ArrowType type) => key.Bytes is { } bytes ? XxHash64.Hash(bytes) : HashNumber(key.Number, type);

    public void Add(ulong hash)
    {
        var block = Block(hash);
        for (var i = 0; i < Salt.Length; i++)
            block[4 * i + Bit(hash, i) / 8] |= (byte)(1 << (Bit(hash, i) & 7));
    }

    public bool MayContain(ulong hash)
    {
        var block = Block(hash);
        for (var i = 0; i < Salt.Length; i++)
        {
            if ((block[4 * i + Bit(hash, i) / 8] >> (Bit(hash, i) & 7) & 1) == 0)
                return false;
        }
        return true;
    }

    static int Bit(ulong hash, int word) => (int)(((uint)hash * Salt[word]) >> 27);

    Span<byte> Block(ulong hash)
    {
        var block = (int)(((hash >> 32) * (ulong)(_bytes.Length / BlockBytes)) >> 32);
        return _bytes.AsSpan(block * BlockBytes, BlockBytes);
    }

    static ulong HashNumber(long key, ArrowType type)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, IndexKeys.Bits(key, type));
        return XxHash64.Hash(bytes[..(type.BitWidth / 8)]);
    }
}
