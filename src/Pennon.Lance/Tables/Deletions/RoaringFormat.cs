using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Tables;

/// <summary>The portable serialization of 32-bit Roaring bitmaps.</summary>
static class RoaringFormat
{
    const int PlainCookie = 12346;
    const int RunCookie = 12347;
    const int NoOffsetsBelow = 4;
    const int BitmapBytes = 8192;
    const int LargestArray = 4096;

    /// <summary>Decodes a bitmap that fills the given bytes exactly.</summary>
    /// <param name="bytes">The serialized form.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <param name="position">Where the bytes lie in that file.</param>
    /// <exception cref="LanceFormatException">The bytes are no bitmap in the portable form.</exception>
    public static RoaringBitmap Read(ReadOnlySpan<byte> bytes, string file, long position = 0)
    {
        var bitmap = ReadFirst(bytes, out var used, file, position);
        if (used != bytes.Length)
            throw Bad($"A bitmap is followed by {bytes.Length - used} unexpected bytes", file, position + used);
        return bitmap;
    }

    /// <summary>Decodes a bitmap at the start of some bytes.</summary>
    /// <param name="bytes">The serialized form, and what follows it.</param>
    /// <param name="used">The bytes that belong to the bitmap.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <param name="position">Where the bytes lie in that file.</param>
    /// <exception cref="LanceFormatException">The bytes do not start with a bitmap in the portable form.</exception>
    public static RoaringBitmap ReadFirst(ReadOnlySpan<byte> bytes, out int used, string file, long position = 0)
    {
        var at = 0;
        var cookie = ReadU32(bytes, ref at, file, position);
        int size;
        ReadOnlySpan<byte> runFlags = default;
        if (cookie == PlainCookie)
        {
            var count = ReadU32(bytes, ref at, file, position);
            if (count > 65536)
                throw Bad($"A bitmap names {count} containers", file, position + 4);
            size = (int)count;
        }
        else if ((cookie & 0xFFFF) == RunCookie)
        {
            size = (int)(cookie >> 16) + 1;
            runFlags = Take(bytes, ref at, (size + 7) / 8, file, position);
        }
        else
        {
            throw Bad($"A bitmap starts with the unknown cookie {cookie}", file, position);
        }
        var keys = Take(bytes, ref at, size * 4, file, position);
        var offsets = runFlags.IsEmpty || size >= NoOffsetsBelow ? Take(bytes, ref at, size * 4, file, position) : default;
        var containers = new RoaringBitmap.Container[size];
        var previous = -1;
        for (var i = 0; i < size; i++)
        {
            var key = BinaryPrimitives.ReadUInt16LittleEndian(keys[(4 * i)..]);
            var cardinality = BinaryPrimitives.ReadUInt16LittleEndian(keys[(4 * i + 2)..]) + 1;
            if (key <= previous)
                throw Bad("The containers of a bitmap are not in ascending order", file, position + at);
            previous = key;
            if (!offsets.IsEmpty && BinaryPrimitives.ReadUInt32LittleEndian(offsets[(4 * i)..]) != (uint)at)
                throw Bad($"Container {i} of a bitmap does not lie where its offset says", file, position + at);
            containers[i] = !runFlags.IsEmpty && (runFlags[i >> 3] >> (i & 7) & 1) != 0
                ? ReadRuns(bytes, ref at, key, cardinality, file, position)
                : cardinality <= LargestArray
                    ? ReadArray(bytes, ref at, key, cardinality, file, position)
                    : ReadBits(bytes, ref at, key, cardinality, file, position);
        }
        used = at;
        return new RoaringBitmap(containers);
    }

