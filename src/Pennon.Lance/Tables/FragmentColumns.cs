using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Files;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>
/// How some columns of a fragment are read: which file gives which leaves, and which leaves no file has. Columns whose leaves
/// are spread over several files are put together again; leaves that no file has are null.
/// </summary>
sealed class FragmentColumns
{
    readonly TableFragment _fragment;
    readonly IReadOnlyList<LanceField> _fields;
    readonly List<FilePart> _parts = [];

    /// <summary>What one file contributes: pruned fields, and the column they belong to.</summary>
    sealed record FilePart(LanceLocation Location, List<FileColumn> Columns, List<(int Field, LanceField Pruned)> Fields);

    /// <summary>Plans the read.</summary>
    /// <param name="fragment">The fragment.</param>
    /// <param name="fields">The columns, possibly with some children left out.</param>
    public FragmentColumns(TableFragment fragment, IReadOnlyList<LanceField> fields)
    {
        _fragment = fragment;
        _fields = fields;
        var files = fragment.Message.Files;
        var owners = new Dictionary<int, int>();
        for (var f = 0; f < files.Count; f++)
        {
            // A later file takes a field over from an earlier one; negative ids mark columns that no longer count.
            foreach (var id in files[f].Fields)
            {
                if (id >= 0)
                    owners[id] = f;
            }
        }
        for (var f = 0; f < files.Count; f++)
        {
            var part = new FilePart(fragment.LocationOf(files[f]), [], []);
            var columns = new Dictionary<int, int>();
            for (var i = 0; i < files[f].Fields.Count; i++)
            {
                if (files[f].Fields[i] >= 0)
                    columns[files[f].Fields[i]] = files[f].ColumnIndices[i];
            }
            for (var i = 0; i < fields.Count; i++)
            {
                if (Prune(fields[i], f, owners) is { } pruned)
                {
                    part.Columns.Add(ColumnOf(pruned, columns));
                    part.Fields.Add((i, pruned));
                }
            }
            if (part.Columns.Count > 0)
                _parts.Add(part);
        }
    }

    /// <summary>Reads consecutive rows of every column.</summary>
    /// <param name="start">The offset of the first row in the fragment.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async ValueTask<ArrowArray[]> ReadAsync(long start, int count, CancellationToken cancellationToken)
    {
        if (_parts.Count == 1 && IsComplete(_parts[0]))
        {
            using var lease = await LeaseAsync(_parts[0], cancellationToken).ConfigureAwait(false);
            return await lease.Reader.ReadAsync(_parts[0].Columns, start, count, cancellationToken).ConfigureAwait(false);
        }
        var results = new List<(FilePart, ArrowArray[])>();
        foreach (var part in _parts)
        {
            using var lease = await LeaseAsync(part, cancellationToken).ConfigureAwait(false);
            results.Add((part, await lease.Reader.ReadAsync(part.Columns, start, count, cancellationToken).ConfigureAwait(false)));
        }
        return Assemble(results, count);
    }

    /// <summary>Reads single rows of every column.</summary>
    /// <param name="rows">Offsets in the fragment, strictly ascending.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async ValueTask<ArrowArray[]> TakeAsync(ReadOnlyMemory<long> rows, CancellationToken cancellationToken)
    {
        if (_parts.Count == 1 && IsComplete(_parts[0]))
        {
            using var lease = await LeaseAsync(_parts[0], cancellationToken).ConfigureAwait(false);
            return await lease.Reader.TakeAsync(_parts[0].Columns, rows, cancellationToken).ConfigureAwait(false);
        }
        var results = new List<(FilePart, ArrowArray[])>();
        foreach (var part in _parts)
        {
            using var lease = await LeaseAsync(part, cancellationToken).ConfigureAwait(false);
            results.Add((part, await lease.Reader.TakeAsync(part.Columns, rows, cancellationToken).ConfigureAwait(false)));
        }
        return Assemble(results, rows.Length);
    }

    async ValueTask<DataFileCache.Lease> LeaseAsync(FilePart part, CancellationToken cancellationToken)
    {
        var lease = await _fragment.Table.Files.LeaseAsync(part.Location, cancellationToken).ConfigureAwait(false);
        if (lease.Reader.RowCount == _fragment.PhysicalRows)
            return lease;
        var rows = lease.Reader.RowCount;
        lease.Dispose();
        throw new LanceFormatException(
            $"The file has {rows} rows, and fragment {_fragment.Id} is said to have {_fragment.PhysicalRows}", part.Location.Prefix, -1);
    }

