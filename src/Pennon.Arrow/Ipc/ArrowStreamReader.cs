using System.Runtime.CompilerServices;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Reads record batches from an Arrow IPC stream, with dictionaries that grow or are replaced on the way.</summary>
/// <remarks>
/// Batches are checked as they are read; malformed bytes give <see cref="ArrowFormatException"/> and nothing else. Failures of the
/// underlying stream pass through. One reader is used by one thread at a time; the batches belong to the caller.
/// </remarks>
public sealed class ArrowStreamReader : IDisposable, IAsyncDisposable
{
    readonly Stream _stream;
    readonly ArrowReadOptions _options;
    readonly MessageSource _source;
    readonly IpcField[] _fields;
    readonly DictionaryStore _dictionaries;
    bool _ended;

    ArrowStreamReader(Stream stream, ArrowReadOptions options, MessageSource source, RawMessage? first)
    {
        _stream = stream;
        _options = options;
        _source = source;
        if (first is not { } message)
            throw new ArrowFormatException("the stream is empty, without even a schema", 0);
        FlatTable header = message.Header(out Header kind);
        if (kind != Header.Schema)
            throw new ArrowFormatException($"the stream begins with a {kind} message, not a schema", message.MetadataOffset);
        FlatBudget budget = new(message.Metadata.Length);
        (Schema, _fields) = SchemaDecoder.Schema(header, ref budget);
        _dictionaries = new DictionaryStore(_fields, message.MetadataOffset);
        message.Body.Release();
    }

    /// <summary>The schema of all batches.</summary>
    public Schema Schema { get; }

    /// <summary>The custom metadata of the batch read last; empty when it had none.</summary>
    public IReadOnlyDictionary<string, string> BatchMetadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>Opens a stream and reads its schema.</summary>
    /// <param name="stream">The bytes, from the current position; need not be seekable.</param>
    /// <param name="options">Codecs and allocator; defaults where null.</param>
    /// <exception cref="ArrowFormatException">The stream does not begin with a valid schema.</exception>
    public static ArrowStreamReader Open(Stream stream, ArrowReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= ArrowReadOptions.Default;
        MessageSource source = new(stream, options.Allocator);
        return new ArrowStreamReader(stream, options, source, source.Read());
    }

    /// <summary>Opens a stream and reads its schema.</summary>
    /// <param name="stream">The bytes, from the current position; need not be seekable.</param>
    /// <param name="options">Codecs and allocator; defaults where null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The stream does not begin with a valid schema.</exception>
    public static async ValueTask<ArrowStreamReader> OpenAsync(Stream stream, ArrowReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= ArrowReadOptions.Default;
        MessageSource source = new(stream, options.Allocator);
        return new ArrowStreamReader(stream, options, source, await source.ReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The next batch, or null at the end of the stream.</summary>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public RecordBatch? Read()
    {
        while (!_ended)
        {
            if (_source.Read() is not { } message)
                _ended = true;
            else if (Take(message) is { } batch)
                return batch;
        }
        return null;
    }

    /// <summary>The next batch, or null at the end of the stream.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public async ValueTask<RecordBatch?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (!_ended)
        {
            if (await _source.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } message)
                _ended = true;
            else if (Take(message) is { } batch)
                return batch;
        }
        return null;
    }

    /// <summary>All batches that are left.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArrowFormatException">The bytes break the format.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } batch)
            yield return batch;
    }

    RecordBatch? Take(RawMessage message)
    {
        try
        {
            FlatTable header = message.Header(out Header kind);
            switch (kind)
            {
                case Header.DictionaryBatch:
                    _dictionaries.Add(header, message.Body, message.BodyOffset, _options, allowReplacement: true);
                    return null;
                case Header.RecordBatch:
                    FlatBudget budget = new(message.Metadata.Length);
                    BatchMetadata = SchemaDecoder.Metadata(message.Root(), MessageSlot.Metadata, ref budget);
                    (ArrowArray[] columns, int length) = BatchDecoder.Columns(header, _fields, message.Body, message.BodyOffset, _dictionaries, _options);
                    return new RecordBatch(Schema, columns, length);
                default:
                    throw new ArrowFormatException($"a {kind} message has no place here", message.MetadataOffset);
            }
        }
        finally
        {
            message.Body.Release();
        }
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