    /// <summary>Encodes a bitmap; equal sets give equal bytes.</summary>
    public static byte[] Write(RoaringBitmap bitmap)
    {
        var containers = bitmap.Containers;
        var hasRuns = false;
        var body = 0;
        foreach (var container in containers)
        {
            hasRuns |= container.Kind == RoaringBitmap.Kind.Runs;
            body += BodySize(container);
        }
        var hasOffsets = !hasRuns || containers.Length >= NoOffsetsBelow;
        var header = hasRuns ? 4 + (containers.Length + 7) / 8 : 8;
        var keysAt = header;
        var offsetsAt = keysAt + containers.Length * 4;
        var at = offsetsAt + (hasOffsets ? containers.Length * 4 : 0);
        var bytes = new byte[at + body];
        if (hasRuns)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(RunCookie | ((containers.Length - 1) << 16)));
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, PlainCookie);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)containers.Length);
        }
        for (var i = 0; i < containers.Length; i++)
        {
            var container = containers[i];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(keysAt + 4 * i), container.Key);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(keysAt + 4 * i + 2), (ushort)(container.Cardinality - 1));
            if (hasOffsets)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offsetsAt + 4 * i), (uint)at);
            var words = container.Words;
            if (container.Kind == RoaringBitmap.Kind.Runs)
            {
                bytes[4 + (i >> 3)] |= (byte)(1 << (i & 7));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)(words.Length / 2));
                at += 2;
            }
            WriteWords(words, bytes.AsSpan(at));
            at += words.Length * 2;
        }
        return bytes;
    }

    static int BodySize(in RoaringBitmap.Container container) =>
        container.Words.Length * 2 + (container.Kind == RoaringBitmap.Kind.Runs ? 2 : 0);

    static RoaringBitmap.Container ReadArray(
        ReadOnlySpan<byte> bytes, scoped ref int at, ushort key, int cardinality, string file, long position)
    {
        var start = at;
        var words = ReadWords(Take(bytes, ref at, cardinality * 2, file, position));
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i] <= words[i - 1])
                throw Bad("The values of a bitmap are not in ascending order", file, position + start + 2 * i);
        }
        return new RoaringBitmap.Container(key, RoaringBitmap.Kind.Array, cardinality, words);
    }

    static RoaringBitmap.Container ReadBits(
        ReadOnlySpan<byte> bytes, scoped ref int at, ushort key, int cardinality, string file, long position)
    {
        var start = at;
        var words = ReadWords(Take(bytes, ref at, BitmapBytes, file, position));
        var ones = 0;
        foreach (var word in words)
            ones += BitOperations.PopCount((uint)word);
        if (ones != cardinality)
            throw Bad($"A bitmap container holds {ones} values and announces {cardinality}", file, position + start);
        return new RoaringBitmap.Container(key, RoaringBitmap.Kind.Bits, cardinality, words);
    }

    static RoaringBitmap.Container ReadRuns(
        ReadOnlySpan<byte> bytes, scoped ref int at, ushort key, int cardinality, string file, long position)
    {
        var start = at;
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(bytes, ref at, 2, file, position));
        var words = ReadWords(Take(bytes, ref at, count * 4, file, position));
        var total = 0;
        var next = 0;
        for (var i = 0; i < words.Length; i += 2)
        {
            if (words[i] < next || words[i] + words[i + 1] > ushort.MaxValue)
                throw Bad("The runs of a bitmap overlap or leave their container", file, position + start + 2 + 2 * i);
            next = words[i] + words[i + 1] + 1;
            total += words[i + 1] + 1;
        }
        if (total != cardinality)
            throw Bad($"A run container holds {total} values and announces {cardinality}", file, position + start);
        return new RoaringBitmap.Container(key, RoaringBitmap.Kind.Runs, cardinality, words);
    }

    static ushort[] ReadWords(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ushort>(bytes).ToArray();
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        return words;
    }

    static void WriteWords(ReadOnlySpan<ushort> words, Span<byte> target)
    {
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], words[i]);
    }

    static uint ReadU32(ReadOnlySpan<byte> bytes, scoped ref int at, string file, long position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4, file, position));

    static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, scoped ref int at, int length, string file, long position)
    {
        if (length > bytes.Length - at)
            throw Bad($"A bitmap ends after {bytes.Length} bytes where {length} more are needed", file, position + at);
        var taken = bytes.Slice(at, length);
        at += length;
        return taken;
    }

    static LanceFormatException Bad(string message, string file, long offset) => new(message, file, offset);
}
