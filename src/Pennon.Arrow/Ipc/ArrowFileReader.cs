using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Reads record batches of an Arrow IPC file (also known as Feather version 2) in any order.</summary>
/// <remarks>
/// Layout: the magic <c>ARROW1</c> padded to 8 bytes, messages, a footer that lists them, the footer's length and the magic again.
/// Malformed bytes give <see cref="ArrowFormatException"/> and nothing else. One reader is used by one thread at a time; the batches
/// belong to the caller.
/// </remarks>
public sealed class ArrowFileReader : IDisposable, IAsyncDisposable
{
    const int TailLength = 10;
    const int BlockLength = 24;

    readonly Stream _stream;
    readonly ArrowReadOptions _options;
    readonly MessageSource _source;
    readonly IpcField[] _fields;
    readonly DictionaryStore _dictionaries;
    readonly (long Offset, long Length)[] _dictionaryBlocks;
    readonly (long Offset, long Length)[] _batchBlocks;
    bool _dictionariesRead;

    ArrowFileReader(Stream stream, ArrowReadOptions options, byte[] footer, long footerOffset)
    {
        _stream = stream;
        _options = options;
        _source = new MessageSource(stream, options.Allocator);
        FlatTable root = FlatTable.Root(footer, footerOffset);
        short version = root.GetInt16(FooterSlot.Version);
        if (version is not (MetadataV4 or MetadataV5))
            throw new ArrowFormatException($"metadata version {version + 1} is not supported, only 4 and 5", root.Offset);
        if (!root.TryGetTable(FooterSlot.Schema, out FlatTable schema))
            throw new ArrowFormatException("the footer has no schema", root.Offset);
        FlatBudget budget = new(footer.Length);
        (Schema, _fields) = SchemaDecoder.Schema(schema, ref budget);
        Metadata = SchemaDecoder.Metadata(root, FooterSlot.Metadata, ref budget);
        _dictionaries = new DictionaryStore(_fields, footerOffset);
        _dictionaryBlocks = Blocks(root.GetVector(FooterSlot.Dictionaries, BlockLength), footerOffset);
        _batchBlocks = Blocks(root.GetVector(FooterSlot.Batches, BlockLength), footerOffset);
    }

    /// <summary>The schema of all batches.</summary>
    public Schema Schema { get; }

    /// <summary>The custom metadata of the file; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>How many batches the file holds.</summary>
    public int BatchCount => _batchBlocks.Length;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <param name="stream">A seekable stream over the whole file.</param>
    /// <param name="options">Codecs and allocator; defaults where null.</param>
    /// <exception cref="ArrowFormatException">The bytes are not a valid Arrow file.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static ArrowFileReader Open(Stream stream, ArrowReadOptions? options = null)
    {
        RequireSeek(stream);
        byte[] ends = new byte[8 + TailLength];
        CheckSize(stream);
        stream.Position = 0;
        stream.ReadExactly(ends.AsSpan(0, 8));
        stream.Position = stream.Length - TailLength;
        stream.ReadExactly(ends.AsSpan(8));
        byte[] footer = new byte[FooterLength(ends, stream.Length)];
        stream.Position = stream.Length - TailLength - footer.Length;
        stream.ReadExactly(footer);
        return new ArrowFileReader(stream, options ?? ArrowReadOptions.Default, footer, stream.Length - TailLength - footer.Length);
    }

