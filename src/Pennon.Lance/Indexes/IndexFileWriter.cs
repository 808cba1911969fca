using Pennon.Arrow;
using Pennon.Lance.Files;
using Pennon.Lance.IO;

namespace Pennon.Lance.Indexes;

/// <summary>Writes a file of an index. Disposing it without finishing leaves nothing behind. Not safe for concurrent use.</summary>
sealed class IndexFileWriter : IAsyncDisposable
{
    readonly LanceFileWriter _file;

    IndexFileWriter(LanceFileWriter file, Schema schema)
    {
        _file = file;
        Schema = schema;
    }

    /// <summary>The columns of every batch.</summary>
    public Schema Schema { get; }

    /// <summary>Rows taken in so far.</summary>
    public long Rows => _file.Rows;

    /// <summary>Starts a file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the file.</param>
    /// <param name="schema">The columns; metadata may be added later.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async ValueTask<IndexFileWriter> CreateAsync(IObjectStore store, string path, Schema schema, CancellationToken cancellationToken)
    {
        var output = await store.CreateAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return new IndexFileWriter(new LanceFileWriter(output, schema, TableField.Number(schema)), schema);
        }
        catch
        {
            await output.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes in the rows of a batch.</summary>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken) => _file.WriteAsync(batch, 0, batch.Length, cancellationToken);

    /// <summary>Adds a block of bytes beside the columns.</summary>
    /// <param name="content">The bytes, which must not change before the file is finished.</param>
    /// <returns>The number of the block, from 1.</returns>
    public int AddGlobalBuffer(ReadOnlyMemory<byte> content) => _file.AddGlobalBuffer(content);

    /// <summary>Sets an entry of the schema's metadata.</summary>
    public void SetMetadata(string key, string value) => _file.SetMetadata(key, value);

    /// <summary>Completes the file.</summary>
    /// <returns>Its size in bytes.</returns>
    public async ValueTask<long> FinishAsync(CancellationToken cancellationToken) => (await _file.FinishAsync(cancellationToken).ConfigureAwait(false)).Bytes;

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
