using System.Globalization;
using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>Sorted values in pages of fixed length, and the smallest and largest value of each page (TABLE 16.2).</summary>
sealed class BTreeIndex : ScalarIndexKind
{
    const int MostPageRows = 1 << 20;
    const int ReadRows = 64 << 10;

    public override string Name => "BTree";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.table.BTreeIndexDetails"];

    public override int Version => 0;

    public override bool CostsPerRow => true;

    public override bool Builds(LanceIndexOptions options) => options is LanceBTreeIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceBTreeIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is RangeQuery or ValuesQuery or NullQuery ? AnswerKind.Exact : AnswerKind.None;

    public override async ValueTask<BuiltIndex> BuildAsync(IndexBuild build, CancellationToken cancellationToken)
    {
        var sorter = new PairSorter(build.Field.Type, build.Options.SortMemory);
        await using (sorter.ConfigureAwait(false))
        {
            await AddRowsAsync(build, sorter, cancellationToken).ConfigureAwait(false);
            await BTreeWriter.WriteAsync(build, PageRows(build), sorter.Nulls(), sorter.SortedAsync(cancellationToken), sorter.Count, cancellationToken).ConfigureAwait(false);
        }
        return new BuiltIndex(build.Entry(this), []);
    }

    public override async ValueTask<IReadOnlyList<BuiltIndex>> UpdateAsync(IndexBuild build, IReadOnlyList<IndexSegment> old, CancellationToken cancellationToken)
    {
        if (build.Fragments.Count == 0 && old.Count < 2)
            return [];
        var pageRows = PageRows(build);
        var sorter = new PairSorter(build.Field.Type, build.Options.SortMemory);
        await using (sorter.ConfigureAwait(false))
        {
            await AddRowsAsync(build, sorter, cancellationToken).ConfigureAwait(false);
            foreach (var segment in old)
            {
                var rows = await SegmentRows.KeptAsync(segment, cancellationToken).ConfigureAwait(false);
                pageRows = (await LookupAsync(segment, cancellationToken).ConfigureAwait(false)).PageRows;
                foreach (var id in await ReadNullsAsync(segment, cancellationToken).ConfigureAwait(false))
                {
                    if (rows.TryMap(id, out var kept))
                        sorter.AddNull(kept);
                }
                // Other writers put some kinds of NaN first; floats are sorted again.
                if (!build.Field.Type.IsFloatingPoint)
                {
                    sorter.AddSorted(ReadPairsAsync(segment, rows, cancellationToken));
                    continue;
                }
                await foreach (var pairs in ReadPairsAsync(segment, rows, cancellationToken).ConfigureAwait(false))
                    await sorter.AddAsync(pairs, cancellationToken).ConfigureAwait(false);
            }
            await BTreeWriter.WriteAsync(build, pageRows, sorter.Nulls(), sorter.SortedAsync(cancellationToken), 0, cancellationToken).ConfigureAwait(false);
        }
        return [new BuiltIndex(build.Entry(this, null, old), [.. old.Select(static s => s.Uuid)])];
    }

    public override async ValueTask<BuiltIndex> RemapAsync(IndexBuild build, IndexSegment old, RowRemap remap, CancellationToken cancellationToken)
    {
        var rows = SegmentRows.Moved(remap);
        var lookup = await LookupAsync(old, cancellationToken).ConfigureAwait(false);
        var nulls = new List<ulong>();
        foreach (var id in await ReadNullsAsync(old, cancellationToken).ConfigureAwait(false))
        {
            if (rows.TryMap(id, out var moved))
                nulls.Add(moved);
        }
        var sorter = new PairSorter(build.Field.Type, build.Options.SortMemory);
        await using (sorter.ConfigureAwait(false))
        {
            if (build.Field.Type.IsFloatingPoint)
            {
                await foreach (var pairs in ReadPairsAsync(old, rows, cancellationToken).ConfigureAwait(false))
                    await sorter.AddAsync(pairs, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                sorter.AddSorted(ReadPairsAsync(old, rows, cancellationToken));
            }
            await BTreeWriter.WriteAsync(build, lookup.PageRows, [.. nulls], sorter.SortedAsync(cancellationToken), 0, cancellationToken).ConfigureAwait(false);
        }
        return new BuiltIndex(build.Entry(this, null, remap.MapCoverage(old.Covered, out _), old.Message.DatasetVersion), [old.Uuid]);
    }

    public override async ValueTask<double> EstimateAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var lookup = await LookupAsync(segment, cancellationToken).ConfigureAwait(false);
        return lookup.Pages == 0 ? 0 : (double)PagesOf(lookup, query).Count / lookup.Pages;
    }

