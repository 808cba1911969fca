using Pennon.Arrow;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;
using Field = Pennon.Arrow.Field;

namespace Pennon.Lance;

/// <summary>
/// Streams record batches into the data files of a table. Nothing is visible before the <see cref="StagedTransaction"/> that
/// <see cref="FinishAsync"/> returns is committed; disposing the writer without finishing deletes what it wrote.
/// </summary>
/// <remarks>Memory is bounded by the options, not by the number of rows. Not safe for concurrent use.</remarks>
public sealed class LanceTableWriter : IAsyncDisposable
{
    internal static readonly string[] ReservedNames = ["_rowid", "_rowaddr", "_rowoffset", "_row_created_at_version", "_row_last_updated_at_version"];

    readonly IObjectStore _store;
    readonly TablePaths _paths;
    readonly LanceWriteOptions _options;
    readonly Transaction _transaction;
    readonly bool _mustNotExist;
    readonly StoredVersion? _read;
    readonly FragmentWriter _writer;
    bool _finished;

    LanceTableWriter(IObjectStore store, TablePaths paths, Schema schema, TableField[] fields, Transaction transaction, LanceWriteOptions options, bool mustNotExist, StoredVersion? read)
    {
        _store = store;
        _paths = paths;
        _options = options;
        _transaction = transaction;
        _mustNotExist = mustNotExist;
        _read = read;
        _writer = new FragmentWriter(store, paths, schema, fields, options);
    }

    /// <summary>The columns every batch must have, in this order.</summary>
    public Schema Schema => _writer.Schema;

    /// <summary>Rows taken in so far.</summary>
    public long RowsWritten => _writer.RowsWritten;

    /// <summary>Bytes of finished data files and of the one being written; pages that are still filling do not count.</summary>
    public long BytesWritten => _writer.BytesWritten;

    /// <summary>Starts the content of a new table.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table, for example <c>people.lance</c>.</param>
    /// <param name="schema">The columns; a table without rows is fine.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ConflictException">The table exists.</exception>
    /// <exception cref="ArgumentException">The schema has duplicate or reserved column names.</exception>
    /// <exception cref="LanceNotSupportedException">A column's type cannot be stored.</exception>
    public static async ValueTask<LanceTableWriter> CreateAsync(IObjectStore store, string path, Schema schema, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (paths, settings) = Check(store, path, schema, options);
        var (latest, _) = await new TableHistory(store, paths).FindLatestAsync(cancellationToken).ConfigureAwait(false);
        if (latest > 0) throw new ConflictException($"Table '{path}' exists already, at version {latest}.", isRetryable: false);
        return StartReplacement(store, paths, schema, settings, readVersion: 0, mustNotExist: true, read: null);
    }

