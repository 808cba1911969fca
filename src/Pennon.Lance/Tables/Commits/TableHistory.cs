using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>One version as a writer needs it: the manifest, and the blocks beside it.</summary>
internal sealed record StoredVersion(Manifest Manifest, IndexSection? Indices, Transaction? Transaction)
{
    /// <summary>A version that is open for reading.</summary>
    public static StoredVersion Of(TableVersion table) => new(
        table.Manifest, table.Manifest.HasIndexSection ? table.File.ReadIndexSection() : null, table.File.ReadTransaction());
}

/// <summary>Finds and reads the versions of a table for a commit.</summary>
internal sealed class TableHistory(IObjectStore store, TablePaths paths)
{
    const int MaxTransactionBytes = 1 << 30;
    const string MemWalIndex = "__lance_mem_wal";

    /// <summary>The highest version and how its table names manifests; version 0 when there is none.</summary>
    public async ValueTask<(long Version, ManifestNaming Naming)> FindLatestAsync(CancellationToken cancellationToken) =>
        await VersionFolder.FindLatestAsync(store, paths.Root, cancellationToken).ConfigureAwait(false) is { } latest
            ? ((long)latest.Version, latest.Naming)
            : (0, ManifestNaming.Version2);

    /// <exception cref="LanceNotFoundException">There is no such version.</exception>
    /// <exception cref="LanceFormatException">The manifest or the transaction is damaged.</exception>
    public async ValueTask<StoredVersion> ReadAsync(long version, ManifestNaming naming, CancellationToken cancellationToken)
    {
        var path = VersionFolder.PathOf(paths.Root, (ulong)version, naming);
        var file = await ManifestFile.ReadAsync(store, path, cancellationToken).ConfigureAwait(false);
        var transaction = file.ReadTransaction() ?? await ReadTransactionFileAsync(file.Message, cancellationToken).ConfigureAwait(false);
        return new StoredVersion(file.Message, file.Message.HasIndexSection ? file.ReadIndexSection() : null, transaction);
    }

    /// <exception cref="LanceNotSupportedException">The version has a feature that a writer would have to keep up and this one does not.</exception>
    public void RequireWritable(StoredVersion version)
    {
        var flags = version.Manifest.WriterFeatureFlags | version.Manifest.ReaderFeatureFlags;
        FeatureFlags.Check(flags, FeatureFlags.Writable, "To write to", $"{paths.Table}, version {version.Manifest.Version}");
        if (version.Indices is null) return;
        foreach (var index in version.Indices.Indices)
        {
            if (index.Name == MemWalIndex)
                throw new LanceNotSupportedException("memory write-ahead log",
                    $"Table '{paths.Table}' keeps recent rows in a write-ahead log beside the table, which this library does not write to.");
        }
    }

    async ValueTask<Transaction?> ReadTransactionFileAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.TransactionFile.Length == 0) return null;
        var path = paths.TransactionFile(manifest.TransactionFile);
        if (!await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false)) return null;
        var bytes = await store.GetAsync(path, MaxTransactionBytes, cancellationToken).ConfigureAwait(false);
        return ManifestFile.Parse(Transaction.Parser, bytes, "transaction", path, 0);
    }
}
