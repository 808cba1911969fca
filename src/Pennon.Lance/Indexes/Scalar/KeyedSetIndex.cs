using System.Globalization;
using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>An index that keeps a set of rows for each value, in one file (TABLE 16.3, 16.4).</summary>
abstract class KeyedSetIndex : ScalarIndexKind
{
    const int BatchSets = 1024;
    const long BatchBytes = 4 << 20;

    /// <summary>The name of the file.</summary>
    protected virtual string FileName => "bitmap_page_lookup.lance";

    /// <summary>The name of the column of keys.</summary>
    protected virtual string KeyColumn => "keys";

    /// <summary>The name of the column of sets.</summary>
    protected virtual string SetColumn => "bitmaps";

    protected virtual bool SetsAreNullable => true;

    /// <summary>The name of the entry of the metadata that counts the sets; null if there is none.</summary>
    protected virtual string? StatisticsKey => "lance:index_stats";

    /// <summary>The stored form of a set.</summary>
    protected virtual byte[] Encode(RowAddressSet rows) => rows.ToBytes();

    /// <summary>Decodes a stored set.</summary>
    /// <exception cref="LanceFormatException">The bytes are no set.</exception>
    protected virtual RowAddressSet Decode(ReadOnlySpan<byte> bytes, string file) => RowAddressSet.Read(bytes, file);

    /// <summary>The type of the keys of an index of some column.</summary>
    protected abstract ArrowType KeyType(ArrowType column);

    /// <summary>Feeds the rows of a build to the sorter.</summary>
    /// <param name="build">The build.</param>
    /// <param name="sorter">Takes keys and rows.</param>
    /// <param name="withoutValue">Takes rows whose column is null, where those are kept apart from the keys.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    protected abstract ValueTask AddRowsAsync(IndexBuild build, PairSorter sorter, List<ulong> withoutValue, CancellationToken cancellationToken);

    /// <summary>Whether rows whose column is null are kept in a block beside the columns.</summary>
    protected virtual string? NullsKey => null;

    public override async ValueTask<BuiltIndex> BuildAsync(IndexBuild build, CancellationToken cancellationToken)
    {
        var (sorter, withoutValue) = await CollectAsync(build, cancellationToken).ConfigureAwait(false);
        await using (sorter.ConfigureAwait(false))
        {
            await WriteAsync(build, KeyedSets.OfAsync(sorter.Nulls(), sorter.SortedAsync(cancellationToken), cancellationToken), withoutValue, cancellationToken).ConfigureAwait(false);
        }
        return new BuiltIndex(build.Entry(this), []);
    }

    public override async ValueTask<IReadOnlyList<BuiltIndex>> UpdateAsync(IndexBuild build, IReadOnlyList<IndexSegment> old, CancellationToken cancellationToken)
    {
        if (build.Fragments.Count == 0 && old.Count < 2)
            return [];
        var (sorter, withoutValue) = await CollectAsync(build, cancellationToken).ConfigureAwait(false);
        await using (sorter.ConfigureAwait(false))
        {
            var sources = new List<IAsyncEnumerable<KeyedSet>> { KeyedSets.OfAsync(sorter.Nulls(), sorter.SortedAsync(cancellationToken), cancellationToken) };
            foreach (var segment in old)
            {
                var rows = await SegmentRows.KeptAsync(segment, cancellationToken).ConfigureAwait(false);
                sources.Add(ReadAsync(segment, rows, cancellationToken));
                if (NullsKey is not null && await NullsAsync(segment, cancellationToken).ConfigureAwait(false) is { } nulls)
                    withoutValue = withoutValue.Or(rows.Map(nulls));
            }
            await WriteAsync(build, KeyedSets.MergeAsync(sources, cancellationToken), withoutValue, cancellationToken).ConfigureAwait(false);
        }
        return [new BuiltIndex(build.Entry(this, null, old), [.. old.Select(static s => s.Uuid)])];
    }

