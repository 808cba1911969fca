using Pennon.Arrow;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Streams rows into data files, each of which becomes a new fragment. Ids are given at the commit.</summary>
/// <remarks>Memory is bounded by the options, not by the number of rows. Not safe for concurrent use.</remarks>
sealed class FragmentWriter(IObjectStore store, TablePaths paths, Schema schema, TableField[] fields, LanceWriteOptions options) : IAsyncDisposable
{
    readonly List<DataFragment> _fragments = [];
    readonly List<string> _keys = [];
    LanceFileWriter? _file;
    string _name = "";
    long _finishedBytes;

    /// <summary>The columns every batch must have, in this order.</summary>
    public Schema Schema => schema;

    /// <summary>The completed fragments.</summary>
    public IReadOnlyList<DataFragment> Fragments => _fragments;

    /// <summary>The keys of the files written so far.</summary>
    public IReadOnlyList<string> StagedKeys => _keys;

    /// <summary>Rows taken in so far.</summary>
    public long RowsWritten { get; private set; }

    /// <summary>Bytes of finished files and of the one being written; pages that are still filling do not count.</summary>
    public long BytesWritten => _finishedBytes + (_file?.Bytes ?? 0);

    /// <summary>Takes in a batch. Its memory may be reused when the call has returned.</summary>
    /// <exception cref="ArgumentException">The batch has other columns, or nulls in a column that has none.</exception>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        BatchCheck.Require(batch, schema);
        var start = 0;
        while (start < batch.Length)
        {
            _file ??= await StartFileAsync(cancellationToken).ConfigureAwait(false);
            var count = (int)Math.Min(batch.Length - start, options.MaxRowsPerFile - _file.Rows);
            await _file.WriteAsync(batch, start, count, cancellationToken).ConfigureAwait(false);
            start += count;
            RowsWritten += count;
            if (_file.Rows >= options.MaxRowsPerFile || _file.Bytes >= options.MaxBytesPerFile) await EndFileAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes the last file.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (_file is not null) await EndFileAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file being written; completed files stay.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync().ConfigureAwait(false);
        _file = null;
    }

    async ValueTask<LanceFileWriter> StartFileAsync(CancellationToken cancellationToken)
    {
        _name = TablePaths.NewDataFileName();
        var key = paths.DataFile(_name);
        var output = await store.CreateAsync(key, cancellationToken).ConfigureAwait(false);
        _keys.Add(key);
        return new LanceFileWriter(output, schema, fields, new LanceFileWriterOptions { PageBytes = options.PageBytes, PagesInFlight = options.Parallelism });
    }

    async ValueTask EndFileAsync(CancellationToken cancellationToken)
    {
        var summary = await _file!.FinishAsync(cancellationToken).ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        _file = null;
        _finishedBytes += summary.Bytes;
        var fragment = new DataFragment { PhysicalRows = (ulong)summary.Rows };
        fragment.Files.Add(Describe(_name, summary));
        _fragments.Add(fragment);
    }

    /// <summary>What a manifest says about a file that was written.</summary>
    public static DataFile Describe(string name, LanceFileSummary summary)
    {
        var data = new DataFile
        {
            Path = name,
            FileMajorVersion = LanceFileWriterOptions.Major,
            FileMinorVersion = LanceFileWriterOptions.Minor,
            FileSizeBytes = (ulong)summary.Bytes,
        };
        data.Fields.Add(summary.FieldIds);
        data.ColumnIndices.Add(Enumerable.Range(0, summary.FieldIds.Length));
        return data;
    }
}
