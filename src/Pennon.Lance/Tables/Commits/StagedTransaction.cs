using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance;

/// <summary>
/// A write to one table whose data lies in the store but which nobody can see until it is committed. Disposing it without a
/// commit deletes its data files.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class StagedTransaction : IAsyncDisposable
{
    const string CommitMessageKey = "__lance_commit_message";

    readonly IObjectStore _store;
    readonly TablePaths _paths;
    readonly TableHistory _history;
    readonly Transaction _transaction;
    readonly List<string> _stagedKeys;
    readonly LanceWriteOptions _options;
    readonly StoredVersion? _read;
    readonly ICommitRebase? _rebase;
    readonly bool _mustNotExist;
    bool _done;
    bool _inDoubt;

    /// <param name="store">The store.</param>
    /// <param name="paths">The table, and the main line or branch that is written.</param>
    /// <param name="transaction">The operation.</param>
    /// <param name="stagedKeys">Keys of the files written for it, to be deleted if it is abandoned.</param>
    /// <param name="rows">Rows staged.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="mustNotExist">Whether the table must not exist yet.</param>
    /// <param name="read">The version the operation read, if it is at hand.</param>
    /// <param name="rebase">Fits the operation to versions committed meanwhile.</param>
    internal StagedTransaction(
        IObjectStore store, TablePaths paths, Transaction transaction, IEnumerable<string> stagedKeys, long rows, LanceWriteOptions options, bool mustNotExist,
        StoredVersion? read = null, ICommitRebase? rebase = null)
    {
        _store = store;
        _paths = paths;
        _history = new TableHistory(store, paths);
        _transaction = transaction;
        _stagedKeys = [.. stagedKeys];
        _options = options;
        _mustNotExist = mustNotExist;
        _read = read;
        _rebase = rebase;
        Rows = rows;
    }

    /// <summary>Stages any operation on the line of versions that a table was opened on.</summary>
    /// <param name="table">The version the operation read.</param>
    /// <param name="message">The operation; its read version, id and properties are filled in where they are missing.</param>
    /// <param name="stagedKeys">Keys of the files written for it, to be deleted if it is abandoned.</param>
    /// <param name="rows">Rows staged.</param>
    /// <param name="options">Settings of the commit; null for the defaults.</param>
    /// <param name="rebase">Fits the operation to versions committed meanwhile; null if it needs no fitting.</param>
    /// <exception cref="LanceNotSupportedException">The table has features this library cannot write to.</exception>
    internal static StagedTransaction For(
        TableVersion table, Transaction message, IReadOnlyList<string> stagedKeys, long rows, LanceWriteOptions? options, ICommitRebase? rebase = null)
    {
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        var paths = new TablePaths(table.MainRoot, table.Root);
        var read = StoredVersion.Of(table);
        new TableHistory(table.Store, paths).RequireWritable(read);
        if (message.ReadVersion == 0) message.ReadVersion = table.Manifest.Version;
        if (message.Uuid.Length == 0) message.Uuid = Guid.NewGuid().ToString();
        foreach (var (key, value) in settings.TransactionProperties ?? new Dictionary<string, string>()) message.TransactionProperties[key] = value;
        return new StagedTransaction(table.Store, paths, message, stagedKeys, rows, settings, mustNotExist: false, read, rebase);
    }

    /// <summary>The key of the table in its store.</summary>
    public string Table => _paths.Table;

    /// <summary>The version the write builds on; 0 when it creates the table.</summary>
    public long ReadVersion => (long)_transaction.ReadVersion;

    /// <summary>Rows staged.</summary>
    public long Rows { get; }

    /// <summary>The version this write became; null until it is committed.</summary>
    public long? CommittedVersion { get; private set; }

    /// <summary>What the operation is, for example <c>Append</c> or <c>Update</c>.</summary>
    public string Operation => _transaction.OperationCase.ToString();

    /// <summary>The manifest and index entries that the commit wrote; null before.</summary>
    internal BuiltVersion? Result { get; private set; }

    /// <summary>The operation as it will be or was committed.</summary>
    internal Transaction Message => _transaction;

    /// <summary>A sentence kept with the version that says why it was made. Set it before the commit.</summary>
    public string? CommitMessage
    {
        get => _transaction.TransactionProperties.TryGetValue(CommitMessageKey, out var message) ? message : null;
        set
        {
            if (value is null) _transaction.TransactionProperties.Remove(CommitMessageKey);
            else _transaction.TransactionProperties[CommitMessageKey] = value;
        }
    }

    /// <summary>Makes the write visible in one step.</summary>
    /// <param name="cancellationToken">Stops the commit; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ConflictException">Another writer committed something this write cannot go on top of, or kept committing first.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features this library cannot write to.</exception>
    /// <exception cref="InvalidOperationException">The write was committed or disposed before.</exception>
    public async ValueTask<long> CommitAsync(CancellationToken cancellationToken = default)
    {
        if (CommittedVersion is not null) throw new InvalidOperationException($"The write was committed before, as version {CommittedVersion} of table '{Table}'.");
        ObjectDisposedException.ThrowIf(_done, this);
        var fileName = $"{_transaction.ReadVersion}-{_transaction.Uuid}.txn";
        var transaction = Array.Empty<byte>();
        var checkedUpTo = ReadVersion;
        var known = _read;
        for (var attempt = 1; ; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            var (latest, naming) = await _history.FindLatestAsync(cancellationToken).ConfigureAwait(false);
            if (latest < ReadVersion) throw new LanceNotFoundException($"Version {ReadVersion} of table '{Table}', which the write builds on, is gone.");
            var current = known;
            if (latest == checkedUpTo && latest > 0) current ??= await _history.ReadAsync(latest, naming, cancellationToken).ConfigureAwait(false);
            var deletionsMeet = false;
            for (var version = checkedUpTo + 1; version <= latest; version++)
            {
                current = await ReadLaterAsync(version, naming, cancellationToken).ConfigureAwait(false);
                // A reply that got lost, or an earlier call that failed just after the step: the write is in already.
                if (current.Transaction?.Uuid == _transaction.Uuid) return Committed(version);
                if (_mustNotExist) throw new ConflictException($"Table '{Table}' exists already, at version {latest}.", isRetryable: false);
                var stableRowIds = (current.Manifest.ReaderFeatureFlags & FeatureFlags.StableRowIds) != 0;
                deletionsMeet |= ConflictRules.Check(_transaction, current.Transaction, version, Table, stableRowIds);
            }
            var isNewer = latest > checkedUpTo;
            checkedUpTo = latest;
            known = current;
            if (current is not null) _history.RequireWritable(current);
            if (isNewer && _rebase is not null)
                _stagedKeys.AddRange(await _rebase.RebaseAsync(current!, deletionsMeet, cancellationToken).ConfigureAwait(false));
            else if (deletionsMeet)
                throw new ConflictException($"Other writers deleted rows of the same fragments of table '{Table}'; run the operation again.", isRetryable: true);
            var inlineOnly = current is not null && (current.Manifest.WriterFeatureFlags & FeatureFlags.InlineTransactionsOnly) != 0;
            var bytes = _transaction.ToByteArray();
            if (!inlineOnly && !bytes.AsSpan().SequenceEqual(transaction))
                await _store.PutAsync(_paths.TransactionFile(fileName), bytes, cancellationToken).ConfigureAwait(false);
            transaction = bytes;
            var built = await BuildAsync(current, naming, latest + 1, cancellationToken).ConfigureAwait(false);
            built.Manifest.TransactionFile = inlineOnly ? "" : fileName;
            built.Manifest.Timestamp = Timestamp.FromDateTime(DateTime.UtcNow);
            var content = ManifestBytes.Build(built.Manifest, built.Indices, transaction);
            _inDoubt = true;
            if (await _store.PutIfAbsentAsync(VersionFolder.PathOf(_paths.Root, (ulong)(latest + 1), naming), content, cancellationToken).ConfigureAwait(false))
            {
                Result = built;
                await WriteHintAsync(latest + 1, cancellationToken).ConfigureAwait(false);
                return Committed(latest + 1);
            }
            _inDoubt = false;
            if (attempt >= _options.CommitAttempts)
                throw new ConflictException($"Other writers committed to table '{Table}' first {attempt} times in a row; try again.", isRetryable: true);
            await BackOffAsync(attempt, Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
        }
    }

    async ValueTask<BuiltVersion> BuildAsync(StoredVersion? current, ManifestNaming naming, long version, CancellationToken cancellationToken)
    {
        StoredVersion? restored = null;
        if (_transaction.Restore is { } restore)
            restored = await _history.ReadAsync((long)restore.Version, naming, cancellationToken).ConfigureAwait(false);
        return NextVersion.Build(current, _transaction, _options, version, restored);
    }

    /// <summary>Deletes the staged files unless they were committed, or may have been: a commit that failed half way leaves them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_done) return;
        _done = true;
        if (_inDoubt) return;
        await new StagedFiles(_store).DeleteAsync([.. _stagedKeys, _paths.TransactionFile($"{_transaction.ReadVersion}-{_transaction.Uuid}.txn")]).ConfigureAwait(false);
    }

    long Committed(long version)
    {
        _done = true;
        _inDoubt = false;
        CommittedVersion = version;
        return version;
    }

    async ValueTask<StoredVersion> ReadLaterAsync(long version, ManifestNaming naming, CancellationToken cancellationToken)
    {
        try
        {
            return await _history.ReadAsync(version, naming, cancellationToken).ConfigureAwait(false);
        }
        catch (LanceNotFoundException)
        {
            throw new ConflictException($"Version {version} of table '{Table}' was committed meanwhile and is gone already, so that the write cannot be compared with it; run it again.", isRetryable: true);
        }
    }

    async ValueTask WriteHintAsync(long version, CancellationToken cancellationToken)
    {
        try
        {
            await _store.PutAsync(_paths.Hint, Encoding.ASCII.GetBytes($"{{\"version\":{version}}}"), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or LanceException or OperationCanceledException)
        {
            // The version is committed. The hint may be missing or stale without harm, and an error here would say the opposite.
        }
    }

    // Losers of one race wait for different numbers of slots, each about as long as an attempt takes.
    static Task BackOffAsync(int attempt, TimeSpan slot, CancellationToken cancellationToken)
    {
        var slots = Random.Shared.Next(1 << Math.Min(attempt, 6));
        var wait = Math.Min(5000, slots * Math.Max(1, slot.TotalMilliseconds * 1.1));
        return Task.Delay(TimeSpan.FromMilliseconds(wait), cancellationToken);
    }
}