    /// <summary>Opens a file and reads its footer.</summary>
    /// <param name="stream">A seekable stream over the whole file.</param>
    /// <param name="options">Codecs and allocator; defaults where null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The bytes are not a valid Arrow file.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static async ValueTask<ArrowFileReader> OpenAsync(Stream stream, ArrowReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireSeek(stream);
        byte[] ends = new byte[8 + TailLength];
        CheckSize(stream);
        stream.Position = 0;
        await stream.ReadExactlyAsync(ends.AsMemory(0, 8), cancellationToken).ConfigureAwait(false);
        stream.Position = stream.Length - TailLength;
        await stream.ReadExactlyAsync(ends.AsMemory(8), cancellationToken).ConfigureAwait(false);
        byte[] footer = new byte[FooterLength(ends, stream.Length)];
        stream.Position = stream.Length - TailLength - footer.Length;
        await stream.ReadExactlyAsync(footer, cancellationToken).ConfigureAwait(false);
        return new ArrowFileReader(stream, options ?? ArrowReadOptions.Default, footer, stream.Length - TailLength - footer.Length);
    }

    /// <summary>Reads one batch.</summary>
    /// <param name="index">0 to <see cref="BatchCount"/> - 1.</param>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public RecordBatch Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_batchBlocks.Length, nameof(index));
        if (!_dictionariesRead)
        {
            foreach ((long offset, long length) in _dictionaryBlocks)
                TakeDictionary(At(offset).Read(), offset, length);
            _dictionariesRead = true;
        }
        return TakeBatch(At(_batchBlocks[index].Offset).Read(), _batchBlocks[index].Offset, _batchBlocks[index].Length);
    }

    /// <summary>Reads one batch.</summary>
    /// <param name="index">0 to <see cref="BatchCount"/> - 1.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public async ValueTask<RecordBatch> ReadAsync(int index, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_batchBlocks.Length, nameof(index));
        if (!_dictionariesRead)
        {
            foreach ((long offset, long length) in _dictionaryBlocks)
                TakeDictionary(await At(offset).ReadAsync(cancellationToken).ConfigureAwait(false), offset, length);
            _dictionariesRead = true;
        }
        RawMessage? message = await At(_batchBlocks[index].Offset).ReadAsync(cancellationToken).ConfigureAwait(false);
        return TakeBatch(message, _batchBlocks[index].Offset, _batchBlocks[index].Length);
    }

    /// <summary>All batches in order.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < BatchCount; i++)
            yield return await ReadAsync(i, cancellationToken).ConfigureAwait(false);
    }

    MessageSource At(long offset)
    {
        _stream.Position = offset;
        _source.Position = offset;
        return _source;
    }

    void TakeDictionary(RawMessage? read, long offset, long length)
    {
        RawMessage message = Whole(read, offset, length);
        try
        {
            FlatTable header = message.Header(out Header kind);
            if (kind != Header.DictionaryBatch)
                throw new ArrowFormatException($"the footer calls a {kind} message a dictionary", offset);
            _dictionaries.Add(header, message.Body, message.BodyOffset, _options, allowReplacement: false);
        }
        finally
        {
            message.Body.Release();
        }
    }

    RecordBatch TakeBatch(RawMessage? read, long offset, long length)
    {
        RawMessage message = Whole(read, offset, length);
        try
        {
            FlatTable header = message.Header(out Header kind);
            if (kind != Header.RecordBatch)
                throw new ArrowFormatException($"the footer calls a {kind} message a record batch", offset);
            (ArrowArray[] columns, int rows) = BatchDecoder.Columns(header, _fields, message.Body, message.BodyOffset, _dictionaries, _options);
            return new RecordBatch(Schema, columns, rows);
        }
        finally
        {
            message.Body.Release();
        }
    }

    static RawMessage Whole(RawMessage? read, long offset, long length)
    {
        if (read is not { } message)
            throw new ArrowFormatException("the footer lists a block that holds no message", offset);
        if (message.BodyOffset - offset + message.Body.Length > length)
            throw new ArrowFormatException($"a message is longer than the {length} bytes that the footer gives it", offset);
        return message;
    }

    static (long, long)[] Blocks(FlatVector vector, long limit)
    {
        (long, long)[] blocks = new (long, long)[vector.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            long offset = vector.Int64(i), body = vector.Int64(i, 16);
            int metadata = vector.Int32(i, 8);
            if (offset < 8 || offset > limit || metadata <= 0 || metadata > limit - offset || body < 0 || body > limit - offset - metadata)
                throw new ArrowFormatException($"block {i} ({metadata} + {body} bytes at {offset}) lies outside the file's messages", vector.Offset + i * BlockLength);
            blocks[i] = (offset, (long)metadata + body);
        }
        return blocks;
    }

    static void RequireSeek(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The file format is read from its end; give a seekable stream, or write and read the stream format.", nameof(stream));
    }

    static void CheckSize(Stream stream)
    {
        if (stream.Length < 8 + TailLength)
            throw new ArrowFormatException($"{stream.Length} bytes are too few for an Arrow file", 0);
    }

    static int FooterLength(ReadOnlySpan<byte> ends, long fileLength)
    {
        if (!ends[..6].SequenceEqual(FileMagic))
            throw new ArrowFormatException("the file does not begin with ARROW1", 0);
        if (!ends[^6..].SequenceEqual(FileMagic))
            throw new ArrowFormatException("the file does not end with ARROW1; it may be cut short", fileLength - 6);
        int length = BinaryPrimitives.ReadInt32LittleEndian(ends[8..]);
        if (length <= 0 || length > fileLength - 8 - TailLength)
            throw new ArrowFormatException($"a footer of {length} bytes does not fit a file of {fileLength}", fileLength - TailLength);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dictionaries.Dispose();
        if (!_options.LeaveOpen)
            _stream.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _dictionaries.Dispose();
        return _options.LeaveOpen ? default : _stream.DisposeAsync();
    }
}
