using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>The stable ids of a fragment's rows, by position.</summary>
sealed class RowIds
{
    readonly RowIdSegment[] _segments;
    readonly long[] _starts;

    RowIds(RowIdSegment[] segments)
    {
        _segments = segments;
        _starts = new long[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            _starts[i] = Count;
            Count = checked(Count + segments[i].Count);
        }
    }

    /// <summary>How many rows have ids.</summary>
    public long Count { get; }

    /// <summary>The stored stretches, in row order.</summary>
    public IReadOnlyList<RowIdSegment> Segments => _segments;

    /// <summary>Decodes the ids of a fragment.</summary>
    /// <param name="bytes">The serialized sequence.</param>
    /// <param name="physicalRows">The rows of the fragment, which the sequence must cover exactly.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <exception cref="LanceFormatException">The sequence is damaged or covers another number of rows.</exception>
    public static RowIds Read(ReadOnlyMemory<byte> bytes, long physicalRows, string file)
    {
        var message = ManifestFile.Parse(RowIdSequence.Parser, bytes, "row id sequence", file, -1);
        RowIds ids;
        try
        {
            ids = new RowIds([.. message.Segments.Select(s => RowIdSegment.Read(s, file))]);
        }
        catch (OverflowException error)
        {
            throw new LanceFormatException("A row id sequence claims more ids than can exist", file, -1, error);
        }
        if (ids.Count != physicalRows)
            throw new LanceFormatException($"A row id sequence has {ids.Count} ids for a fragment of {physicalRows} rows", file, -1);
        return ids;
    }

    /// <summary>Gives the ids of consecutive rows.</summary>
    /// <param name="position">The first row's offset in the fragment.</param>
    /// <param name="ids">Receives one id per row.</param>
    public void Fill(long position, Span<ulong> ids)
    {
        if (position < 0 || position > Count - ids.Length)
            throw new ArgumentOutOfRangeException(nameof(position));
        var index = Array.BinarySearch(_starts, position);
        if (index < 0)
            index = ~index - 1;
        while (!ids.IsEmpty)
        {
            var segment = _segments[index];
            var inside = position - _starts[index];
            var count = (int)Math.Min(segment.Count - inside, ids.Length);
            if (count > 0)
                segment.Fill(inside, ids[..count]);
            ids = ids[Math.Max(count, 0)..];
            position += Math.Max(count, 0);
            index++;
        }
    }
}
