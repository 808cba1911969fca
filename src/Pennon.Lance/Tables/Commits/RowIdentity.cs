using Google.Protobuf;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Ids and versions of the rows of new fragments, in tables that keep stable ids (TABLE 9.2, 9.6).</summary>
static class RowIdentity
{
    /// <summary>What rows count as made by when their fragment does not say; such fragments are older than the record.</summary>
    public const ulong UnknownVersion = 1;

    /// <summary>
    /// Completes what a staged fragment says about its rows. Rows that were moved bring their ids and the versions that made them, and come
    /// first; the rows after them are new.
    /// </summary>
    /// <exception cref="LanceFormatException">The fragment names more ids than it has rows.</exception>
    public static void Complete(Manifest manifest, DataFragment fragment, long version)
    {
        var rows = fragment.PhysicalRows;
        var ids = fragment.RowIdsCase == DataFragment.RowIdsOneofCase.InlineRowIds ? RowIdSequence.Parser.ParseFrom(fragment.InlineRowIds) : new RowIdSequence();
        var moved = ids.Segments.Aggregate(0UL, static (sum, s) => sum + (ulong)RowIdSegment.Read(s, "staged fragment").Count);
        if (moved > rows) throw new LanceFormatException($"A staged fragment of {rows} rows brings {moved} row ids", "staged fragment", -1);
        if (moved < rows)
        {
            ids.Segments.Add(Range(manifest.NextRowId, manifest.NextRowId + rows - moved));
            manifest.NextRowId += rows - moved;
        }
        var created = fragment.CreatedAtCase == DataFragment.CreatedAtOneofCase.InlineCreatedAtVersions
            ? RowDatasetVersionSequence.Parser.ParseFrom(fragment.InlineCreatedAtVersions)
            : new RowDatasetVersionSequence();
        if (created.Runs.Count == 0 && moved > 0) created.Runs.Add(Run(0, moved, UnknownVersion));
        if (moved < rows) created.Runs.Add(Run(moved, rows, (ulong)version));
        var updated = new RowDatasetVersionSequence();
        updated.Runs.Add(Run(0, rows, (ulong)version));
        fragment.InlineRowIds = ids.ToByteString();
        fragment.InlineCreatedAtVersions = created.ToByteString();
        fragment.InlineLastUpdatedAtVersions = updated.ToByteString();
    }

    /// <summary>Ids in any order, in the smallest form that keeps it.</summary>
    public static ByteString Sequence(ReadOnlySpan<ulong> ids)
    {
        var sequence = new RowIdSequence();
        for (var start = 0; start < ids.Length;)
        {
            var end = start + 1;
            while (end < ids.Length && ids[end] == ids[end - 1] + 1) end++;
            // Short runs cost more as ranges than as values.
            if (end - start >= 8 || end - start == ids.Length)
            {
                sequence.Segments.Add(Range(ids[start], ids[start] + (ulong)(end - start)));
                start = end;
                continue;
            }
            var stop = end;
            for (var run = 1; stop < ids.Length; stop++)
            {
                run = ids[stop] == ids[stop - 1] + 1 ? run + 1 : 1;
                if (run < 8) continue;
                stop -= run - 1;
                break;
            }
            sequence.Segments.Add(Listed(ids[start..stop]));
            start = stop;
        }
        return sequence.ToByteString();
    }

    /// <summary>Versions of consecutive rows as runs.</summary>
    public static ByteString Versions(ReadOnlySpan<ulong> versions)
    {
        var sequence = new RowDatasetVersionSequence();
        for (var start = 0; start < versions.Length;)
        {
            var end = start + 1;
            while (end < versions.Length && versions[end] == versions[start]) end++;
            sequence.Runs.Add(Run((ulong)start, (ulong)end, versions[start]));
            start = end;
        }
        return sequence.ToByteString();
    }

    static U64Segment Range(ulong start, ulong end) => new() { Range = new U64Segment.Types.Range { Start = start, End = end } };

    static RowDatasetVersionRun Run(ulong start, ulong end, ulong version) => new() { Span = Range(start, end), Version = version };

    static U64Segment Listed(ReadOnlySpan<ulong> ids)
    {
        ulong low = ulong.MaxValue, high = 0;
        var sorted = true;
        for (var i = 0; i < ids.Length; i++)
        {
            low = Math.Min(low, ids[i]);
            high = Math.Max(high, ids[i]);
            sorted &= i == 0 || ids[i] > ids[i - 1];
        }
        var array = new EncodedU64Array();
        if (high - low <= ushort.MaxValue) array.U16Array = new EncodedU64Array.Types.U16Array { Base = low, Offsets = Offsets(ids, low, 2) };
        else if (high - low <= uint.MaxValue) array.U32Array = new EncodedU64Array.Types.U32Array { Base = low, Offsets = Offsets(ids, low, 4) };
        else array.U64Array = new EncodedU64Array.Types.U64Array { Values = Offsets(ids, 0, 8) };
        return sorted ? new U64Segment { SortedArray = array } : new U64Segment { Array = array };
    }

    static ByteString Offsets(ReadOnlySpan<ulong> ids, ulong low, int width)
    {
        var bytes = new byte[ids.Length * width];
        for (var i = 0; i < ids.Length; i++)
        {
            var offset = ids[i] - low;
            for (var b = 0; b < width; b++) bytes[i * width + b] = (byte)(offset >> (8 * b));
        }
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
