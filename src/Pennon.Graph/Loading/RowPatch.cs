using System.Text;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Graph;

/// <summary>Puts updated values into a batch of stored rows: properties that an update names take its value, the others keep theirs.</summary>
static class RowPatch
{
    public static RecordBatch Apply(RecordBatch batch, TableLoad table, int idColumns, ulong firstRow, Func<ulong, (UpdateSet Updates, int Id)?> find)
    {
        var rows = new List<int>();
        var updates = new List<(UpdateSet Set, int Row)>();
        for (var row = 0; row < batch.Length; row++)
        {
            if (find(firstRow + (ulong)row) is { } found && found.Updates.Find(found.Id) is >= 0 and var update)
            {
                rows.Add(row);
                updates.Add((found.Updates, update));
            }
        }

        if (rows.Count == 0)
        {
            return batch;
        }

        var columns = new ArrowArray[batch.Columns.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            var property = c - idColumns;
            columns[c] = property < 0 ? batch.Column(c)
                : property == table.Properties.Count ? PatchOverflow(batch.Column(c), table, rows, updates)
                : PatchColumn(batch.Column(c), property, rows, updates);
        }

        return new RecordBatch(batch.Schema, columns, batch.Length);
    }

    static ArrowArray PatchColumn(ArrowArray stored, int property, List<int> rows, List<(UpdateSet Set, int Row)> updates)
    {
        var indices = new int[stored.Length];
        for (var row = 0; row < indices.Length; row++)
        {
            indices[row] = row;
        }

        var parts = new List<ArrowArray> { stored };
        var length = stored.Length;
        foreach (var group in updates.Select(static (u, i) => (u.Set, u.Row, Index: i)).Where(u => u.Set.Mentions(u.Row, property)).GroupBy(static u => u.Set))
        {
            parts.Add(Take.Apply(group.Key.Values[property], group.Select(static u => u.Row).ToArray()));
            foreach (var update in group)
            {
                indices[rows[update.Index]] = length++;
            }
        }

        return parts.Count == 1 ? stored : Take.Apply(Concat.Apply(parts.ToArray()), indices);
    }

    static ArrowArray PatchOverflow(ArrowArray stored, TableLoad table, List<int> rows, List<(UpdateSet Set, int Row)> updates)
    {
        var before = (BinaryArray)stored;
        var builder = new BinaryBuilder(ArrowType.Binary);
        var writer = new TaggedWriter();
        var next = 0;
        for (var row = 0; row < before.Length; row++)
        {
            if (next == rows.Count || rows[next] != row)
            {
                if (before.IsNull(row))
                {
                    builder.AppendNull();
                }
                else
                {
                    builder.Append(before.GetBytes(row));
                }

                continue;
            }

            var (set, update) = updates[next++];
            writer.Clear();
            if (Merge(writer, before, row, table, set, update))
            {
                builder.Append(writer.Written);
            }
            else
            {
                builder.AppendNull();
            }
        }

        return builder.Build();
    }

    static bool Merge(TaggedWriter writer, BinaryArray before, int row, TableLoad table, UpdateSet set, int update)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        for (var property = 0; property < table.Properties.Count; property++)
        {
            if (set.Mentions(update, property))
            {
                replaced.Add(table.Properties[property].Name);
            }
        }

        var mark = writer.Begin(map: true);
        var count = 0;
        var after = (BinaryArray)set.Values[^1];
        if (after.IsValid(update))
        {
            var items = new TaggedValue(after.GetBytes(update)).Items;
            while (items.MoveNext())
            {
                replaced.Add(Encoding.UTF8.GetString(items.Name));
                if (items.Current.Kind != TaggedKind.Null)
                {
                    writer.WriteName(items.Name);
                    writer.WriteEncoded(items.Current.Encoded);
                    count++;
                }
            }
        }

        if (before.IsValid(row))
        {
            var items = new TaggedValue(before.GetBytes(row)).Items;
            while (items.MoveNext())
            {
                if (!replaced.Contains(Encoding.UTF8.GetString(items.Name)))
                {
                    writer.WriteName(items.Name);
                    writer.WriteEncoded(items.Current.Encoded);
                    count++;
                }
            }
        }

        writer.End(mark, count);
        return count > 0;
    }
}
