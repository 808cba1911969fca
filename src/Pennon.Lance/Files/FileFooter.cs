using System.Buffers.Binary;
using Pennon.Lance.IO;

namespace Pennon.Lance.Files;

/// <summary>The last 40 bytes of a data file.</summary>
internal readonly record struct FileFooter(long ColumnTable, long GlobalBufferTable, int GlobalBuffers, int Columns, FileVersion Version)
{
    public const int Length = 40;

    /// <summary>Reads the footer from the end of <paramref name="tail"/> and checks that both tables lie in the file.</summary>
    public static FileFooter Read(ReadOnlySpan<byte> tail, IObjectReader reader)
    {
        string file = reader.Path;
        long at = reader.Length - Length;
        if (tail.Length < Length)
        {
            throw new LanceFormatException($"A data file has at least {Length} bytes, and this one {reader.Length}", file, 0);
        }
        var footer = tail[^Length..];
        if (!footer[36..].SequenceEqual("LANC"u8))
        {
            throw new LanceFormatException("The file does not end with the mark of a data file", file, at + 36);
        }
        var version = FileVersion.Read(
            BinaryPrimitives.ReadUInt16LittleEndian(footer[32..]), BinaryPrimitives.ReadUInt16LittleEndian(footer[34..]), file, at + 32);
        ulong columnTable = BinaryPrimitives.ReadUInt64LittleEndian(footer[8..]);
        ulong globalTable = BinaryPrimitives.ReadUInt64LittleEndian(footer[16..]);
        uint globalBuffers = BinaryPrimitives.ReadUInt32LittleEndian(footer[24..]);
        uint columns = BinaryPrimitives.ReadUInt32LittleEndian(footer[28..]);
        if (globalBuffers == 0 || !Fits(globalTable, globalBuffers, at))
        {
            throw new LanceFormatException($"The table of {globalBuffers} global buffers is empty or outside the file", file, at + 16);
        }
        if (!Fits(columnTable, columns, at))
        {
            throw new LanceFormatException($"The table of {columns} columns is outside the file", file, at + 8);
        }
        return new FileFooter((long)columnTable, (long)globalTable, (int)globalBuffers, (int)columns, version);
    }

    static bool Fits(ulong position, uint entries, long end) => position <= (ulong)end && entries * 16UL <= (ulong)end - position;
}
