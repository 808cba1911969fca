using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <content>Reading of rows that indexes chose.</content>
sealed partial class Scanner
{
    IndexAnswer? _answer;
    bool _isAnswered;

    /// <summary>What indexes say about the filter, where the caller asked them already; null if they say nothing.</summary>
    public IndexAnswer? Answer
    {
        init
        {
            _answer = value;
            _isAnswered = true;
        }
    }

    async ValueTask<IndexAnswer?> AnswerAsync(CancellationToken cancellationToken)
    {
        if (!_isAnswered && _filter is not null && _options.UseIndexes)
            _answer = await IndexEvaluation.AnswerAsync(_table, _filter, cancellationToken).ConfigureAwait(false);
        _isAnswered = true;
        return _answer;
    }

    /// <summary>Cuts the chosen rows of a fragment into pieces: by number where they lie apart, by extent where they lie close.</summary>
    static IEnumerable<long[]> Chunks(RoaringBitmap offsets, int rows)
    {
        var all = new uint[offsets.Cardinality];
        offsets.CopyTo(all);
        for (var start = 0; start < all.Length;)
        {
            var end = start + 1;
            while (end < all.Length && end - start < rows)
            {
                var extent = (long)all[end] - all[start] + 1;
                if (extent > rows && (long)(end - start) * SparseFactor >= extent)
                    break;
                end++;
            }
            var chunk = new long[end - start];
            for (var i = 0; i < chunk.Length; i++)
                chunk[i] = all[start + i];
            yield return chunk;
            start = end;
        }
    }

    async Task<RecordBatch?> ReadSelectedAsync(Piece piece, long[] offsets, CancellationToken cancellationToken)
    {
        var columns = new ArrowArray[Schema.Fields.Count];
        if (piece.Early is null)
        {
            var exact = await FetchAsync(piece.Columns, _projection.Fields.Count, offsets, cancellationToken).ConfigureAwait(false);
            exact.CopyTo(columns, 0);
        }
        else
        {
            var early = await FetchAsync(piece.Early, _filter!.Columns.Fields.Count, offsets, cancellationToken).ConfigureAwait(false);
            using var mask = _filter.Evaluate(early, offsets.Length);
            var kept = Filter.SelectedRows(mask);
            if (kept.Length == 0)
            {
                Release(early);
                return null;
            }
            var all = kept.Length == offsets.Length;
            if (!all)
                offsets = Array.ConvertAll(kept, i => offsets[i]);
            var late = await FetchAsync(piece.Columns, _late!.Fields.Count, offsets, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < _source.Length; i++)
            {
                var source = _source[i];
                columns[i] = source >= 0 ? late[source] : all ? early[~source].Share() : Take.Apply(early[~source], kept);
            }
            Release(early);
        }
        AddRowColumns(columns, piece.Fragment, offsets);
        return new RecordBatch(Schema, columns, offsets.Length);
    }

    static async ValueTask<ArrowArray[]> FetchAsync(FragmentColumns columns, int count, long[] offsets, CancellationToken cancellationToken)
    {
        if (count == 0)
            return [];
        var extent = offsets[^1] - offsets[0] + 1;
        if (extent > offsets.LongLength * SparseFactor || extent > int.MaxValue)
            return await columns.TakeAsync(offsets, cancellationToken).ConfigureAwait(false);
        var arrays = await columns.ReadAsync(offsets[0], (int)extent, cancellationToken).ConfigureAwait(false);
        if (extent == offsets.LongLength)
            return arrays;
        var positions = Array.ConvertAll(offsets, o => (int)(o - offsets[0]));
        for (var i = 0; i < arrays.Length; i++)
        {
            var whole = arrays[i];
            arrays[i] = Take.Apply(whole, positions);
            whole.Dispose();
        }
        return arrays;
    }

    void AddRowColumns(ArrowArray[] columns, TableFragment fragment, long[] offsets)
    {
        var at = _source.Length;
        if (_options.WithRowId)
        {
            var ids = new ulong[offsets.Length];
            if (_table.HasStableRowIds)
            {
                for (var i = 0; i < ids.Length; i++)
                    fragment.RowIds.Fill(offsets[i], ids.AsSpan(i, 1));
            }
            else
            {
                Address(ids);
            }
            columns[at++] = new PrimitiveArray<ulong>(ArrowType.UInt64, ids);
        }
        if (_options.WithRowAddress)
        {
            var addresses = new ulong[offsets.Length];
            Address(addresses);
            columns[at] = new PrimitiveArray<ulong>(ArrowType.UInt64, addresses);
        }

        void Address(ulong[] target)
        {
            var high = (ulong)fragment.Id << 32;
            for (var i = 0; i < target.Length; i++)
                target[i] = high | (ulong)offsets[i];
        }
    }
}
