using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Reads single rows from anywhere in a table, touching only the chunks that hold them.</summary>
sealed class RowTaker(TableVersion table, Projection projection)
{
    // Below, handing a fragment's rows to another thread costs more than it saves.
    const int ParallelRows = 128;

    /// <summary>Reads rows by position among the live rows of the table.</summary>
    public async ValueTask<RecordBatch> TakeAsync(ReadOnlyMemory<long> rows, CancellationToken cancellationToken)
    {
        var addresses = new ulong[rows.Length];
        var order = new int[rows.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var sorted = rows.ToArray();
        Array.Sort(sorted, order);
        if (sorted.Length > 0 && (sorted[0] < 0 || sorted[^1] >= table.LiveRows))
        {
            var bad = sorted[0] < 0 ? sorted[0] : sorted[^1];
            throw new ArgumentOutOfRangeException(nameof(rows), $"Row {bad} is outside the table of {table.LiveRows} rows.");
        }
        long start = 0;
        var at = 0;
        foreach (var fragment in table.Fragments)
        {
            if (at == sorted.Length)
                break;
            var end = start + fragment.LiveRows;
            if (sorted[at] < end)
            {
                var deletions = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
                for (; at < sorted.Length && sorted[at] < end; at++)
                    addresses[order[at]] = (ulong)fragment.Id << 32 | (ulong)LiveRows.Select(deletions, fragment.PhysicalRows, sorted[at] - start);
            }
            start = end;
        }
        return await ReadAsync(addresses, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads rows by address.</summary>
    public async ValueTask<RecordBatch> TakeAddressesAsync(ReadOnlyMemory<ulong> addresses, CancellationToken cancellationToken)
    {
        var fragments = table.Fragments.ToDictionary(f => f.Id);
        foreach (var address in addresses.ToArray())
        {
            if (!fragments.TryGetValue((uint)(address >> 32), out var fragment) || (uint)address >= fragment.PhysicalRows)
                throw new LanceNotFoundException($"The table has no row at address {address} (fragment {address >> 32}, offset {(uint)address}).");
            if (fragment.HasDeletions && (await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false)).Contains((uint)address))
                throw new LanceNotFoundException($"The row at address {address} (fragment {address >> 32}, offset {(uint)address}) was deleted.");
        }
        return await ReadAsync(addresses.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads rows by address that the caller knows to be there.</summary>
    public async ValueTask<RecordBatch> ReadAsync(ulong[] addresses, CancellationToken cancellationToken)
    {
        var schema = projection.Schema;
        if (addresses.Length == 0)
            return new RecordBatch(schema, [.. schema.Fields.Select(f => NullArrays.Of(f.Type, 0))], 0);
        if (schema.Fields.Count == 0)
            return new RecordBatch(schema, [], addresses.Length);
        var unique = addresses.ToArray();
        Array.Sort(unique);
        var distinct = 1;
        for (var i = 1; i < unique.Length; i++)
        {
            if (unique[i] != unique[i - 1])
                unique[distinct++] = unique[i];
        }
        Array.Resize(ref unique, distinct);
        var fragments = table.Fragments.ToDictionary(f => f.Id);
        var reads = new List<ValueTask<ArrowArray[]>>();
        for (var i = 0; i < unique.Length;)
        {
            var id = (uint)(unique[i] >> 32);
            var end = i + 1;
            while (end < unique.Length && (uint)(unique[end] >> 32) == id)
                end++;
            var rows = new long[end - i];
            for (var r = 0; r < rows.Length; r++)
                rows[r] = (uint)unique[i + r];
            var fragment = new FragmentColumns(fragments[id], projection.Fields);
            // From a local store a read runs to its end at once, so that only threads of their own let several run side by side.
            reads.Add(unique.Length >= ParallelRows && end < unique.Length
                ? new ValueTask<ArrowArray[]>(Task.Run(() => fragment.TakeAsync(rows, cancellationToken).AsTask(), cancellationToken))
                : fragment.TakeAsync(rows, cancellationToken));
            i = end;
        }
        var parts = new List<ArrowArray[]>();
        foreach (var read in reads)
            parts.Add(await read.ConfigureAwait(false));
        var inOrder = distinct == addresses.Length && addresses.AsSpan().SequenceEqual(unique);
        int[] positions = [];
        if (!inOrder)
        {
            positions = new int[addresses.Length];
            for (var i = 0; i < positions.Length; i++)
                positions[i] = Array.BinarySearch(unique, addresses[i]);
        }
        var columns = new ArrowArray[schema.Fields.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            var whole = parts.Count == 1 ? parts[0][c] : Concat.Apply(parts.Select(p => p[c]).ToArray());
            columns[c] = inOrder ? whole : Take.Apply(whole, positions);
        }
        return new RecordBatch(schema, columns, addresses.Length);
    }
}
