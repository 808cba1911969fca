using System.Buffers;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;

namespace Pennon.Lance.Tables;

/// <summary>
/// Merges source rows into a table (TABLE 21). The source is held in memory; of the table only the key columns are read, through a
/// filter on the keys where an index or a small source makes that cheaper, and then the rows that change.
/// </summary>
sealed class MergeOperation
{
    const int FilteredKeys = 16;
    const int IndexedKeys = 4096;
    const int ChunkBytes = 4 << 20;

    readonly TableVersion _table;
    readonly LanceMergeOptions _merge;
    readonly LanceWriteOptions _options;
    readonly IReadOnlyList<string> _on;
    readonly MergeSource _source;
    readonly List<(ulong Address, int Source)> _pairs = [];

    MergeOperation(TableVersion table, MergeSource source, IReadOnlyList<string> on, LanceMergeOptions merge, LanceWriteOptions options)
    {
        _table = table;
        _source = source;
        _on = on;
        _merge = merge;
        _options = options;
    }

    /// <summary>Stages the merge.</summary>
    /// <exception cref="ArgumentException">The source's columns do not fit the table, or several source rows match one target row.</exception>
    /// <exception cref="LanceFilterException">A condition does not fit.</exception>
    public static async ValueTask<StagedMerge> StageAsync(
        TableVersion table, IReadOnlyList<RecordBatch> batches, LanceMergeOptions merge, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        if (!merge.WhenMatchedUpdate && !merge.WhenNotMatchedInsert && !merge.WhenNotMatchedBySourceDelete)
            throw new ArgumentException("A merge needs at least one clause: update, insert, or delete by source.", nameof(merge));
        var on = MergeColumns.KeysOf(table, merge);
        var rows = MergeColumns.Join(table, batches, on);
        MergeColumns.Check(table, rows.Schema, on, merge);
        using var source = new MergeSource(rows, on);
        return await new MergeOperation(table, source, on, merge, settings).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<StagedMerge> RunAsync(CancellationToken cancellationToken)
    {
        var rewrite = new RowRewrite(_table, _options);
        await using (rewrite.ConfigureAwait(false))
        {
            await FindPartnersAsync(cancellationToken).ConfigureAwait(false);
            long deleted = 0;
            if (_merge.WhenNotMatchedBySourceDelete) deleted = await DeleteUnmatchedAsync(rewrite.Leaving, cancellationToken).ConfigureAwait(false);
            var fromSource = UpdatedColumns();
            long updated = 0;
            if (_merge.WhenMatchedUpdate) updated = await UpdateAsync(rewrite, fromSource, cancellationToken).ConfigureAwait(false);
            long inserted = 0;
            if (_merge.WhenNotMatchedInsert) inserted = await InsertAsync(rewrite.Writer, cancellationToken).ConfigureAwait(false);
            // Keys of updated rows are equal before and after, so that an index on them stays right; that of a new row is in no index.
            var changed = inserted > 0
                ? MutationFields.IdsOf(_table.Schema.Fields)
                : MutationFields.IdsOf(_table.Schema.Fields.Where(f => fromSource.Contains(f.Name) && (!_on.Contains(f.Name) || f.Type.IsFloatingPoint)));
            var check = inserted > 0 ? NewKeysCheck() : null;
            var staged = await rewrite.FinishAsync(changed, _options, check, cancellationToken).ConfigureAwait(false);
            return new StagedMerge(staged, inserted, updated, deleted);
        }
    }

    HashSet<string> UpdatedColumns() => [.. _merge.UpdateColumns ?? _source.Rows.Schema.Fields.Select(static f => f.Name)];

    async ValueTask FindPartnersAsync(CancellationToken cancellationToken)
    {
        if (_source.Rows.Length == 0) return;
        var filter = _on.Count == 1 ? _source.KeyFilter(_on[0], HasIndexOnKey() ? IndexedKeys : FilteredKeys) : null;
        if (filter is null && _on.Count == 1 && _source.Rows.Column(_on[0]).NullCount == _source.Rows.Length) return;
        var scan = new ScanOptions { Columns = _on, Filter = filter, WithRowAddress = true };
        await foreach (var batch in new Scanner(_table, scan).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            using (batch) FindPartners(batch);
        }
        _pairs.Sort(static (a, b) => a.Address.CompareTo(b.Address));
    }

    void FindPartners(RecordBatch batch)
    {
        var keys = _on.Select(batch.Column).ToArray();
        var addresses = ((PrimitiveArray<ulong>)batch.Column(Scanner.RowAddressName)).Values;
        var rented = ArrayPool<ulong>.Shared.Rent(batch.Length);
        var hashes = rented.AsSpan(0, batch.Length);
        Hash.Rows(keys, hashes);
        for (var row = 0; row < batch.Length; row++)
        {
            var partner = _source.Find(keys, hashes, row, out var isAmbiguous);
            if (partner < 0) continue;
            if (isAmbiguous && _merge.WhenMatchedUpdate)
                throw new ArgumentException($"Several source rows have the key of one row of table '{_table.MainRoot}' (its address is {addresses[row]}), so that it is not clear which to take; remove the repeats.");
            _pairs.Add((addresses[row], partner));
        }
        ArrayPool<ulong>.Shared.Return(rented);
    }

    bool HasIndexOnKey()
    {
        var id = _table.Schema.Find(_on[0])!.Id;
        foreach (var segment in _table.Indexes)
        {
            if (segment.IsUsable && segment.FieldIds.Count == 1 && segment.FieldIds[0] == id && segment.Kind!.Name is "BTree" or "Bitmap") return true;
        }
        return false;
    }

    async ValueTask<long> DeleteUnmatchedAsync(RowSelection leaving, CancellationToken cancellationToken)
    {
        var matched = new RowSelection();
        foreach (var (address, _) in _pairs) matched.Add(address);
        long count = 0;
        var scan = new ScanOptions { Columns = [], Filter = _merge.WhenNotMatchedBySourceCondition, WithRowAddress = true };
        await foreach (var batch in new Scanner(_table, scan).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                foreach (var address in ((PrimitiveArray<ulong>)batch.Column(Scanner.RowAddressName)).Values)
                {
                    if (matched.Contains(address)) continue;
                    leaving.Add(address);
                    count++;
                }
            }
        }
        return count;
    }

