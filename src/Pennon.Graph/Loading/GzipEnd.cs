using System.Buffers.Binary;
using System.IO.Compression;

namespace Pennon.Graph;

/// <summary>
/// Tells a whole gzip file from one that was cut off, which the framework's stream takes for its end. The last eight bytes hold the checksum and the length of the
/// last member: where the length is that of all data there was one member and it is whole, otherwise the checksum decides.
/// </summary>
static class GzipEnd
{
    const int TrailerBytes = 8;

    static readonly uint[] Table = MakeTable();

    /// <exception cref="InvalidDataException">The file breaks off.</exception>
    public static void Check(FileStream file, long inflated)
    {
        var trailer = new byte[TrailerBytes];
        if (file.Length < TrailerBytes)
        {
            throw CutOff();
        }

        file.Position = file.Length - TrailerBytes;
        file.ReadExactly(trailer);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(4));
        if (length == (uint)inflated)
        {
            return;
        }

        if (length > inflated || ChecksumOfLast(file, inflated, length) != BinaryPrimitives.ReadUInt32LittleEndian(trailer))
        {
            throw CutOff();
        }
    }

    static uint ChecksumOfLast(FileStream file, long inflated, uint count)
    {
        file.Position = 0;
        using var input = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[64 << 10];
        var skip = inflated - count;
        var checksum = uint.MaxValue;
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            var passed = (int)Math.Min(skip, read);
            skip -= passed;
            foreach (var value in buffer.AsSpan(passed, read - passed))
            {
                checksum = Table[(byte)(checksum ^ value)] ^ (checksum >> 8);
            }
        }

        return ~checksum;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320u;
            }

            table[i] = value;
        }

        return table;
    }

    static InvalidDataException CutOff() => new("The gzip data breaks off before its end.");
}
