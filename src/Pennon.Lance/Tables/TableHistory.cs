using System.Buffers.Binary;
using Google.Protobuf;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>One version as a writer needs it: the manifest, and the blocks beside it as they are.</summary>
internal sealed record StoredVersion(Manifest Manifest, byte[]? IndexSection, Transaction? Transaction);

/// <summary>Finds and reads the versions of a table for a commit.</summary>
internal sealed class TableHistory(IObjectStore store, TablePaths paths)
{
    const int TrailerSize = 16;

    // Manifests of very large tables run to tens of MiB; more than this is no manifest.
    const long MaxManifestBytes = int.MaxValue / 2;

    /// <summary>The highest version and how its table names manifests; version 0 when there is none.</summary>
    public async ValueTask<(long Version, bool Inverted)> FindLatestAsync(CancellationToken cancellationToken)
    {
        var latest = 0L;
        var inverted = true;
        await foreach (var item in store.ListAsync(paths.Versions, cancellationToken).ConfigureAwait(false))
        {
            if (!TablePaths.TryParseManifestName(item.Path.AsSpan(paths.Versions.Length), out var version, out var isInverted) || version <= latest) continue;
            latest = version;
            inverted = isInverted;
        }
        return (latest, inverted);
    }

    public async ValueTask<StoredVersion> ReadAsync(long version, bool inverted, CancellationToken cancellationToken)
    {
        var path = paths.Manifest(version, inverted);
        var bytes = await ReadAllAsync(path, cancellationToken).ConfigureAwait(false);
        if (bytes.Length < TrailerSize + 4 || !bytes.AsSpan(bytes.Length - 4).SequenceEqual("LANC"u8)) throw new LanceFormatException("The manifest has no trailer.", path, bytes.Length);
        var manifest = Parse(Manifest.Parser, Block(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(bytes.Length - TrailerSize)), "manifest"), "manifest");
        var index = manifest.HasIndexSection ? Block((long)manifest.IndexSection, "index section").ToArray() : null;
        var transaction = manifest.HasTransactionSection
            ? Parse(Transaction.Parser, Block((long)manifest.TransactionSection, "transaction"), "transaction")
            : await ReadTransactionFileAsync(manifest, cancellationToken).ConfigureAwait(false);
        return new StoredVersion(manifest, index, transaction);

        ReadOnlySpan<byte> Block(long offset, string what)
        {
            if (offset < 0 || offset > bytes.Length - TrailerSize - 4) throw new LanceFormatException($"The {what} lies outside the file.", path, offset);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((int)offset));
            if (length > bytes.Length - TrailerSize - 4 - offset) throw new LanceFormatException($"The {what} of {length:N0} bytes runs past the end of the file.", path, offset);
            return bytes.AsSpan((int)offset + 4, (int)length);
        }

        T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> block, string what) where T : IMessage<T>
        {
            try
            {
                return parser.ParseFrom(block);
            }
            catch (InvalidProtocolBufferException error)
            {
                throw new LanceFormatException($"The {what} is no valid message: {error.Message}", path, 0, error);
            }
        }
    }

    async ValueTask<Transaction?> ReadTransactionFileAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.TransactionFile.Length == 0) return null;
        var path = paths.TransactionFile(manifest.TransactionFile);
        if (!await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false)) return null;
        var bytes = await ReadAllAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return Transaction.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The transaction is no valid message: {error.Message}", path, 0, error);
        }
    }

    async ValueTask<byte[]> ReadAllAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = await store.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        if (reader.Length > MaxManifestBytes) throw new LanceFormatException($"The file has {reader.Length:N0} bytes, too many for what it should be.", path, 0);
        var bytes = new byte[reader.Length];
        var read = 0;
        while (read < bytes.Length)
        {
            var got = await reader.ReadAsync(read, bytes.AsMemory(read), cancellationToken).ConfigureAwait(false);
            if (got == 0) throw new LanceFormatException("The file ends before its length.", path, read);
            read += got;
        }
        return bytes;
    }
}
