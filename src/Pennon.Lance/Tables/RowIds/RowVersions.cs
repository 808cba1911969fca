using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>A version of the table for each row of a fragment: the one that made the row, or the one that last changed it (TABLE 9.6).</summary>
sealed class RowVersions
{
    readonly long[] _ends;
    readonly ulong[] _versions;

    RowVersions(long[] ends, ulong[] versions)
    {
        _ends = ends;
        _versions = versions;
    }

    /// <summary>Decodes the versions of a fragment's rows.</summary>
    /// <param name="bytes">The serialized sequence; empty if the fragment does not say.</param>
    /// <param name="physicalRows">The rows of the fragment.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <exception cref="LanceFormatException">The sequence is damaged or does not cover the rows.</exception>
    public static RowVersions Read(ReadOnlyMemory<byte> bytes, long physicalRows, string file)
    {
        if (bytes.IsEmpty)
            return new RowVersions(physicalRows == 0 ? [] : [physicalRows], physicalRows == 0 ? [] : [RowIdentity.UnknownVersion]);
        var message = ManifestFile.Parse(RowDatasetVersionSequence.Parser, bytes, "row version sequence", file, -1);
        var ends = new List<long>(message.Runs.Count);
        var versions = new List<ulong>(message.Runs.Count);
        long end = 0;
        foreach (var run in message.Runs)
        {
            // Where a compaction joined fragments, a span may still name old positions; only how many it names counts.
            var count = RowIdSegment.Read(run.Span ?? new U64Segment(), file).Count;
            if (count > physicalRows - end)
                throw new LanceFormatException($"A row version sequence covers more than the fragment's {physicalRows} rows", file, -1);
            if (count == 0)
                continue;
            end += count;
            ends.Add(end);
            versions.Add(run.Version);
        }
        if (end != physicalRows)
            throw new LanceFormatException($"A row version sequence covers {end} of {physicalRows} rows", file, -1);
        return new RowVersions([.. ends], [.. versions]);
    }

    /// <summary>Gives the versions of consecutive rows.</summary>
    /// <param name="position">The first row's offset in the fragment.</param>
    /// <param name="versions">Receives one version per row.</param>
    public void Fill(long position, Span<ulong> versions)
    {
        for (var done = 0; done < versions.Length;)
        {
            var run = RunAt(position + done);
            var count = (int)Math.Min(_ends[run] - position - done, versions.Length - done);
            versions.Slice(done, count).Fill(_versions[run]);
            done += count;
        }
    }

    /// <summary>The version of a row, and the row after the last one in a row that has the same.</summary>
    public (ulong Version, long End) At(long position)
    {
        var run = RunAt(position);
        return (_versions[run], _ends[run]);
    }

    int RunAt(long position)
    {
        if (_ends.Length == 0 || position < 0 || position >= _ends[^1])
            throw new ArgumentOutOfRangeException(nameof(position));
        var index = Array.BinarySearch(_ends, position);
        return index >= 0 ? index + 1 : ~index;
    }
}
