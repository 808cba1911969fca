using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Coded rows of stored segments, for writing them again.</summary>
static class IvfRows
{
    /// <summary>All rows of a partition.</summary>
    public static async ValueTask<CodedRows> ReadAsync(IvfSegment segment, int partition, CancellationToken cancellationToken)
    {
        if (segment.RowsOf(partition) == 0)
            return CodedRows.Empty;
        using var batch = await segment.ReadRowsAsync(partition, cancellationToken).ConfigureAwait(false);
        var file = segment.Segment.LocationOf(IvfStructure.StorageFile).Prefix;
        var ids = Storage.CodeColumns.Values<ulong>(batch, Storage.CodeColumns.RowId, file);
        var codes = new byte[checked(batch.Length * segment.Codec.RowBytes)];
        segment.Codec.ReadCodes(batch, codes, file);
        var rows = new CodedRows(ids.As<ulong>().ToArray(), codes);
        ids.Release();
        return rows;
    }

    /// <summary>The rows of a partition that the segment still answers for: live, and in a fragment that it covers.</summary>
    public static async ValueTask<CodedRows> ReadLiveAsync(IvfSegment segment, int partition, RowLocator locator, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(segment, partition, cancellationToken).ConfigureAwait(false);
        var addresses = new ulong[rows.RowIds.Length];
        locator.LocateMany(rows.RowIds, addresses);
        var coverage = segment.Segment.Coverage;
        var kept = 0;
        for (var row = 0; row < addresses.Length; row++)
        {
            if (addresses[row] != RowLocator.Gone && coverage.Contains((uint)(addresses[row] >> 32)))
                Keep(rows, row, kept++);
        }
        return Cut(rows, kept);
    }

    /// <summary>The rows of a partition that a compaction carried over, under their new addresses.</summary>
    public static async ValueTask<CodedRows> ReadMovedAsync(IvfSegment segment, int partition, RowRemap remap, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(segment, partition, cancellationToken).ConfigureAwait(false);
        remap.MapMany(rows.RowIds, rows.RowIds);
        var kept = 0;
        for (var row = 0; row < rows.RowIds.Length; row++)
        {
            if (rows.RowIds[row] != RowRemap.Deleted)
                Keep(rows, row, kept++);
        }
        return Cut(rows, kept);
    }

    static void Keep(CodedRows rows, int from, int to)
    {
        if (from == to)
            return;
        var width = rows.Codes.Length / rows.RowIds.Length;
        rows.RowIds[to] = rows.RowIds[from];
        rows.Codes.AsSpan(from * width, width).CopyTo(rows.Codes.AsSpan(to * width));
    }

    static CodedRows Cut(CodedRows rows, int count)
    {
        if (count == rows.RowIds.Length)
            return rows;
        var width = rows.Codes.Length / rows.RowIds.Length;
        return new CodedRows(rows.RowIds[..count], rows.Codes[..(count * width)]);
    }
}
