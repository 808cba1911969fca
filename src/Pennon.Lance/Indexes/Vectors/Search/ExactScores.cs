using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>Measures rows named by address with their stored vectors.</summary>
sealed class ExactScores(TableVersion table, VectorColumn column)
{
    // With fewer rows wanted of a block that is not in memory they are read singly.
    const int SparseReadFactor = 24;

    /// <summary>The distances of rows; NaN for rows without a vector.</summary>
    /// <param name="queries">The query vectors.</param>
    /// <param name="index">Which of them is meant.</param>
    /// <param name="addresses">Addresses of live rows, in any order.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async ValueTask<float[]> MeasureAsync(QueryVectors queries, int index, ulong[] addresses, CancellationToken cancellationToken)
    {
        var sorted = addresses.AsSpan().ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(sorted, order);
        var distances = new float[sorted.Length];
        for (var i = 0; i < sorted.Length;)
        {
            var id = (uint)(sorted[i] >> 32);
            var number = (int)((uint)sorted[i] / column.BlockRows);
            var last = i + 1;
            while (last < sorted.Length && (uint)(sorted[last] >> 32) == id && (uint)sorted[last] / column.BlockRows == number)
                last++;
            var fragment = table.FindFragment(id) ?? throw new ArgumentException($"The table has no fragment {id}.", nameof(addresses));
            await MeasureAsync(fragment, number, queries, index, sorted.AsMemory(i, last - i), order.AsMemory(i, last - i), distances, cancellationToken)
                .ConfigureAwait(false);
            i = last;
        }
        return distances;
    }

    async ValueTask MeasureAsync(
        TableFragment fragment, int number, QueryVectors queries, int index, ReadOnlyMemory<ulong> addresses, ReadOnlyMemory<int> places,
        float[] distances, CancellationToken cancellationToken)
    {
        var first = (long)number * column.BlockRows;
        var block = column.TryBlock(fragment, number);
        var rows = new int[addresses.Length];
        if (block is null && (!column.IsCached || addresses.Length * SparseReadFactor < Math.Min(column.BlockRows, fragment.PhysicalRows)
            && !column.IsWorthLoading(fragment, number)))
        {
            var offsets = new List<long>(addresses.Length);
            foreach (var address in addresses.Span)
            {
                if (offsets.Count == 0 || offsets[^1] != (uint)address)
                    offsets.Add((uint)address);
            }
            for (int i = 0, at = 0; i < rows.Length; i++)
            {
                while (offsets[at] != (uint)addresses.Span[i])
                    at++;
                rows[i] = at;
            }
            block = await column.TakeAsync(fragment, offsets.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            block ??= await column.BlockAsync(fragment, number, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < rows.Length; i++)
                rows[i] = (int)((uint)addresses.Span[i] - first);
        }
        var found = new float[rows.Length];
        if (block is null)
            found.AsSpan().Fill(float.NaN);
        else
            block.Picked(queries, index, rows, found);
        for (var i = 0; i < rows.Length; i++)
        {
            var missing = block?.Valid is { } valid && (valid[rows[i] >> 6] >> rows[i] & 1) == 0;
            distances[places.Span[i]] = missing ? float.NaN : found[i];
        }
    }
}