    async ValueTask<long> UpdateAsync(RowRewrite rewrite, HashSet<string> fromSource, CancellationToken cancellationToken)
    {
        var fields = _table.Schema.Fields;
        var kept = fields.Where(f => !fromSource.Contains(f.Name)).Select(static f => f.Name).ToList();
        var condition = _merge.WhenMatchedCondition is { } expression ? new MergeCondition(expression, _table, _source.Rows.Schema) : null;
        var chunk = ChunkRows();
        long updated = 0;
        for (var start = 0; start < _pairs.Count; start += chunk)
        {
            var pairs = _pairs.GetRange(start, Math.Min(chunk, _pairs.Count - start));
            if (condition is not null) pairs = await condition.KeepAsync(_source.Rows, pairs, cancellationToken).ConfigureAwait(false);
            if (pairs.Count == 0) continue;
            var addresses = pairs.Select(static p => p.Address).ToArray();
            var rows = pairs.Select(static p => p.Source).ToArray();
            using var target = kept.Count == 0 ? null
                : await new RowTaker(_table, new Projection(_table.Schema, kept)).TakeAddressesAsync(addresses, cancellationToken).ConfigureAwait(false);
            foreach (var address in addresses) rewrite.Move(address);
            var columns = new ArrowArray[fields.Count];
            for (var c = 0; c < columns.Length; c++)
            {
                columns[c] = fromSource.Contains(fields[c].Name) ? Take.Apply(_source.Rows.Column(fields[c].Name), rows) : target!.Column(fields[c].Name).Share();
            }
            using var batch = new RecordBatch(_table.Schema.Arrow, columns, rows.Length);
            await rewrite.Writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            updated += rows.Length;
        }
        return updated;
    }

