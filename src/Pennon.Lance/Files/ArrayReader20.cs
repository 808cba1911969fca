using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;
using Pennon.Lance.IO;
using Pennon.Lance.Wire.Encodings20;

namespace Pennon.Lance.Files;

/// <summary>
/// Reads columns of file version 2.0, where every field has a column of its own: the items of a list are found by reading the
/// list's column first, one level at a time.
/// </summary>
internal sealed class ArrayReader20(IObjectReader reader, Dictionary<int, FileColumnReader> columns)
{
    public async ValueTask<ArrowArray[]> ReadAsync(IReadOnlyList<FileColumn> nodes, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken)
    {
        var arrays = new ArrowArray[nodes.Count];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = await ReadAsync(nodes[i], ranges, cancellationToken).ConfigureAwait(false);
        }
        return arrays;
    }

    ValueTask<ArrowArray> ReadAsync(FileColumn node, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken)
    {
        var column = columns[node.Column];
        if (ranges.Count > 0 && ranges[^1].End > column.Rows)
        {
            throw new LanceFormatException($"Column '{node.Field.Name}' has {column.Rows} values where {ranges[^1].End} are needed", reader.Path, -1);
        }
        if (node.IsLeaf)
        {
            return ReadLeafAsync(node, column, ranges, cancellationToken);
        }
        return node.Field.Type switch
        {
            StructType type => ReadStructAsync(node, type, ranges, cancellationToken),
            ListType or LargeListType => ReadListAsync(node, column, ranges, cancellationToken),
            _ => throw new LanceNotSupportedException($"{node.Field.Type.Id} in file version 2.0", $"Column '{node.Field.Name}' of '{reader.Path}' is {node.Field.Type}, which file version 2.0 cannot hold."),
        };
    }

    static int CountOf(IReadOnlyList<RowRange> ranges)
    {
        long total = 0;
        foreach (var range in ranges)
        {
            total += range.Count;
        }
        return checked((int)total);
    }

    async ValueTask<ArrowArray> ReadLeafAsync(FileColumn node, FileColumnReader column, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken)
    {
        int rows = CountOf(ranges);
        var reads = new List<(int Page, ArrayRead20 Read)>();
        using var plan = new ReadPlan(reader);
        foreach (var (page, pageRanges) in column.Split(ranges))
        {
            var encoding = column.Encoding20(page);
            Guarded(column, page, () =>
            {
                foreach (var range in pageRanges)
                {
                    reads.Add((page, ArrayRead20.Create(encoding, column.Location(page), range.Start, (int)range.Count)));
                }
            });
        }
        bool more = true;
        while (more)
        {
            more = false;
            foreach (var (page, read) in reads)
            {
                Guarded(column, page, () => more |= read.Plan(plan));
            }
            await plan.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        }
        var sink = ValueSink.Create(node.Field.Type, rows);
        var nulls = new NullTracker();
        foreach (var (page, read) in reads)
        {
            Guarded(column, page, () => read.Decode(plan, sink, nulls));
        }
        var validity = nulls.Detach(out int nullCount);
        return sink.Build(node.Field.Type, nullCount, validity);
    }

    static void Guarded(FileColumnReader column, int page, Action action)
    {
        try
        {
            action();
        }
        catch (CorruptEncodingException error)
        {
            throw column.Corrupt(page, error);
        }
    }

    async ValueTask<ArrowArray> ReadStructAsync(FileColumn node, StructType type, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken)
    {
        var children = new ArrowArray[node.Children.Count];
        for (int i = 0; i < children.Length; i++)
        {
            children[i] = await ReadAsync(node.Children[i], ranges, cancellationToken).ConfigureAwait(false);
        }
        return ArrowArray.Create(type, CountOf(ranges), 0, 0, [ArrowBuffer.Empty], children);
    }

    async ValueTask<ArrowArray> ReadListAsync(FileColumn node, FileColumnReader column, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken)
    {
        int rows = CountOf(ranges);
        var items = new List<RowRange>();
        var nulls = new NullTracker();
        var ends = new long[rows + 1];
        using (var plan = new ReadPlan(reader))
        {
            var reads = PlanLists(column, ranges, plan);
            await plan.ExecuteAsync(cancellationToken).ConfigureAwait(false);
            int row = 0;
            foreach (var read in reads)
            {
                Guarded(column, read.Page, () => DecodeLists(plan, read, items, nulls, ends, ref row));
            }
        }
        var child = await ReadAsync(node.Children[0], items, cancellationToken).ConfigureAwait(false);
        var validity = nulls.Detach(out int nullCount);
        return ArrowArray.Create(node.Field.Type, rows, nullCount, 0, [validity, Offsets(ends, node.Field.Type)], [child]);
    }

    /// <summary>Consecutive lists of one page: where their ends are stored, and which item the page's first list starts at.</summary>
    readonly record struct ListRead(int Page, RowRange Rows, int Handle, long FirstItem, ulong NullAdjustment, ulong Items);

    static List<ListRead> PlanLists(FileColumnReader column, IReadOnlyList<RowRange> ranges, ReadPlan plan)
    {
        var reads = new List<ListRead>();
        long firstItem = 0;
        int page = 0;
        foreach (var (wanted, pageRanges) in column.Split(ranges))
        {
            for (; page < wanted; page++)
            {
                firstItem = checked(firstItem + (long)ListOf(column, page).NumItems);
            }
            var list = ListOf(column, page);
            Guarded(column, page, () =>
            {
                int buffer = ArrayRead20.OffsetsBuffer(list.Offsets);
                foreach (var range in pageRanges)
                {
                    long from = Math.Max(range.Start - 1, 0);
                    int handle = column.Location(page).Request(plan, buffer, from * 8, (range.End - from) * 8);
                    reads.Add(new ListRead(page, range, handle, firstItem, list.NullOffsetAdjustment, list.NumItems));
                }
            });
        }
        return reads;
    }

    static List ListOf(FileColumnReader column, int page)
    {
        var encoding = column.Encoding20(page);
        if (encoding.ArrayEncodingCase != ArrayEncoding.ArrayEncodingOneofCase.List || encoding.List.NumItems > long.MaxValue / 8 || encoding.List.NullOffsetAdjustment == 0)
        {
            throw column.Corrupt(page, new CorruptEncodingException("the column of a list holds something else, or an impossible number of items"));
        }
        return encoding.List;
    }

    static void DecodeLists(ReadPlan plan, ListRead read, List<RowRange> items, NullTracker nulls, long[] ends, ref int row)
    {
        var stored = MemoryMarshal.Cast<byte, ulong>(plan.Bytes(read.Handle));
        int skip = read.Rows.Start > 0 ? 1 : 0;
        ulong first = skip == 0 ? 0 : Plain(stored[0]);
        ulong last = first;
        for (int i = 0; i < read.Rows.Count; i++)
        {
            ulong raw = stored[skip + i];
            ulong end = Plain(raw);
            CorruptEncodingException.ThrowIf(end < last || end > read.Items, "the ends of lists decrease or lie past the last item");
            if (raw >= read.NullAdjustment)
            {
                nulls.AppendNull(1);
            }
            else
            {
                nulls.AppendValid(1);
            }
            ends[row + 1] = ends[row] + (long)(end - last);
            CorruptEncodingException.ThrowIf(ends[row + 1] > int.MaxValue, "lists hold more items than can be read together");
            last = end;
            row++;
        }
        if (last > first)
        {
            long start = read.FirstItem + (long)first;
            if (items.Count > 0 && items[^1].End == start)
            {
                items[^1] = items[^1] with { Count = items[^1].Count + (long)(last - first) };
            }
            else
            {
                items.Add(new RowRange(start, (long)(last - first)));
            }
        }

        ulong Plain(ulong value) => value >= read.NullAdjustment ? value - read.NullAdjustment : value;
    }

    static ArrowBuffer Offsets(long[] ends, ArrowType type)
    {
        if (type.Id == ArrowTypeId.LargeList)
        {
            return ArrowBuffer.Of<long>(ends);
        }
        var narrow = new int[ends.Length];
        for (int i = 0; i < ends.Length; i++)
        {
            narrow[i] = (int)ends[i];
        }
        return ArrowBuffer.Of<int>(narrow);
    }
}
