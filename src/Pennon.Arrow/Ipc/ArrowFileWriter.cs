using System.Buffers.Binary;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Writes record batches as an Arrow IPC file (also known as Feather version 2), uncompressed, with bodies aligned to 64 bytes.</summary>
/// <remarks>
/// The stream need not be seekable; positions count from where the writer began. A dictionary may grow between batches but not change. Equal
/// input gives equal bytes. Not safe for use by several threads.
/// </remarks>
public sealed class ArrowFileWriter : IDisposable, IAsyncDisposable
{
    static readonly byte[] Magic = "ARROW1\0\0"u8.ToArray();
    static readonly byte[] EndOfStream = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    readonly Stream _stream;
    readonly Schema _schema;
    readonly IReadOnlyDictionary<string, string>? _metadata;
    readonly bool _leaveOpen;
    readonly IpcField[] _fields;
    readonly DictionaryTracker _dictionaries;
    readonly List<(long Offset, int Head, long Body)> _dictionaryBlocks = [];
    readonly List<(long Offset, int Head, long Body)> _batchBlocks = [];
    long _position;
    bool _finished;

    /// <summary>Creates a writer; nothing is written yet.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="schema">The schema of all batches.</param>
    /// <param name="metadata">Custom metadata for the file's footer, or null.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the writer is disposed.</param>
    public ArrowFileWriter(Stream stream, Schema schema, IReadOnlyDictionary<string, string>? metadata = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        _stream = stream;
        _schema = schema;
        _metadata = metadata;
        _leaveOpen = leaveOpen;
        _fields = IpcField.Number(schema);
        _dictionaries = new DictionaryTracker(_fields, allowReplacement: false);
    }

    /// <summary>Writes a batch.</summary>
    /// <param name="batch">Rows of the writer's schema.</param>
    /// <exception cref="ArgumentException">The batch has other columns than the schema.</exception>
    /// <exception cref="InvalidOperationException">A dictionary changed otherwise than by growing.</exception>
    public void Write(RecordBatch batch)
    {
        byte[] start = Start();
        _stream.Write(start);
        foreach (EncodedMessage message in Encode(batch))
            message.WriteTo(_stream);
    }

    /// <summary>Writes a batch.</summary>
    /// <param name="batch">Rows of the writer's schema.</param>
    /// <param name="cancellationToken">Stops the writing, which leaves the file incomplete.</param>
    /// <exception cref="ArgumentException">The batch has other columns than the schema.</exception>
    /// <exception cref="InvalidOperationException">A dictionary changed otherwise than by growing.</exception>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        byte[] start = Start();
        await _stream.WriteAsync(start, cancellationToken).ConfigureAwait(false);
        foreach (EncodedMessage message in Encode(batch))
            await message.WriteToAsync(_stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the footer, without which the file cannot be read; further batches are refused.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        _stream.Write(Start());
        _finished = true;
        _stream.Write(Footer());
        _stream.Flush();
    }

    /// <summary>Writes the footer, without which the file cannot be read; further batches are refused.</summary>
    /// <param name="cancellationToken">Stops the writing, which leaves the file incomplete.</param>
    public async ValueTask FinishAsync(CancellationToken cancellationToken = default)
    {
        if (_finished)
            return;
        await _stream.WriteAsync(Start(), cancellationToken).ConfigureAwait(false);
        _finished = true;
        await _stream.WriteAsync(Footer(), cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    byte[] Start()
    {
        if (_finished)
            throw new InvalidOperationException("The file was finished; a new writer is needed for more batches.");
        if (_position > 0)
            return [];
        byte[] start = [.. Magic, .. ArrowStreamWriter.SchemaMessage(_fields, _schema).Head];
        _position = start.Length;
        return start;
    }

    List<EncodedMessage> Encode(RecordBatch batch)
    {
        ArrowStreamWriter.CheckBatch(batch, _schema);
        List<EncodedMessage> messages = _dictionaries.Messages(batch);
        foreach (EncodedMessage message in messages)
            Note(_dictionaryBlocks, message);
        EncodedMessage rows = BatchEncoder.RecordBatch(batch, null);
        Note(_batchBlocks, rows);
        messages.Add(rows);
        return messages;
    }

    void Note(List<(long, int, long)> blocks, EncodedMessage message)
    {
        blocks.Add((_position, message.Head.Length, message.BodyLength));
        _position += message.Head.Length + message.BodyLength;
    }

    byte[] Footer()
    {
        FlatBufferBuilder builder = new();
        int schema = SchemaEncoder.Schema(builder, _fields, _schema.Metadata);
        int dictionaries = Blocks(builder, _dictionaryBlocks);
        int batches = Blocks(builder, _batchBlocks);
        int pairs = _metadata is null ? 0 : SchemaEncoder.Metadata(builder, _metadata);
        builder.StartTable(FooterSlot.Count);
        builder.AddReference(FooterSlot.Schema, schema);
        builder.AddReference(FooterSlot.Dictionaries, dictionaries);
        builder.AddReference(FooterSlot.Batches, batches);
        builder.AddReference(FooterSlot.Metadata, pairs);
        builder.AddInt16(FooterSlot.Version, MetadataV5);
        ReadOnlySpan<byte> flat = builder.Finish(builder.EndTable());
        byte[] footer = new byte[EndOfStream.Length + flat.Length + 4 + FileMagic.Length];
        EndOfStream.CopyTo(footer, 0);
        flat.CopyTo(footer.AsSpan(EndOfStream.Length));
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(EndOfStream.Length + flat.Length), flat.Length);
        FileMagic.CopyTo(footer.AsSpan(EndOfStream.Length + flat.Length + 4));
        return footer;
    }

    static int Blocks(FlatBufferBuilder builder, List<(long Offset, int Head, long Body)> blocks)
    {
        builder.StartVector(24, blocks.Count, 8);
        for (int i = blocks.Count - 1; i >= 0; i--)
        {
            builder.PushInt64(blocks[i].Body);
            // The 32-bit length is followed by 4 bytes of padding, which a little-endian 64-bit number writes along.
            builder.PushInt64(blocks[i].Head);
            builder.PushInt64(blocks[i].Offset);
        }
        return builder.EndVector();
    }

    /// <summary>Closes the underlying stream unless told to leave it open. Does not finish: an unfinished file cannot be mistaken for a whole one.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
            _stream.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => _leaveOpen ? default : _stream.DisposeAsync();
}
