using Pennon.Arrow;
using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Which rows pass a filter, found through indexes where they help and by a scan otherwise.</summary>
static class FilterRows
{
    /// <summary>The addresses of the live rows that pass a filter.</summary>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    public static async ValueTask<RowAddressSet> SelectAsync(TableVersion table, LanceExpression filter, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(table, filter, cancellationToken).ConfigureAwait(false);
        var parts = new SortedDictionary<uint, RoaringBitmap>();
        var rest = new List<TableFragment>();
        foreach (var fragment in table.Fragments)
        {
            if (answer is { IsExact: true } && answer.Coverage.Contains(fragment.Id))
                parts[fragment.Id] = await answer.LiveOffsetsAsync(fragment, cancellationToken).ConfigureAwait(false);
            else
                rest.Add(fragment);
        }
        if (rest.Count > 0)
        {
            var found = new List<uint>();
            uint current = 0;
            var options = new ScanOptions { Columns = [], Filter = filter, WithRowAddress = true };
            var scanner = new Scanner(table, options, rest, new Projection(table.Schema, options.Columns)) { Answer = answer };
            await foreach (var batch in scanner.RunAsync(cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                    Collect(((PrimitiveArray<ulong>)batch.Column(0)).Values, parts, found, ref current);
            }
            Close(parts, found, current);
        }
        return RowAddressSet.OfParts(parts.Select(static p => (p.Key, (RoaringBitmap?)p.Value)));
    }

    /// <summary>How many live rows pass a filter.</summary>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    public static async ValueTask<long> CountAsync(TableVersion table, LanceExpression filter, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(table, filter, cancellationToken).ConfigureAwait(false);
        long count = 0;
        var rest = new List<TableFragment>();
        foreach (var fragment in table.Fragments)
        {
            if (answer is { IsExact: true } && answer.Coverage.Contains(fragment.Id))
                count += (await answer.LiveOffsetsAsync(fragment, cancellationToken).ConfigureAwait(false)).Cardinality;
            else
                rest.Add(fragment);
        }
        if (rest.Count == 0)
            return count;
        var options = new ScanOptions { Columns = [], Filter = filter };
        var scanner = new Scanner(table, options, rest, new Projection(table.Schema, options.Columns)) { Answer = answer };
        await foreach (var batch in scanner.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            count += batch.Length;
            batch.Dispose();
        }
        return count;
    }

    static ValueTask<IndexAnswer?> AnswerAsync(TableVersion table, LanceExpression filter, CancellationToken cancellationToken) =>
        IndexEvaluation.AnswerAsync(table, FilterBinder.Bind(filter, table.Schema), cancellationToken);

    static void Collect(ReadOnlySpan<ulong> addresses, SortedDictionary<uint, RoaringBitmap> parts, List<uint> found, ref uint current)
    {
        foreach (var address in addresses)
        {
            if ((uint)(address >> 32) != current)
            {
                Close(parts, found, current);
                current = (uint)(address >> 32);
            }
            found.Add((uint)address);
        }
    }

    static void Close(SortedDictionary<uint, RoaringBitmap> parts, List<uint> found, uint fragment)
    {
        if (found.Count > 0)
            parts[fragment] = RoaringBitmap.OfAscending(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found));
        found.Clear();
    }
}
