using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>
/// Measures every row of some fragments. Blocks of decoded vectors are cut into units that several threads take one after the other; each
/// thread keeps its own nearest rows, united at the end.
/// </summary>
sealed class ExactScan
{
    // Rows whose distances are computed before they are compared: queries, rows and distances stay in the first-level cache.
    const int StripRows = 256;

    // Numbers that a unit reads, large against what it costs to hand out.
    const long UnitNumbers = 1 << 20;

    // With fewer than one in so many rows wanted, rows are measured singly.
    const int SparseFactor = 6;

    // With fewer than one in so many rows wanted, rows of a block that is not in memory are read singly.
    const int SparseReadFactor = 24;

    readonly TableVersion _table;
    readonly VectorColumn _column;
    readonly QueryVectors _queries;
    readonly RowAddressSet? _selection;
    readonly int _searches;

    /// <param name="table">The table.</param>
    /// <param name="column">The vectors.</param>
    /// <param name="queries">What they are measured against.</param>
    /// <param name="selection">The only rows that count; null for all live ones.</param>
    public ExactScan(TableVersion table, VectorColumn column, QueryVectors queries, RowAddressSet? selection)
    {
        _table = table;
        _column = column;
        _queries = queries;
        _selection = selection;
        _searches = column.IsMulti ? 1 : queries.Count;
    }

    readonly record struct Unit(TableFragment Fragment, RoaringBitmap Deleted, RoaringBitmap? Selected, int Block, int Start, int Count);