    public override async ValueTask<RowAddressSet> SearchAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var lookup = await LookupAsync(segment, cancellationToken).ConfigureAwait(false);
        var wanted = PagesOf(lookup, query);
        if (wanted.Count == 0)
            return RowAddressSet.Empty;
        var pages = await PagesAsync(segment, lookup, wanted, cancellationToken).ConfigureAwait(false);
        var rows = new List<ulong>();
        foreach (var page in pages)
        {
            switch (query)
            {
                case NullQuery:
                    rows.AddRange(page.Nulls);
                    break;
                case RangeQuery range:
                    var (start, end) = range.In(page.Keys);
                    rows.AddRange(page.Ids.AsSpan(start, end - start));
                    break;
                case ValuesQuery values:
                    foreach (var key in values.Keys)
                    {
                        for (var i = page.Keys.LowerBound(key); i < page.Ids.Length && page.Keys.Compare(i, key) == 0; i++)
                            rows.Add(page.Ids[i]);
                    }
                    break;
            }
        }
        return RowAddressSet.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
    }

    public override async ValueTask<RowAddressSet?> NullsAsync(IndexSegment segment, CancellationToken cancellationToken) =>
        await SearchAsync(segment, new NullQuery(), cancellationToken).ConfigureAwait(false);

    public override async ValueTask<LanceIndexStatistics> StatisticsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var lookup = await LookupAsync(segment, cancellationToken).ConfigureAwait(false);
        using var data = await IndexFileReader.OpenAsync(segment, BTreeWriter.DataFile, cancellationToken).ConfigureAwait(false);
        return new LanceIndexStatistics(segment.Uuid, Name, new Dictionary<string, long>
        {
            ["entries"] = data.RowCount,
            ["nulls"] = lookup.NullCounts.Sum(static n => (long)n),
            ["pages"] = lookup.Pages,
            ["pageRows"] = lookup.PageRows,
        });
    }

    public override async ValueTask VerifyAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var lookup = await LookupAsync(segment, cancellationToken).ConfigureAwait(false);
        var file = segment.LocationOf(BTreeWriter.DataFile).Prefix;
        IndexKey? last = null;
        for (var p = 0; p < lookup.Pages; p++)
        {
            var page = await ReadPagesAsync(segment, lookup, p, 1, cancellationToken).ConfigureAwait(false);
            var keys = page[0].Keys;
            if (page[0].Nulls.Length != lookup.NullCounts[p])
                throw new LanceFormatException($"Page {p} has {page[0].Nulls.Length} nulls, and {lookup.NullCounts[p]} are announced", file, -1);
            if (keys.Count == 0)
                continue;
            if (!lookup.IsUnbounded(p) && ((last is { } before && keys.Compare(0, before) < 0) || (lookup.Low(p) is { } low && keys.Compare(0, low) < 0)
                || lookup.High(p) is not { } high || keys.Compare(keys.Count - 1, high) > 0))
            {
                throw new LanceFormatException($"Page {p} is not in order, or outside the range announced for it", file, -1);
            }
            last = keys[keys.Count - 1];
        }
    }

    static int PageRows(IndexBuild build) => (build.Options as LanceBTreeIndex ?? new LanceBTreeIndex()).PageRows;

    static async ValueTask AddRowsAsync(IndexBuild build, PairSorter sorter, CancellationToken cancellationToken)
    {
        await foreach (var batch in build.ReadAsync(addresses: false, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                var ids = ((PrimitiveArray<ulong>)batch.Column(1)).Values.ToArray();
                await sorter.AddAsync(batch.Column(0), ids, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static List<int> PagesOf(BTreeLookup lookup, ScalarQuery query)
    {
        var pages = new List<int>();
        switch (query)
        {
            case NullQuery:
                for (var p = 0; p < lookup.Pages; p++)
                {
                    if (lookup.NullCounts[p] > 0)
                        pages.Add(p);
                }
                break;
            case RangeQuery { IsEmpty: false } range:
                for (var p = 0; p < lookup.Pages; p++)
                {
                    if (lookup.MayHold(p, range))
                        pages.Add(p);
                }
                break;
            case ValuesQuery values:
                for (var p = 0; p < lookup.Pages; p++)
                {
                    foreach (var key in values.Keys)
                    {
                        if (lookup.MayHold(p, new RangeQuery(key, true, key, true)))
                        {
                            pages.Add(p);
                            break;
                        }
                    }
                }
                break;
        }
        return pages;
    }

    static ValueTask<BTreeLookup> LookupAsync(IndexSegment segment, CancellationToken cancellationToken) =>
        IndexCache.Shared.GetAsync(segment, "lookup", async token =>
        {
            var type = TypeOf(segment);
            using var file = await IndexFileReader.OpenAsync(segment, BTreeWriter.LookupFile, token).ConfigureAwait(false);
            RequireType(file, "min", type);
            RequireType(file, "max", type);
            if (!file.Metadata.TryGetValue(BTreeWriter.BatchSizeKey, out var text)
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pageRows) || pageRows is < 1 or > MostPageRows)
            {
                throw new LanceFormatException($"The length of pages is '{text}', and 1 to {MostPageRows} is wanted", file.Name, -1);
            }
            using var rows = await file.ReadAsync(0, CheckedRows(file, file.RowCount), ["min", "max", "null_count", "page_idx"], token).ConfigureAwait(false);
            var lookup = new BTreeLookup(rows, pageRows, file.Name);
            return (lookup, lookup.Size);
        }, cancellationToken);

    static async ValueTask<IReadOnlyList<BTreePage>> PagesAsync(IndexSegment segment, BTreeLookup lookup, List<int> wanted, CancellationToken cancellationToken)
    {
        var pages = new BTreePage[wanted.Count];
        for (var i = 0; i < pages.Length;)
        {
            if (IndexCache.Shared.TryGet<BTreePage>(segment, PartOf(wanted[i]), out var known))
            {
                pages[i++] = known;
                continue;
            }
            // Neighbours that are missing too come with one read.
            var most = Math.Max(1, ReadRows / lookup.PageRows);
            var count = 1;
            while (i + count < pages.Length && count < most && wanted[i + count] == wanted[i] + count
                && lookup.Places[wanted[i + count]] == lookup.Places[wanted[i]] + count)
            {
                count++;
            }
            if (count == 1)
            {
                var page = wanted[i];
                pages[i++] = await IndexCache.Shared.GetAsync(segment, PartOf(page), async token =>
                {
                    var read = await ReadPagesAsync(segment, lookup, page, 1, token).ConfigureAwait(false);
                    return (read[0], read[0].Size);
                }, cancellationToken).ConfigureAwait(false);
                continue;
            }
            foreach (var page in await ReadPagesAsync(segment, lookup, wanted[i], count, cancellationToken).ConfigureAwait(false))
            {
                IndexCache.Shared.Put(segment, PartOf(wanted[i]), page, page.Size);
                pages[i++] = page;
            }
        }
        return pages;
    }

    static string PartOf(int page) => string.Create(CultureInfo.InvariantCulture, $"page {page}");

    static async ValueTask<BTreePage[]> ReadPagesAsync(IndexSegment segment, BTreeLookup lookup, int first, int count, CancellationToken cancellationToken)
    {
        using var file = await IndexFileReader.OpenAsync(segment, BTreeWriter.DataFile, cancellationToken).ConfigureAwait(false);
        RequireType(file, "values", TypeOf(segment));
        RequireType(file, "ids", ArrowType.UInt64);
        var start = (long)lookup.Places[first] * lookup.PageRows;
        if (start >= file.RowCount)
            throw new LanceFormatException($"Page {first} starts at row {start} of {file.RowCount}", file.Name, -1);
        var rows = (int)Math.Min((long)count * lookup.PageRows, file.RowCount - start);
        using var batch = await file.ReadAsync(start, rows, ["values", "ids"], cancellationToken).ConfigureAwait(false);
        var pages = new BTreePage[count];
        for (var i = 0; i < count; i++)
        {
            var at = i * lookup.PageRows;
            if (at >= rows)
                throw new LanceFormatException($"Page {first + i} lies past the end of the file", file.Name, -1);
            using var part = batch.Slice(at, Math.Min(lookup.PageRows, rows - at));
            pages[i] = BTreePage.Of(part);
        }
        return pages;
    }

    static async ValueTask<List<ulong>> ReadNullsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var lookup = await LookupAsync(segment, cancellationToken).ConfigureAwait(false);
        var ids = new List<ulong>();
        foreach (var page in PagesOf(lookup, new NullQuery()))
            ids.AddRange((await ReadPagesAsync(segment, lookup, page, 1, cancellationToken).ConfigureAwait(false))[0].Nulls);
        return ids;
    }

    static async IAsyncEnumerable<PairBatch> ReadPairsAsync(IndexSegment segment, SegmentRows rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = await IndexFileReader.OpenAsync(segment, BTreeWriter.DataFile, cancellationToken).ConfigureAwait(false);
        var type = TypeOf(segment);
        RequireType(file, "values", type);
        RequireType(file, "ids", ArrowType.UInt64);
        IndexKey? last = null;
        for (long at = 0; at < file.RowCount; at += ReadRows)
        {
            using var batch = await file.ReadAsync(at, (int)Math.Min(ReadRows, file.RowCount - at), ["values", "ids"], cancellationToken).ConfigureAwait(false);
            var values = batch.Column(0);
            var keys = IndexKeys.Of(values, forSearch: false);
            if (!type.IsFloatingPoint && keys.Count > 0)
            {
                if (!keys.IsSorted() || (last is { } before && keys.Compare(0, before) < 0))
                    throw new LanceFormatException($"The values from row {at} on are not in order", file.Name, -1);
                last = keys[keys.Count - 1];
            }
            var ids = ((PrimitiveArray<ulong>)batch.Column(1)).Values;
            var positions = new List<int>(keys.Count);
            var kept = new List<ulong>(keys.Count);
            var key = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if (values.IsNull(i))
                    continue;
                if (rows.TryMap(ids[i], out var id))
                {
                    positions.Add(key);
                    kept.Add(id);
                }
                key++;
            }
            if (kept.Count > 0)
                yield return new PairBatch(kept.Count == keys.Count ? keys : keys.Take([.. positions]), [.. kept]);
        }
    }
}
