using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Asks the indexes what a plan wants to know, and leaves out what would cost more than it saves.</summary>
sealed class IndexEvaluation
{
    // A sorted index whose answer is wider than this reads more than the column itself has.
    const double WidestAnswer = 0.25;

    // Candidates that have to be looked at are worth it up to this share of the rows.
    const double MostCandidates = 0.5;

    // With this few candidates left, looking at them is cheaper than a wide search.
    const long FewRows = 1024;
    const long ManyRows = 50_000;

    readonly TableVersion _table;
    readonly RoaringBitmap _coverage;
    RowAddressSet? _universe;

    IndexEvaluation(TableVersion table, RoaringBitmap coverage)
    {
        _table = table;
        _coverage = coverage;
    }

    readonly record struct Rows(RowAddressSet Set, bool IsExact);

    /// <summary>What the indexes of a table say about a filter; null if they say nothing that helps.</summary>
    /// <exception cref="LanceFormatException">An index file is damaged.</exception>
    public static async ValueTask<IndexAnswer?> AnswerAsync(TableVersion table, BoundFilter filter, CancellationToken cancellationToken)
    {
        if (IndexPlanner.Plan(table, filter) is not { } plan)
            return null;
        var coverage = Coverage(plan.Condition);
        if (coverage.Cardinality == 0)
            return null;
        var evaluation = new IndexEvaluation(table, coverage);
        if (await evaluation.EvaluateAsync(plan.Condition, cancellationToken).ConfigureAwait(false) is not { } rows)
            return null;
        var exact = plan.IsExact && rows.IsExact;
        if (!exact)
        {
            long covered = 0;
            foreach (var fragment in table.Fragments)
                covered += coverage.Contains(fragment.Id) ? fragment.PhysicalRows : 0;
            if (rows.Set.Count > covered * MostCandidates)
                return null;
        }
        return new IndexAnswer(coverage, rows.Set, exact);
    }

    static RoaringBitmap Coverage(IndexCondition condition)
    {
        if (condition is IndexLeaf leaf)
            return leaf.Group.Coverage;
        RoaringBitmap? all = null;
        foreach (var part in ((IndexJoin)condition).Parts)
            all = all is null ? Coverage(part) : all.Intersect(Coverage(part));
        return all!;
    }

    async ValueTask<Rows?> EvaluateAsync(IndexCondition condition, CancellationToken cancellationToken)
    {
        if (condition is IndexLeaf leaf)
            return await SearchAsync(leaf, cancellationToken).ConfigureAwait(false);
        var join = (IndexJoin)condition;
        if (!join.All)
        {
            Rows? any = null;
            foreach (var part in join.Parts)
            {
                if (await EvaluateAsync(part, cancellationToken).ConfigureAwait(false) is not { } rows)
                    return null;
                any = any is { } before ? new Rows(before.Set.Or(rows.Set), before.IsExact && rows.IsExact) : rows;
            }
            return any;
        }
        var ordered = new List<(double Share, IndexCondition Part)>();
        foreach (var part in join.Parts)
            ordered.Add((await ShareAsync(part, cancellationToken).ConfigureAwait(false), part));
        ordered.Sort(static (a, b) => a.Share.CompareTo(b.Share));
        Rows? all = null;
        foreach (var (share, part) in ordered)
        {
            if (all is { Set.IsEmpty: true })
                break;
            if (all is { } few && few.Set.Count < FewRows && share * _table.LiveRows > ManyRows)
            {
                all = few with { IsExact = false };
                continue;
            }
            if (await EvaluateAsync(part, cancellationToken).ConfigureAwait(false) is not { } rows)
            {
                if (all is { } others)
                    all = others with { IsExact = false };
                else
                    return null;
                continue;
            }
            all = all is { } before ? new Rows(before.Set.And(rows.Set), before.IsExact && rows.IsExact) : rows;
        }
        return all;
    }

    async ValueTask<double> ShareAsync(IndexCondition condition, CancellationToken cancellationToken)
    {
        switch (condition)
        {
            case IndexLeaf leaf:
                double share = 0;
                foreach (var segment in leaf.Group.Segments)
                {
                    var part = await leaf.Group.Kind.EstimateAsync(segment, leaf.Query, cancellationToken).ConfigureAwait(false);
                    share += part * segment.Coverage.Cardinality / Math.Max(1, leaf.Group.Coverage.Cardinality);
                }
                return leaf.IsComplement ? Math.Max(0, 1 - share) : share;
            case IndexJoin { All: true } all:
                double least = 1;
                foreach (var part in all.Parts)
                    least = Math.Min(least, await ShareAsync(part, cancellationToken).ConfigureAwait(false));
                return least;
            default:
                double sum = 0;
                foreach (var part in ((IndexJoin)condition).Parts)
                    sum += await ShareAsync(part, cancellationToken).ConfigureAwait(false);
                return Math.Min(sum, 1);
        }
    }