    /// <summary>Starts the new content of a table, which replaces rows and columns at the commit; old versions stay readable. A table that does not exist is created.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public static async ValueTask<LanceTableWriter> OverwriteAsync(IObjectStore store, string path, Schema schema, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (paths, settings) = Check(store, path, schema, options);
        var history = new TableHistory(store, paths);
        var (latest, naming) = await history.FindLatestAsync(cancellationToken).ConfigureAwait(false);
        var version = VersionToRead(settings, latest, path);
        StoredVersion? read = null;
        if (version > 0) history.RequireWritable(read = await history.ReadAsync(version, naming, cancellationToken).ConfigureAwait(false));
        return StartReplacement(store, paths, schema, settings, version, mustNotExist: false, read);
    }

    /// <summary>Starts adding rows to a table.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="schema">The columns of the batches: all of the table's, in any order, where nullable ones may be left out and are then null.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such table.</exception>
    /// <exception cref="ArgumentException">The columns do not fit the table's.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features, or a file version, that this library does not write.</exception>
    public static async ValueTask<LanceTableWriter> AppendAsync(IObjectStore store, string path, Schema schema, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (paths, settings) = Check(store, path, schema, options);
        var history = new TableHistory(store, paths);
        var (latest, naming) = await history.FindLatestAsync(cancellationToken).ConfigureAwait(false);
        if (latest == 0) throw new LanceNotFoundException($"There is no table '{path}' to append to.");
        var version = VersionToRead(settings, latest, path);
        var current = await history.ReadAsync(version, naming, cancellationToken).ConfigureAwait(false);
        return StartAppend(store, paths, schema, current, settings);
    }

    /// <summary>Starts adding rows to the line of versions that a table was opened on: the main line or a branch.</summary>
    /// <param name="dataset">The version the append builds on; later versions are checked for conflicts at the commit.</param>
    /// <param name="schema">The columns of the batches: all of the table's, in any order, where nullable ones may be left out and are then null.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <exception cref="ArgumentException">The columns do not fit the table's.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features, or a file version, that this library does not write.</exception>
    public static LanceTableWriter Append(LanceDataset dataset, Schema schema, LanceWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var table = dataset.Table;
        var (_, settings) = Check(table.Store, table.MainRoot, schema, options);
        return StartAppend(table.Store, new TablePaths(table.MainRoot, table.Root), schema, StoredVersion.Of(table), settings);
    }

    /// <summary>Starts new content for the line of versions that a table was opened on; rows and columns are replaced at the commit.</summary>
    /// <param name="dataset">The version the write builds on.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <exception cref="ArgumentException">The schema has duplicate or reserved column names.</exception>
    /// <exception cref="LanceNotSupportedException">A column's type cannot be stored, or the table has features this library does not write.</exception>
    public static LanceTableWriter Overwrite(LanceDataset dataset, Schema schema, LanceWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var table = dataset.Table;
        var (_, settings) = Check(table.Store, table.MainRoot, schema, options);
        var paths = new TablePaths(table.MainRoot, table.Root);
        var read = StoredVersion.Of(table);
        new TableHistory(table.Store, paths).RequireWritable(read);
        return StartReplacement(table.Store, paths, schema, settings, dataset.Version, mustNotExist: false, read);
    }

    /// <summary>Takes in a batch. Its memory may be reused when the call has returned.</summary>
    /// <param name="batch">Rows of exactly <see cref="Schema"/>.</param>
    /// <param name="cancellationToken">Stops the call; the writer can then only be disposed.</param>
    /// <exception cref="ArgumentException">The batch has other columns, or nulls in a column that has none.</exception>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_finished, this);
        await _writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes the data files and hands them over. The writer takes no more rows.</summary>
    /// <param name="cancellationToken">Stops the call; the writer can then only be disposed.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    public async ValueTask<StagedTransaction> FinishAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        await _writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        _finished = true;
        if (_transaction.Append is { } append) append.Fragments.Add(_writer.Fragments);
        else _transaction.Overwrite.Fragments.Add(_writer.Fragments);
        return new StagedTransaction(_store, _paths, _transaction, _writer.StagedKeys, RowsWritten, _options, _mustNotExist, _read);
    }

    /// <summary>Deletes what was written unless <see cref="FinishAsync"/> handed it over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        if (_finished) return;
        _finished = true;
        await new StagedFiles(_store).DeleteAsync(_writer.StagedKeys).ConfigureAwait(false);
    }

    static (TablePaths Paths, LanceWriteOptions Options) Check(IObjectStore store, string path, Schema schema, LanceWriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(schema);
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        if (schema.Fields.Count == 0) throw new ArgumentException($"Table '{path}' needs at least one column.", nameof(schema));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            if (Array.IndexOf(ReservedNames, field.Name) >= 0) throw new ArgumentException($"The column name '{field.Name}' is reserved by the table format; choose another one.", nameof(schema));
            if (!names.Add(field.Name)) throw new ArgumentException($"The schema has two columns named '{field.Name}'.", nameof(schema));
            CheckStorable(field, field.Name);
        }
        return (new TablePaths(path), settings);
    }

    internal static void CheckStorable(Field field, string name)
    {
        var below = TableField.ChildrenOf(field.Type);
        if (below.Count == 0 && field.Type is not StructType) _ = LeafShape.Of(field.Type, name);
        foreach (var child in below) CheckStorable(child, $"{name}.{child.Name}");
    }

    static long VersionToRead(LanceWriteOptions options, long latest, string path)
    {
        if (options.ReadVersion is not { } version) return latest;
        return version <= latest ? version : throw new LanceNotFoundException($"Table '{path}' has no version {version}; the latest is {latest}.");
    }

    static LanceTableWriter StartAppend(IObjectStore store, TablePaths paths, Schema schema, StoredVersion current, LanceWriteOptions settings)
    {
        new TableHistory(store, paths).RequireWritable(current);
        RequireFileVersion(current.Manifest, paths.Table);
        var fields = AppendSchema.Match(schema, current.Manifest.Fields, paths.Table);
        var transaction = NewTransaction((long)current.Manifest.Version, settings);
        transaction.Append = new Transaction.Types.Append();
        return new LanceTableWriter(store, paths, schema, fields, transaction, settings, mustNotExist: false, current);
    }

    /// <summary>Refuses tables whose data files are of another version than the one that is written: a version holds files of one kind.</summary>
    /// <exception cref="LanceNotSupportedException">The table's files are older.</exception>
    internal static void RequireFileVersion(Manifest manifest, string table)
    {
        if (manifest.DataFormat is { Version: not "2.2" } format)
            throw new LanceNotSupportedException("data file version", $"Table '{table}' stores files of version {format.Version}, and this library writes version 2.2 only; overwrite the table instead.");
    }

    static LanceTableWriter StartReplacement(IObjectStore store, TablePaths paths, Schema schema, LanceWriteOptions options, long readVersion, bool mustNotExist, StoredVersion? read)
    {
        var fields = TableField.Number(schema);
        var transaction = NewTransaction(readVersion, options);
        transaction.Overwrite = new Transaction.Types.Overwrite();
        TableField.AppendMessages(fields, transaction.Overwrite.Schema);
        LanceSchema.WriteMetadata(schema.Metadata, transaction.Overwrite.SchemaMetadata);
        foreach (var (key, value) in options.Config ?? new Dictionary<string, string>()) transaction.Overwrite.ConfigUpsertValues.Add(key, value);
        return new LanceTableWriter(store, paths, schema, fields, transaction, options, mustNotExist, read);
    }

    static Transaction NewTransaction(long readVersion, LanceWriteOptions options)
    {
        var transaction = new Transaction { ReadVersion = (ulong)readVersion, Uuid = Guid.NewGuid().ToString() };
        foreach (var (key, value) in options.TransactionProperties ?? new Dictionary<string, string>()) transaction.TransactionProperties.Add(key, value);
        return transaction;
    }
}