    bool IsComplete(FilePart part)
    {
        if (part.Fields.Count != _fields.Count)
            return false;
        foreach (var (index, pruned) in part.Fields)
        {
            if (!ReferenceEquals(pruned, _fields[index]))
                return false;
        }
        return true;
    }

    ArrowArray[] Assemble(List<(FilePart Part, ArrowArray[] Arrays)> results, int count)
    {
        var arrays = new ArrowArray[_fields.Count];
        for (var i = 0; i < arrays.Length; i++)
        {
            var found = new List<(LanceField Pruned, ArrowArray Array)>();
            foreach (var (part, read) in results)
            {
                for (var c = 0; c < read.Length; c++)
                {
                    if (part.Fields[c].Field == i)
                        found.Add((part.Fields[c].Pruned, read[c]));
                }
            }
            arrays[i] = Merge(_fields[i], found, count);
        }
        return arrays;
    }

    ArrowArray Merge(LanceField field, List<(LanceField Pruned, ArrowArray Array)> parts, int count)
    {
        if (parts.Count == 0)
            return NullArrays.Of(field.Type, count);
        if (parts.Count == 1 && ReferenceEquals(parts[0].Pruned, field))
            return parts[0].Array;
        switch (parts[0].Array)
        {
            case StructArray first:
                var children = new ArrowArray[field.Children.Count];
                for (var i = 0; i < children.Length; i++)
                {
                    var child = field.Children[i];
                    var inner = new List<(LanceField, ArrowArray)>();
                    foreach (var (pruned, array) in parts)
                    {
                        for (var c = 0; c < pruned.Children.Count; c++)
                        {
                            if (pruned.Children[c].Id == child.Id)
                                inner.Add((pruned.Children[c], ((StructArray)array).Children[c]));
                        }
                    }
                    children[i] = Merge(child, inner, count);
                }
                return ArrowArray.Create(field.Type, count, first.NullCount, 0, [ValidityFromStart(first)], children);
            case ListArray first:
                return MergeList(field, parts, first.Offsets.Length == 0 ? 0 : first.Offsets[^1], first.OffsetBuffer, first, count);
            default:
                throw new LanceNotSupportedException("a column spread over several files",
                    $"Column '{field.Name}' of fragment {_fragment.Id} is spread over several files in a way that cannot be put together: {field.Type}.");
        }
    }

    ArrowArray MergeList(
        LanceField field, List<(LanceField Pruned, ArrowArray Array)> parts, int items, ArrowBuffer offsets, ListArray first, int count)
    {
        var inner = new List<(LanceField, ArrowArray)>();
        foreach (var (pruned, array) in parts)
        {
            var list = (ListArray)array;
            if (list.Offset != 0 || !list.Offsets.SequenceEqual(first.Offsets) || list.Items.Length < items)
            {
                throw new LanceFormatException(
                    $"The files of fragment {_fragment.Id} disagree about the lists of column '{field.Name}'", _fragment.Table.File.Path, -1);
            }
            inner.Add((pruned.Children[0], list.Items.Slice(0, items)));
        }
        return ArrowArray.Create(field.Type, count, first.NullCount, 0, [first.Validity, offsets], [Merge(field.Children[0], inner, items)]);
    }

    static ArrowBuffer ValidityFromStart(ArrowArray array)
    {
        if (array.Validity.IsEmpty || array.Offset == 0)
            return array.Validity;
        var bits = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(array.Length));
        BitUtility.Copy(array.Validity.Span, array.Offset, bits.MutableSpan, 0, array.Length);
        return bits;
    }

    static LanceField? Prune(LanceField field, int file, Dictionary<int, int> owners)
    {
        if (field.IsLeaf)
            return owners.TryGetValue(field.Id, out var owner) && owner == file ? field : null;
        var kept = new List<LanceField>(field.Children.Count);
        var same = true;
        foreach (var child in field.Children)
        {
            var pruned = Prune(child, file, owners);
            same &= ReferenceEquals(pruned, child);
            if (pruned is not null)
                kept.Add(pruned);
        }
        return kept.Count == 0 ? null : same ? field : field.WithChildren(kept);
    }

    /// <summary>The columns of a field, by field id.</summary>
    internal static FileColumn ColumnOf(LanceField field, IReadOnlyDictionary<int, int> columns)
    {
        var column = columns.GetValueOrDefault(field.Id, -1);
        return field.IsLeaf
            ? new FileColumn(field.Field, column, [])
            : new FileColumn(field.Field, column, [.. field.Children.Select(c => ColumnOf(c, columns))]);
    }
}
