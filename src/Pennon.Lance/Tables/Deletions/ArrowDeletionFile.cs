using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Zstd;

namespace Pennon.Lance.Tables;

/// <summary>
/// Deletion files of the first kind: an Arrow IPC file with one column of row offsets. Only what such a file can hold is
/// read, and everything else in it is refused.
/// </summary>
static class ArrowDeletionFile
{
    const int IntegerType = 2;
    const int RecordBatchMessage = 3;
    const int ZstdCodec = 1;
    const int BlockSize = 24;

    // What an uncompressed buffer may claim without bytes of its own to prove it.
    const long MaximumExpansion = 64 << 20;

    static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    /// <summary>Reads the row offsets, in the order of the file.</summary>
    /// <exception cref="LanceFormatException">The file is damaged or holds something else.</exception>
    public static uint[] Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length < 20 || !bytes.StartsWith(Magic) || !bytes.EndsWith(Magic))
            throw Bad("The file is no Arrow file, or was cut short", file, 0);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[^10..]);
        if (length <= 0 || length > bytes.Length - 18)
            throw Bad($"The Arrow footer is said to have {length} bytes", file, bytes.Length - 10);
        var footer = FlatTable.Root(bytes.Slice(bytes.Length - 10 - length, length), file);
        CheckSchema(footer.Table(1), file);
        if (footer.Has(2) && footer.Vector(2, BlockSize, out var dictionaries).Length >= 0 && dictionaries > 0)
            throw Bad("A deletion file has no dictionaries", file, -1);
        var blocks = footer.Vector(3, BlockSize, out var count);
        var all = new List<uint>();
        for (var i = 0; i < count; i++)
        {
            var block = blocks[(i * BlockSize)..];
            ReadBatch(
                bytes,
                BinaryPrimitives.ReadInt64LittleEndian(block),
                BinaryPrimitives.ReadInt32LittleEndian(block[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(block[16..]),
                all,
                file);
        }
        return [.. all];
    }

    static void CheckSchema(FlatTable schema, string file)
    {
        if (schema.Int16(0) != 0)
            throw Bad("The Arrow file is big-endian", file, -1);
        schema.Vector(1, 4, out var fields);
        if (fields != 1)
            throw Bad($"A deletion file has one column, this one has {fields}", file, -1);
        var field = schema.Element(1, 0);
        var name = field.Text(0);
        if (!name.SequenceEqual("row_id"u8) || field.Byte(1) != 0 || field.Byte(2) != IntegerType)
            throw Bad("The column of a deletion file is 'row_id: uint32 not null'", file, -1);
        var type = field.Table(3);
        if (type.Int32(0) != 32 || type.Byte(1) != 0)
            throw Bad("The column of a deletion file is 'row_id: uint32 not null'", file, -1);
    }

    static void ReadBatch(
        ReadOnlySpan<byte> bytes, long offset, int metadataLength, long bodyLength, List<uint> all, string file)
    {
        if (offset < 8 || metadataLength < 8 || bodyLength < 0 || offset > bytes.Length - (long)metadataLength
            || bodyLength > bytes.Length - offset - metadataLength)
        {
            throw Bad("A record batch does not lie inside the file", file, offset);
        }
        var metadata = bytes.Slice((int)offset, metadataLength);
        var prefix = BinaryPrimitives.ReadUInt32LittleEndian(metadata) == uint.MaxValue ? 8 : 4;
        var message = FlatTable.Root(metadata[prefix..], file);
        if (message.Byte(1) != RecordBatchMessage)
            throw Bad("A block of the Arrow file is no record batch", file, offset);
        var body = bytes.Slice((int)offset + metadataLength, (int)bodyLength);
        var batch = message.Table(2);
        var rows = batch.Int64(0);
        var nodes = batch.Vector(1, 16, out var nodeCount);
        var buffers = batch.Vector(2, 16, out var bufferCount);
        if (nodeCount != 1 || bufferCount != 2 || rows < 0 || BinaryPrimitives.ReadInt64LittleEndian(nodes) != rows)
            throw Bad("A record batch does not have exactly one column", file, offset);
        if (BinaryPrimitives.ReadInt64LittleEndian(nodes[8..]) != 0)
            throw Bad("A deletion file holds null row offsets", file, offset);
        var compressed = false;
        if (batch.Has(3))
        {
            var compression = batch.Table(3);
            if (compression.Byte(0) != ZstdCodec)
                throw new LanceNotSupportedException("LZ4 frames in deletion files", $"The deletion file '{file}' is not compressed with Zstandard.");
            compressed = true;
        }
        if (rows == 0)
            return;
        var start = BinaryPrimitives.ReadInt64LittleEndian(buffers[16..]);
        var size = BinaryPrimitives.ReadInt64LittleEndian(buffers[24..]);
        if (start < 0 || size < 0 || start > body.Length || size > body.Length - start)
            throw Bad("The values of a record batch do not lie inside its body", file, offset);
        var values = body.Slice((int)start, (int)size);
        if (compressed)
            values = Decompress(values, rows, file, offset);
        if (rows > values.Length / 4)
            throw Bad($"A record batch of {rows} rows has {values.Length} bytes of values", file, offset);
        var words = MemoryMarshal.Cast<byte, uint>(values[..((int)rows * 4)]);
        foreach (var word in words)
            all.Add(BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
    }

    static ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> values, long rows, string file, long offset)
    {
        if (values.Length < 8)
            throw Bad("A compressed buffer lacks its length", file, offset);
        var length = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
        if (length == -1)
            return values;
        if (length < rows * 4 || length > rows * 4 + 64 || length > MaximumExpansion)
            throw Bad($"A compressed buffer claims {length} bytes for {rows} rows", file, offset);
        var decoded = new byte[length];
        try
        {
            ZstdDecoder.Decode(values, decoded);
        }
        catch (CorruptEncodingException error)
        {
            throw new LanceFormatException($"A compressed buffer is damaged: {error.Message.TrimEnd('.')}", file, offset, error);
        }
        return decoded;
    }

    static LanceFormatException Bad(string message, string file, long offset) => new(message, file, offset);
}
