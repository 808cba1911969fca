namespace Pennon.Lance.IO;

/// <summary>What a <see cref="CachingObjectStore"/> keeps.</summary>
public sealed record CachingObjectStoreOptions
{
    /// <summary>Bytes that the cache may hold, the cost of its own entries included; at least 0. 256 MiB unless set.</summary>
    public long BudgetBytes { get; init; } = 256L << 20;

    /// <summary>The unit, in bytes, in which ranges are read and kept: a power of two from 512 to 16 Mi. 64 KiB unless set.</summary>
    public int BlockBytes { get; init; } = 64 << 10;

    /// <summary>Reads of more bytes than this go past the cache: a scan that is read once would only push out what is needed again. 1 MiB unless set.</summary>
    public int LargestCachedRead { get; init; } = 1 << 20;

    /// <summary>
    /// Whether the object of a key never changes its content. Objects for which the answer is no are never kept. By default the files of Lance tables that
    /// are written once: data, deletion, index and transaction files, and manifests.
    /// </summary>
    public Func<string, bool> IsImmutable { get; init; } = LanceObjectNames.IsWrittenOnce;
}
