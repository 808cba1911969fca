namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Distances of one query to the rows of a <see cref="VectorStorage"/>. Not safe for concurrent use.</summary>
abstract class DistanceComputer : IDisposable
{
    /// <summary>The distance to a row, in the measure that the index reports.</summary>
    public abstract float Distance(int row);

    /// <summary>The distances to any rows.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="distances">At least as many places.</param>
    public virtual void Distances(ReadOnlySpan<int> rows, Span<float> distances)
    {
        for (var i = 0; i < rows.Length; i++)
            distances[i] = Distance(rows[i]);
    }

    /// <summary>The distances to consecutive rows, as many as there are places.</summary>
    public virtual void DistancesRange(int start, Span<float> distances)
    {
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Distance(start + i);
    }

    /// <summary>
    /// Finds the rows of a range that are no farther than a limit, with their distances. This is what scans of a partition use: coded
    /// storages pass over most rows by bounds that are cheaper than distances.
    /// </summary>
    /// <param name="start">The first row of the range.</param>
    /// <param name="count">How many rows the range has.</param>
    /// <param name="limit">The largest distance of interest; infinity lets every row through.</param>
    /// <param name="rows">At least <paramref name="count"/> places for row numbers, filled in ascending order.</param>
    /// <param name="distances">At least <paramref name="count"/> places.</param>
    /// <returns>How many rows were found. Distances that are not numbers never are.</returns>
    public virtual int Below(int start, int count, float limit, Span<int> rows, Span<float> distances)
    {
        DistancesRange(start, distances[..count]);
        return Compact(start, count, limit, rows, distances);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Moves the distances that are within a limit to the front, and notes their rows.</summary>
    private protected static int Compact(int start, int count, float limit, Span<int> rows, Span<float> distances)
    {
        rows = rows[..count];
        distances = distances[..count];
        var found = 0;
        for (var i = 0; i < distances.Length; i++)
        {
            var distance = distances[i];
            rows[found] = start + i;
            distances[found] = distance;
            // Both arrays are written before it is known whether the row stays: no jump to mispredict.
            found += distance <= limit ? 1 : 0;
        }
        return found;
    }
}

/// <summary>Distances of a stored row to other stored rows; another row can be put in its place.</summary>
abstract class RowDistanceComputer : DistanceComputer
{
    /// <summary>Measures from another row from now on.</summary>
    public abstract void MoveTo(int row);
}