    async ValueTask<Rows?> SearchAsync(IndexLeaf leaf, CancellationToken cancellationToken)
    {
        var kind = leaf.Group.Kind;
        if (kind.CostsPerRow)
        {
            long rows = 0;
            double wanted = 0;
            foreach (var segment in leaf.Group.Segments)
            {
                var covered = segment.Coverage.Cardinality;
                rows += covered;
                wanted += covered * await kind.EstimateAsync(segment, leaf.Query, cancellationToken).ConfigureAwait(false);
            }
            if (leaf.Group.CoveredRows > ManyRows && wanted > rows * WidestAnswer)
                return null;
        }
        var found = RowAddressSet.Empty;
        var unknown = RowAddressSet.Empty;
        var exact = kind.Answers(leaf.Query) == AnswerKind.Exact;
        foreach (var segment in leaf.Group.Segments)
        {
            found = found.Or(await LocateAsync(kind, segment, await kind.SearchAsync(segment, leaf.Query, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false));
            if (!leaf.IsComplement || leaf.WithNulls || leaf.Query is NullQuery)
                continue;
            // Where nothing is known of nulls, their rows stay among the candidates and are looked at.
            if (await kind.NullsAsync(segment, cancellationToken).ConfigureAwait(false) is { } nulls)
                unknown = unknown.Or(await LocateAsync(kind, segment, nulls, cancellationToken).ConfigureAwait(false));
            else
                exact = false;
        }
        return new Rows(leaf.IsComplement ? Universe().AndNot(found).AndNot(unknown) : found, exact);
    }

    /// <summary>Turns an answer into addresses, and keeps those that the segment answers for (TABLE 15.5).</summary>
    async ValueTask<RowAddressSet> LocateAsync(ScalarIndexKind kind, IndexSegment segment, RowAddressSet rows, CancellationToken cancellationToken)
    {
        if (rows.IsEmpty)
            return rows;
        if (_table.HasStableRowIds && !kind.NamesAddresses)
            rows = await StableIds.LocateAsync(_table, rows, cancellationToken).ConfigureAwait(false);
        var known = new List<(uint, RoaringBitmap?)>();
        foreach (var fragment in rows.Fragments)
        {
            if (segment.Coverage.Contains(fragment) && _coverage.Contains(fragment) && _table.FindFragment(fragment) is { } present)
                known.Add((fragment, rows.Offsets(fragment, present.PhysicalRows)));
        }
        return RowAddressSet.OfParts(known);
    }

    RowAddressSet Universe() => _universe ??= RowAddressSet.OfParts(_table.Fragments.Where(f => _coverage.Contains(f.Id)).OrderBy(static f => f.Id)
        .Select(static f => (f.Id, (RoaringBitmap?)RoaringBitmap.Range(f.PhysicalRows))));
}

/// <summary>Translates sets of stable ids.</summary>
static class StableIds
{
    /// <summary>The addresses of the live rows among some ids.</summary>
    /// <exception cref="LanceNotSupportedException">The set names more ids than memory is taken for.</exception>
    public static async ValueTask<RowAddressSet> LocateAsync(TableVersion table, RowAddressSet ids, CancellationToken cancellationToken)
    {
        const long Most = 1L << 30;
        var locator = await table.RowLocatorAsync(cancellationToken).ConfigureAwait(false);
        var parts = new List<(uint, RoaringBitmap?)>();
        long count = 0;
        foreach (var high in ids.Fragments)
        {
            // A whole high half has as many ids as were ever given.
            var given = (long)Math.Min(1UL << 32, table.Manifest.NextRowId - Math.Min(table.Manifest.NextRowId, (ulong)high << 32));
            var lows = ids.Offsets(high, given);
            count += lows.Cardinality;
            parts.Add((high, lows));
        }
        if (count > Most)
            throw new LanceNotSupportedException("answers of very many rows", $"An index names {count} rows with stable ids, more than are translated at once.");
        var rows = RowAddressSet.OfParts(parts).ToArray();
        locator.LocateMany(rows, rows);
        var live = 0;
        foreach (var address in rows)
        {
            if (address != RowLocator.Gone)
                rows[live++] = address;
        }
        return RowAddressSet.Of(rows.AsSpan(0, live));
    }
}