    async ValueTask<long> InsertAsync(FragmentWriter writer, CancellationToken cancellationToken)
    {
        var fields = _table.Schema.Fields;
        var chunk = ChunkRows();
        var rows = new List<int>();
        long inserted = 0;
        for (var row = 0; row <= _source.Rows.Length; row++)
        {
            if (row < _source.Rows.Length && !_source.IsMatched(row)) rows.Add(row);
            if (rows.Count == 0 || (rows.Count < chunk && row < _source.Rows.Length)) continue;
            var indices = rows.ToArray();
            var columns = new ArrowArray[fields.Count];
            for (var c = 0; c < columns.Length; c++)
            {
                var at = _source.Rows.Schema.IndexOf(fields[c].Name);
                columns[c] = at < 0 ? NullArrays.Of(fields[c].Type, indices.Length) : Take.Apply(_source.Rows.Column(at), indices);
            }
            using var batch = new RecordBatch(_table.Schema.Arrow, columns, indices.Length);
            await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            inserted += indices.Length;
            rows.Clear();
        }
        return inserted;
    }

    int ChunkRows() => (int)Math.Clamp(ChunkBytes / Math.Max(1, _table.Schema.Fields.Sum(static f => RowWidth.Of(f.Type))), 256, 65536);

    /// <summary>
    /// Two merges that insert the same key at once would leave it twice. Rows that others added meanwhile are therefore searched for the
    /// keys inserted here; one that is found makes the merge start over, and then update it.
    /// </summary>
    Func<StoredVersion, CancellationToken, ValueTask> NewKeysCheck()
    {
        var table = _table;
        var on = _on;
        var known = table.Fragments.Select(static f => (ulong)f.Id).ToHashSet();
        // The staged merge outlives this operation, so that it keeps its own keys.
        var unmatched = Enumerable.Range(0, _source.Rows.Length).Where(r => !_source.IsMatched(r)).ToArray();
        var schema = new Schema([.. on.Select(name => _source.Rows.Schema.Field(name))]);
        var keys = new RecordBatch(schema, [.. on.Select(name => Take.Apply(_source.Rows.Column(name), unmatched))], unmatched.Length);
        var inserted = new MergeSource(keys, on);
        return async (newer, cancellationToken) =>
        {
            var added = newer.Manifest.Fragments.Where(f => !known.Contains(f.Id)).ToList();
            if (added.Count == 0) return;
            using var latest = await table.WithAsync(newer, cancellationToken).ConfigureAwait(false);
            var fields = on.Select(name => latest.Schema.Find(name)).ToList();
            if (fields.Contains(null)) throw Lost(newer, "a key column is gone");
            foreach (var message in added)
            {
                var fragment = latest.Fragments.First(f => f.Id == message.Id);
                var columns = new FragmentColumns(fragment, fields!);
                for (long start = 0; start < fragment.PhysicalRows; start += 65536)
                {
                    var count = (int)Math.Min(65536, fragment.PhysicalRows - start);
                    var arrays = await columns.ReadAsync(start, count, cancellationToken).ConfigureAwait(false);
                    if (Meets(inserted, arrays, count)) throw Lost(newer, "another writer inserted one of its keys");
                }
                known.Add(message.Id);
            }
        };

        ConflictException Lost(StoredVersion newer, string what) =>
            new($"The merge into table '{table.MainRoot}' met version {newer.Manifest.Version}, which was committed meanwhile: {what}. Run it again on the new version.", isRetryable: true);
    }

    static bool Meets(MergeSource inserted, ArrowArray[] keys, int count)
    {
        var hashes = new ulong[count];
        Hash.Rows(keys, hashes);
        for (var row = 0; row < count; row++)
        {
            if (inserted.HasUnmatched(keys, hashes, row)) return true;
        }
        return false;
    }
}
