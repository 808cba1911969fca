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
    readonly IReadOnlyList<string> _dataFiles;
    readonly LanceWriteOptions _options;
    readonly bool _mustNotExist;
    bool _done;
    bool _inDoubt;

    internal StagedTransaction(IObjectStore store, TablePaths paths, Transaction transaction, IReadOnlyList<string> dataFiles, long rows, LanceWriteOptions options, bool mustNotExist)
    {
        _store = store;
        _paths = paths;
        _history = new TableHistory(store, paths);
        _transaction = transaction;
        _dataFiles = dataFiles;
        _options = options;
        _mustNotExist = mustNotExist;
        Rows = rows;
    }

    /// <summary>The key of the table in its store.</summary>
    public string Table => _paths.Table;

    /// <summary>The version the write builds on; 0 when it creates the table.</summary>
    public long ReadVersion => (long)_transaction.ReadVersion;

    /// <summary>Rows staged.</summary>
    public long Rows { get; }

    /// <summary>The version this write became; null until it is committed.</summary>
    public long? CommittedVersion { get; private set; }

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
        var transaction = _transaction.ToByteArray();
        var fileName = $"{_transaction.ReadVersion}-{_transaction.Uuid}.txn";
        var checkedUpTo = ReadVersion;
        var fileWritten = false;
        for (var attempt = 1; ; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            var (latest, naming) = await _history.FindLatestAsync(cancellationToken).ConfigureAwait(false);
            if (latest < ReadVersion) throw new LanceNotFoundException($"Version {ReadVersion} of table '{Table}', which the write builds on, is gone.");
            StoredVersion? current = null;
            if (latest == checkedUpTo && latest > 0) current = await _history.ReadAsync(latest, naming, cancellationToken).ConfigureAwait(false);
            for (var version = checkedUpTo + 1; version <= latest; version++)
            {
                current = await ReadLaterAsync(version, naming, cancellationToken).ConfigureAwait(false);
                // A reply that got lost, or an earlier call that failed just after the step: the write is in already.
                if (current.Transaction?.Uuid == _transaction.Uuid) return Committed(version);
                if (_mustNotExist) throw new ConflictException($"Table '{Table}' exists already, at version {latest}.", isRetryable: false);
                ConflictRules.Check(_transaction, current.Transaction, version, Table);
            }
            checkedUpTo = latest;
            if (current is not null) _history.RequireWritable(current);
            var inlineOnly = current is not null && (current.Manifest.WriterFeatureFlags & FeatureFlags.InlineTransactionsOnly) != 0;
            if (!fileWritten && !inlineOnly)
            {
                await _store.PutAsync(_paths.TransactionFile(fileName), transaction, cancellationToken).ConfigureAwait(false);
                fileWritten = true;
            }
            var manifest = NextVersion.Build(current, _transaction, _options, latest + 1);
            manifest.TransactionFile = inlineOnly ? "" : fileName;
            manifest.Timestamp = Timestamp.FromDateTime(DateTime.UtcNow);
            var bytes = ManifestBytes.Build(manifest, NextVersion.KeepsIndices(_transaction) ? current?.IndexSection : null, transaction);
            _inDoubt = true;
            if (await _store.PutIfAbsentAsync(VersionFolder.PathOf(_paths.Root, (ulong)(latest + 1), naming), bytes, cancellationToken).ConfigureAwait(false))
            {
                await WriteHintAsync(latest + 1, cancellationToken).ConfigureAwait(false);
                return Committed(latest + 1);
            }
            _inDoubt = false;
            if (attempt >= _options.CommitAttempts)
                throw new ConflictException($"Other writers committed to table '{Table}' first {attempt} times in a row; try again.", isRetryable: true);
            await BackOffAsync(attempt, Stopwatch.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes the staged files unless they were committed, or may have been: a commit that failed half way leaves them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_done) return;
        _done = true;
        if (_inDoubt) return;
        var cleanup = new StagedFiles(_store, _paths);
        await cleanup.DeleteAsync(_dataFiles).ConfigureAwait(false);
        await cleanup.DeleteTransactionAsync($"{_transaction.ReadVersion}-{_transaction.Uuid}.txn").ConfigureAwait(false);
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
