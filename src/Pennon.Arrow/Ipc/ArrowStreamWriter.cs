using System.Buffers.Binary;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Writes record batches as an Arrow IPC stream, uncompressed, with bodies aligned to 64 bytes.</summary>
/// <remarks>
/// The schema goes out with the first batch or with the end. Dictionaries are sent when they first appear, as a delta when they grew, and as a
/// replacement when they changed. Equal input gives equal bytes. Not safe for use by several threads.
/// </remarks>
public sealed class ArrowStreamWriter : IDisposable, IAsyncDisposable
{
    static readonly byte[] EndOfStream = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    readonly Stream _stream;
    readonly Schema _schema;
    readonly bool _leaveOpen;
    readonly IpcField[] _fields;
    readonly DictionaryTracker _dictionaries;
    bool _started;
    bool _finished;

    /// <summary>Creates a writer; nothing is written yet.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="schema">The schema of all batches.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the writer is disposed.</param>
    public ArrowStreamWriter(Stream stream, Schema schema, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        _stream = stream;
        _schema = schema;
        _leaveOpen = leaveOpen;
        _fields = IpcField.Number(schema);
        _dictionaries = new DictionaryTracker(_fields, allowReplacement: true);
    }

    /// <summary>Writes a batch.</summary>
    /// <param name="batch">Rows of the writer's schema.</param>
    /// <param name="metadata">Custom metadata for this batch, or null.</param>
    /// <exception cref="ArgumentException">The batch has other columns than the schema.</exception>
    public void Write(RecordBatch batch, IReadOnlyDictionary<string, string>? metadata = null)
    {
        foreach (EncodedMessage message in Encode(batch, metadata))
            message.WriteTo(_stream);
    }

    /// <summary>Writes a batch.</summary>
    /// <param name="batch">Rows of the writer's schema.</param>
    /// <param name="metadata">Custom metadata for this batch, or null.</param>
    /// <param name="cancellationToken">Stops the writing, which leaves the stream incomplete.</param>
    /// <exception cref="ArgumentException">The batch has other columns than the schema.</exception>
    public async ValueTask WriteAsync(RecordBatch batch, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        foreach (EncodedMessage message in Encode(batch, metadata))
            await message.WriteToAsync(_stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the end of the stream; further batches are refused.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        foreach (EncodedMessage message in Start())
            message.WriteTo(_stream);
        _finished = true;
        _stream.Write(EndOfStream);
        _stream.Flush();
    }

    /// <summary>Writes the end of the stream; further batches are refused.</summary>
    /// <param name="cancellationToken">Stops the writing, which leaves the stream incomplete.</param>
    public async ValueTask FinishAsync(CancellationToken cancellationToken = default)
    {
        if (_finished)
            return;
        foreach (EncodedMessage message in Start())
            await message.WriteToAsync(_stream, cancellationToken).ConfigureAwait(false);
        _finished = true;
        await _stream.WriteAsync(EndOfStream, cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    List<EncodedMessage> Start()
    {
        if (_started)
            return [];
        _started = true;
        return [SchemaMessage(_fields, _schema)];
    }

    List<EncodedMessage> Encode(RecordBatch batch, IReadOnlyDictionary<string, string>? metadata)
    {
        if (_finished)
            throw new InvalidOperationException("The stream was finished; a new writer is needed for more batches.");
        CheckBatch(batch, _schema);
        List<EncodedMessage> messages = Start();
        messages.AddRange(_dictionaries.Messages(batch));
        messages.Add(BatchEncoder.RecordBatch(batch, metadata));
        return messages;
    }

    internal static EncodedMessage SchemaMessage(IpcField[] fields, Schema schema)
    {
        FlatBufferBuilder builder = new();
        return EncodedMessage.Finish(builder, Header.Schema, SchemaEncoder.Schema(builder, fields, schema.Metadata), [], 0);
    }

    internal static void CheckBatch(RecordBatch batch, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Columns.Count != schema.Fields.Count)
            throw new ArgumentException($"The batch has {batch.Columns.Count} columns, and the schema {schema.Fields.Count}.", nameof(batch));
        for (int i = 0; i < batch.Columns.Count; i++)
            if (batch.Column(i).Type != schema.Fields[i].Type)
                throw new ArgumentException($"Column '{schema.Fields[i].Name}' is {batch.Column(i).Type}, and the schema says {schema.Fields[i].Type}.", nameof(batch));
    }

    /// <summary>Closes the underlying stream unless told to leave it open. Does not finish: an unfinished stream is visibly incomplete.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
            _stream.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => _leaveOpen ? default : _stream.DisposeAsync();
}