    public override async ValueTask<BuiltIndex> RemapAsync(IndexBuild build, IndexSegment old, RowRemap remap, CancellationToken cancellationToken)
    {
        var rows = SegmentRows.Moved(remap);
        var nulls = NullsKey is null ? null : await NullsAsync(old, cancellationToken).ConfigureAwait(false);
        // A merge of one source leaves out the sets that lost all their rows.
        var sets = KeyedSets.MergeAsync([ReadAsync(old, rows, cancellationToken)], cancellationToken);
        await WriteAsync(build, sets, nulls is null ? RowAddressSet.Empty : rows.Map(nulls), cancellationToken).ConfigureAwait(false);
        return new BuiltIndex(build.Entry(this, null, remap.MapCoverage(old.Covered, out _), old.Message.DatasetVersion), [old.Uuid]);
    }

    public override async ValueTask<double> EstimateAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(segment, cancellationToken).ConfigureAwait(false);
        return keys.Count == 0 ? 0 : query switch
        {
            RangeQuery range => range.In(keys.Sorted) is var (start, end) ? (double)(end - start) / keys.Count : 0,
            ValuesQuery values => Math.Min(1, (double)values.Keys.Count / keys.Count),
            LabelsQuery labels => Math.Min(1, (double)labels.Keys.Count / keys.Count),
            _ => 1.0 / keys.Count,
        };
    }

    public override async ValueTask<RowAddressSet> SearchAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(segment, cancellationToken).ConfigureAwait(false);
        var wanted = new List<int>();
        switch (query)
        {
            case NullQuery when NullsKey is not null:
                return await NullsAsync(segment, cancellationToken).ConfigureAwait(false) ?? RowAddressSet.Empty;
            case NullQuery:
                if (keys.NullRow >= 0)
                    wanted.Add(keys.NullRow);
                break;
            case RangeQuery range:
                var (start, end) = range.In(keys.Sorted);
                wanted.AddRange(keys.Rows.AsSpan(start, end - start));
                break;
            case ValuesQuery values:
                foreach (var key in values.Keys)
                    wanted.AddRange(keys.Find(key));
                break;
            case LabelsQuery { All: false } any:
                foreach (var key in any.Keys)
                    wanted.AddRange(keys.Find(key));
                if (any.WithNull && keys.NullRow >= 0)
                    wanted.Add(keys.NullRow);
                break;
            case LabelsQuery all:
                return await AllAsync(segment, keys, all, cancellationToken).ConfigureAwait(false);
        }
        return KeyedSets.Union(await SetsAsync(segment, wanted, cancellationToken).ConfigureAwait(false));
    }

    public override async ValueTask<RowAddressSet?> NullsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        if (NullsKey is not { } key)
            return await SearchAsync(segment, new NullQuery(), cancellationToken).ConfigureAwait(false);
        var cached = await IndexCache.Shared.GetAsync(segment, "nulls", async token =>
        {
            using var file = await IndexFileReader.OpenAsync(segment, FileName, token).ConfigureAwait(false);
            if (!file.Metadata.TryGetValue(key, out var number))
                return (new KeptNulls(null), 0L);
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var buffer))
                throw new LanceFormatException($"The rows without a list are said to be in global buffer '{number}'", file.Name, -1);
            var bytes = await file.ReadGlobalBufferAsync(buffer, token).ConfigureAwait(false);
            return (new KeptNulls(RowAddressSet.Read(bytes, file.Name)), 2L * bytes.Length);
        }, cancellationToken).ConfigureAwait(false);
        return cached.Rows;
    }

    public override async ValueTask<LanceIndexStatistics> StatisticsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(segment, cancellationToken).ConfigureAwait(false);
        return new LanceIndexStatistics(segment.Uuid, Name, new Dictionary<string, long> { [SetColumn] = keys.Count + (keys.NullRow >= 0 ? 1 : 0) });
    }

    public override async ValueTask VerifyAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var file = segment.LocationOf(FileName).Prefix;
        KeyedSet? last = null;
        await foreach (var set in ReadAsync(segment, null, cancellationToken).ConfigureAwait(false))
        {
            if (last is { } before && before.CompareKey(set) >= 0)
                throw new LanceFormatException("A value has two sets of rows", file, -1);
            last = set;
        }
        _ = await NullsAsync(segment, cancellationToken).ConfigureAwait(false);
    }

    sealed record KeptNulls(RowAddressSet? Rows);

    /// <summary>The keys of a file: sorted, with the row of each.</summary>
    sealed class Keys
    {
        public Keys(ArrowArray values, bool forSearch)
        {
            var keys = IndexKeys.Of(values, forSearch);
            NullRow = -1;
            Rows = new int[keys.Count];
            var at = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if (values.IsValid(i))
                    Rows[at++] = i;
                else
                    NullRow = i;
            }
            HasTwoNulls = values.NullCount > 1;
            if (!keys.IsSorted())
            {
                var order = new int[keys.Count];
                for (var i = 0; i < order.Length; i++)
                    order[i] = i;
                order.AsSpan().Sort((a, b) => keys.Compare(a, keys, b) is var c && c != 0 ? c : a.CompareTo(b));
                keys = keys.Take(order);
                Rows = Array.ConvertAll(order, i => Rows[i]);
            }
            Sorted = keys;
        }

        public KeyList Sorted { get; }

        public int Count => Sorted.Count;

        /// <summary>The row in the file of each key.</summary>
        public int[] Rows { get; }

        /// <summary>The row of the null key, or -1.</summary>
        public int NullRow { get; }

        public bool HasTwoNulls { get; }

        public long Size => Sorted.Size + 4L * Rows.Length;

        /// <summary>The rows of a key; several where different values count as one.</summary>
        public IEnumerable<int> Find(IndexKey key)
        {
            for (var i = Sorted.LowerBound(key); i < Sorted.Count && Sorted.Compare(i, key) == 0; i++)
                yield return Rows[i];
        }
    }

    ValueTask<Keys> KeysAsync(IndexSegment segment, CancellationToken cancellationToken) =>
        IndexCache.Shared.GetAsync(segment, "keys", async token =>
        {
            using var file = await OpenAsync(segment, token).ConfigureAwait(false);
            using var rows = await file.ReadAsync(0, CheckedRows(file, file.RowCount), [KeyColumn], token).ConfigureAwait(false);
            var keys = new Keys(rows.Column(0), forSearch: true);
            if (keys.HasTwoNulls)
                throw new LanceFormatException("The null key has two sets of rows", file.Name, -1);
            return (keys, keys.Size);
        }, cancellationToken);

    async ValueTask<IndexFileReader> OpenAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var file = await IndexFileReader.OpenAsync(segment, FileName, cancellationToken).ConfigureAwait(false);
        try
        {
            RequireType(file, KeyColumn, KeyType(TypeOf(segment)));
            RequireType(file, SetColumn, ArrowType.Binary);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    async ValueTask<RowAddressSet> AllAsync(IndexSegment segment, Keys keys, LabelsQuery query, CancellationToken cancellationToken)
    {
        RowAddressSet? all = null;
        var parts = query.Keys.Select(key => keys.Find(key).ToList()).ToList();
        if (query.WithNull)
            parts.Add(keys.NullRow < 0 ? [] : [keys.NullRow]);
        foreach (var part in parts)
        {
            if (part.Count == 0)
                return RowAddressSet.Empty;
            var rows = KeyedSets.Union(await SetsAsync(segment, part, cancellationToken).ConfigureAwait(false));
            all = all is null ? rows : all.And(rows);
        }
        return all ?? RowAddressSet.Empty;
    }

    async ValueTask<IReadOnlyList<RowAddressSet>> SetsAsync(IndexSegment segment, List<int> wanted, CancellationToken cancellationToken)
    {
        wanted.Sort();
        var sets = new RowAddressSet[wanted.Count];
        var missing = new List<int>();
        for (var i = 0; i < sets.Length; i++)
        {
            if (!IndexCache.Shared.TryGet(segment, PartOf(wanted[i]), out sets[i]))
                missing.Add(i);
        }
        for (var at = 0; at < missing.Count; at += BatchSets)
        {
            using var file = await OpenAsync(segment, cancellationToken).ConfigureAwait(false);
            var part = missing.GetRange(at, Math.Min(BatchSets, missing.Count - at));
            var rows = part.ConvertAll(i => (long)wanted[i]).Distinct().ToArray();
            using var batch = await file.TakeAsync(rows, [SetColumn], cancellationToken).ConfigureAwait(false);
            var stored = (BinaryArray)batch.Column(0);
            foreach (var i in part)
            {
                var row = Array.BinarySearch(rows, wanted[i]);
                sets[i] = Parse(stored, row, file.Name);
                IndexCache.Shared.Put(segment, PartOf(wanted[i]), sets[i], 2L * stored.GetBytes(row).Length + 128);
            }
        }
        return sets;
    }

    static string PartOf(int row) => string.Create(CultureInfo.InvariantCulture, $"set {row}");

    RowAddressSet Parse(BinaryArray stored, int row, string file) =>
        stored.IsNull(row) ? RowAddressSet.Empty : Decode(stored.GetBytes(row), file);

    async IAsyncEnumerable<KeyedSet> ReadAsync(IndexSegment segment, SegmentRows? rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        using var stored = await file.ReadAsync(0, CheckedRows(file, file.RowCount), [KeyColumn], cancellationToken).ConfigureAwait(false);
        var keys = new Keys(stored.Column(0), forSearch: false);
        var order = new List<int>(keys.Rows);
        if (keys.NullRow >= 0)
            order.Insert(0, keys.NullRow);
        var first = order.Count - keys.Count;
        for (var at = 0; at < order.Count; at += BatchSets)
        {
            var part = order.GetRange(at, Math.Min(BatchSets, order.Count - at));
            var sorted = part.Select(static r => (long)r).Order().ToArray();
            using var batch = await file.TakeAsync(sorted, [SetColumn], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < part.Count; i++)
            {
                var set = Parse((BinaryArray)batch.Column(0), Array.BinarySearch(sorted, part[i]), file.Name);
                if (rows is not null)
                    set = rows.Map(set);
                yield return at + i < first ? new KeyedSet(true, default, set) : new KeyedSet(false, keys.Sorted[at + i - first], set);
            }
        }
    }

    async ValueTask<(PairSorter Sorter, RowAddressSet WithoutValue)> CollectAsync(IndexBuild build, CancellationToken cancellationToken)
    {
        var sorter = new PairSorter(KeyType(build.Field.Type), build.Options.SortMemory);
        try
        {
            var withoutValue = new List<ulong>();
            await AddRowsAsync(build, sorter, withoutValue, cancellationToken).ConfigureAwait(false);
            return (sorter, RowAddressSet.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(withoutValue)));
        }
        catch
        {
            await sorter.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async ValueTask WriteAsync(IndexBuild build, IAsyncEnumerable<KeyedSet> sets, RowAddressSet withoutValue, CancellationToken cancellationToken)
    {
        var type = KeyType(build.Field.Type);
        var numeric = IndexKeys.IsNumeric(type);
        var schema = new Schema([new Field(KeyColumn, type), new Field(SetColumn, ArrowType.Binary, SetsAreNullable)]);
        var file = await build.CreateFileAsync(FileName, schema, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var keys = new List<IndexKey>();
            var bitmaps = new BinaryBuilder(ArrowType.Binary);
            var nulls = 0;
            await foreach (var set in sets.ConfigureAwait(false))
            {
                if (set.IsNull)
                    nulls = 1;
                else
                    keys.Add(set.Key);
                bitmaps.Append(Encode(set.Rows));
                if (bitmaps.Length >= BatchSets || bitmaps.DataLength >= BatchBytes)
                    await FlushAsync().ConfigureAwait(false);
            }
            if (bitmaps.Length > 0)
                await FlushAsync().ConfigureAwait(false);
            if (StatisticsKey is { } statistics)
                file.SetMetadata(statistics, string.Create(CultureInfo.InvariantCulture, $"{{\"num_bitmaps\":{file.Rows}}}"));
            if (NullsKey is { } key)
                file.SetMetadata(key, file.AddGlobalBuffer(withoutValue.ToBytes()).ToString(CultureInfo.InvariantCulture));
            await build.FinishFileAsync(FileName, file, cancellationToken).ConfigureAwait(false);

            async ValueTask FlushAsync()
            {
                using var batch = new RecordBatch(schema, [IndexKeys.ToArray(type, nulls, KeyList.Of(keys, numeric), 0, keys.Count), bitmaps.Build()], nulls + keys.Count);
                await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                build.Progress?.Report(new LanceProgress("write", file.Rows, 0));
                keys.Clear();
                nulls = 0;
                bitmaps = new BinaryBuilder(ArrowType.Binary);
            }
        }
    }
}