    /// <summary>Offers the rows of some fragments.</summary>
    /// <param name="fragments">The fragments.</param>
    /// <param name="results">For each query what takes its rows; one for a column of many vectors a row.</param>
    /// <param name="parallelism">Threads at most.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public async ValueTask RunAsync(
        IReadOnlyList<TableFragment> fragments, NearestRows[] results, int parallelism, CancellationToken cancellationToken)
    {
        var units = new List<Unit>();
        var unitRows = (int)Math.Clamp(UnitNumbers / Math.Max(1, _column.Dimension), StripRows, _column.BlockRows) & ~(StripRows - 1);
        foreach (var fragment in fragments)
        {
            if (fragment.LiveRows == 0)
                continue;
            var selected = _selection?.Offsets(fragment.Id, fragment.PhysicalRows);
            if (selected is { Cardinality: 0 })
                continue;
            var deleted = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
            for (long start = 0; start < fragment.PhysicalRows; start += unitRows)
            {
                var block = (int)(start / _column.BlockRows);
                var inBlock = (int)(start - (long)block * _column.BlockRows);
                var count = (int)Math.Min(Math.Min(unitRows, _column.BlockRows - inBlock), fragment.PhysicalRows - start);
                if (selected is null || selected.IntersectsRange(start, count))
                    units.Add(new Unit(fragment, deleted, selected, block, inBlock, count));
                start += count - unitRows;
            }
        }
        var next = -1;
        var threads = Math.Min(parallelism, units.Count);
        if (threads <= 1)
        {
            await WorkAsync(results).ConfigureAwait(false);
            return;
        }
        var workers = new Task<NearestRows[]>[threads];
        for (var i = 0; i < threads; i++)
            workers[i] = Task.Run(() => WorkAsync(Array.ConvertAll(results, static r => r.Another())), cancellationToken);
        foreach (var found in await Task.WhenAll(workers).ConfigureAwait(false))
        {
            for (var i = 0; i < results.Length; i++)
                results[i].Add(found[i]);
        }

        async Task<NearestRows[]> WorkAsync(NearestRows[] mine)
        {
            var distances = new float[StripRows * VectorBlock.MaximumTogether];
            while (Interlocked.Increment(ref next) is var i && i < units.Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await MeasureAsync(units[i], mine, distances, cancellationToken).ConfigureAwait(false);
            }
            return mine;
        }
    }

    async ValueTask MeasureAsync(Unit unit, NearestRows[] results, float[] distances, CancellationToken cancellationToken)
    {
        var block = _column.TryBlock(unit.Fragment, unit.Block);
        if (block is null && unit.Selected is { } selected)
        {
            var first = (long)unit.Block * _column.BlockRows + unit.Start;
            var wanted = selected.CountRange(first, unit.Count);
            if (wanted * SparseReadFactor < unit.Count && !_column.IsWorthLoading(unit.Fragment, unit.Block))
            {
                await ReadSinglyAsync(unit, first, results, distances, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        block ??= await _column.BlockAsync(unit.Fragment, unit.Block, cancellationToken).ConfigureAwait(false);
        if (block is not null)
            Measure(unit, block, results, distances);
    }

    async ValueTask ReadSinglyAsync(Unit unit, long first, NearestRows[] results, float[] distances, CancellationToken cancellationToken)
    {
        var words = new ulong[(unit.Count + 63) / 64];
        Select(unit, null, first, words);
        var rows = new List<long>();
        foreach (var row in Set(words, 0, unit.Count))
            rows.Add(first + row);
        if (rows.Count == 0)
            return;
        var offsets = rows.ToArray();
        if (await _column.TakeAsync(unit.Fragment, offsets, cancellationToken).ConfigureAwait(false) is not { } block)
            return;
        for (var q = 0; q < _searches; q++)
        {
            for (var at = 0; at < offsets.Length; at += StripRows)
            {
                var strip = distances.AsSpan(0, Math.Min(StripRows, offsets.Length - at));
                block.Distances(_queries, q, at, strip);
                for (var i = 0; i < strip.Length; i++)
                {
                    if (block.Valid is null || (block.Valid[at + i >> 6] >> (at + i) & 1) != 0)
                        Offer(unit.Fragment, offsets[at + i], strip[i], results[q]);
                }
            }
        }
    }

    void Measure(in Unit unit, VectorBlock block, NearestRows[] results, Span<float> distances)
    {
        var first = (long)unit.Block * _column.BlockRows + unit.Start;
        ulong[]? words = null;
        if (block.Valid is not null || unit.Selected is not null || unit.Deleted.IntersectsRange(first, unit.Count))
        {
            words = new ulong[(unit.Count + 63) / 64];
            Select(unit, block.Valid, first, words);
        }
        Span<int> picked = stackalloc int[StripRows];
        for (var at = 0; at < unit.Count; at += StripRows)
        {
            var count = Math.Min(StripRows, unit.Count - at);
            var wanted = count;
            if (words is not null)
            {
                wanted = 0;
                for (var w = at >> 6; w < (at + count + 63) >> 6; w++)
                    wanted += BitOperations.PopCount(words[w]);
                if (wanted == 0)
                    continue;
            }
            if (wanted * SparseFactor < count)
            {
                var n = 0;
                foreach (var row in Set(words!, at, count))
                    picked[n++] = unit.Start + row;
                for (var q = 0; q < _searches; q++)
                {
                    block.Picked(_queries, q, picked[..n], distances[..n]);
                    for (var i = 0; i < n; i++)
                        Offer(unit.Fragment, first - unit.Start + picked[i], distances[i], results[q]);
                }
                continue;
            }
            for (var q = 0; q < _searches; q += VectorBlock.MaximumTogether)
            {
                var together = Math.Min(VectorBlock.MaximumTogether, _searches - q);
                block.Together(_queries, q, together, unit.Start + at, count, distances);
                for (var t = 0; t < together; t++)
                    Compare(unit.Fragment, first + at, distances.Slice(t * count, count), words.AsSpan(), at, results[q + t]);
            }
        }
    }

    // The distances below the threshold are found many at a time; few are, once the nearest rows are roughly known.
    void Compare(TableFragment fragment, long first, ReadOnlySpan<float> distances, ReadOnlySpan<ulong> words, int at, NearestRows result)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var limit = result.Threshold;
            for (; i + 64 <= distances.Length; i += 64)
            {
                var threshold = Vector256.Create(limit);
                ulong hits = 0;
                for (var lane = 0; lane < 64; lane += 8)
                {
                    var part = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(distances), (nuint)(i + lane));
                    hits |= (ulong)Vector256.LessThanOrEqual(part, threshold).ExtractMostSignificantBits() << lane;
                }
                if (!words.IsEmpty)
                    hits &= words[(at + i) >> 6];
                if (hits == 0)
                    continue;
                for (; hits != 0; hits &= hits - 1)
                {
                    var hit = i + BitOperations.TrailingZeroCount(hits);
                    Offer(fragment, first + hit, distances[hit], result);
                }
                limit = result.Threshold;
            }
        }
        for (; i < distances.Length; i++)
        {
            if (words.IsEmpty || (words[(at + i) >> 6] >> (at + i) & 1) != 0)
                Offer(fragment, first + i, distances[i], result);
        }
    }

    void Offer(TableFragment fragment, long offset, float distance, NearestRows result)
    {
        if (!(distance <= result.Threshold))
            return;
        var address = (ulong)fragment.Id << 32 | (ulong)offset;
        var id = address;
        if (_table.HasStableRowIds)
            fragment.RowIds.Fill(offset, new Span<ulong>(ref id));
        result.Offer(distance, id, address);
    }

    // A bit for each row of the unit that counts.
    static void Select(in Unit unit, ulong[]? valid, long first, Span<ulong> words)
    {
        if (unit.Selected is { } selected)
            selected.SetBits(first, unit.Count, words);
        else
            VectorBlock.AllOnes(unit.Count).CopyTo(words);
        if (valid is not null)
        {
            for (var w = 0; w < words.Length; w++)
                words[w] &= valid[(unit.Start >> 6) + w];
        }
        if (unit.Deleted.IntersectsRange(first, unit.Count))
        {
            var gone = new ulong[words.Length];
            unit.Deleted.SetBits(first, unit.Count, gone);
            for (var w = 0; w < words.Length; w++)
                words[w] &= ~gone[w];
        }
    }

    static IEnumerable<int> Set(ulong[] words, int at, int count)
    {
        for (var w = at >> 6; w < (at + count + 63) >> 6; w++)
        {
            for (var rest = words[w]; rest != 0; rest &= rest - 1)
                yield return (w << 6) + BitOperations.TrailingZeroCount(rest);
        }
    }
}
