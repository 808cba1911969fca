using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Field = Pennon.Arrow.Field;

namespace Pennon.Lance.Tables;

/// <summary>Checks the columns of a merge's source against the table.</summary>
static class MergeColumns
{
    /// <summary>The key columns: those given, or the table's primary key.</summary>
    /// <exception cref="ArgumentException">None is given and the table declares none, or one does not exist.</exception>
    public static IReadOnlyList<string> KeysOf(TableVersion table, LanceMergeOptions merge)
    {
        var on = merge.On.Count > 0
            ? merge.On
            : [.. table.Schema.Fields.Where(static f => f.Message.UnenforcedPrimaryKey || f.Field.Metadata.GetValueOrDefault(ConfigUpdates.PrimaryKey) == "true").Select(static f => f.Name)];
        if (on.Count == 0) throw new ArgumentException($"A merge needs key columns, and table '{table.MainRoot}' declares no primary key.", nameof(merge));
        foreach (var name in on)
        {
            var field = table.Schema.Find(name) ?? throw new ArgumentException($"Table '{table.MainRoot}' has no key column '{name}'.", nameof(merge));
            if (field.Type.IsNested) throw new LanceNotSupportedException("nested merge keys", $"Key column '{name}' is {field.Type}; merge on columns with plain values.");
        }
        return on.Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>All source rows as one batch with the table's types.</summary>
    /// <exception cref="ArgumentException">A column is unknown or of another type, or the batches differ.</exception>
    public static RecordBatch Join(TableVersion table, IReadOnlyList<RecordBatch> batches, IReadOnlyList<string> on)
    {
        if (batches.Count == 0)
        {
            var keys = on.Select(name => table.Schema.Find(name)!.Field).ToList();
            return new RecordBatch(new Schema(keys), [.. keys.Select(static f => NullArrays.Of(f.Type, 0))], 0);
        }
        var first = batches[0].Schema;
        var fields = new List<Field>();
        foreach (var given in first.Fields)
        {
            var field = table.Schema.Find(given.Name) ?? throw new ArgumentException($"The source has a column '{given.Name}', which table '{table.MainRoot}' does not have.");
            if (!BatchCheck.SameStorage(given.Type, field.Type))
                throw new ArgumentException($"The source's column '{given.Name}' is {given.Type}, and table '{table.MainRoot}' stores {field.Type}; cast it first.");
            fields.Add(field.Field);
        }
        var joined = new ArrowArray[fields.Count];
        for (var c = 0; c < joined.Length; c++)
        {
            var parts = new ArrowArray[batches.Count];
            for (var b = 0; b < parts.Length; b++)
            {
                if (batches[b].Schema.Fields.Count != fields.Count || batches[b].Schema.Fields[c].Name != fields[c].Name || batches[b].Column(c).Type != batches[0].Column(c).Type)
                    throw new ArgumentException($"Batch {b} of the source has other columns than the first one.");
                parts[b] = batches[b].Column(c);
            }
            joined[c] = parts.Length == 1 ? parts[0].Share() : Concat.Apply(parts);
        }
        return new RecordBatch(new Schema(fields), joined, joined.Length == 0 ? 0 : joined[0].Length);
    }

    /// <summary>Refuses merges whose clauses need columns that the source does not have.</summary>
    /// <exception cref="ArgumentException">A key, an updated or a required column is missing.</exception>
    public static void Check(TableVersion table, Schema source, IReadOnlyList<string> on, LanceMergeOptions merge)
    {
        foreach (var name in on)
        {
            if (source.IndexOf(name) < 0) throw new ArgumentException($"The source does not have the key column '{name}'.", nameof(source));
        }
        foreach (var name in merge.UpdateColumns ?? [])
        {
            if (source.IndexOf(name) < 0) throw new ArgumentException($"The source does not have the column '{name}' that the merge is to update.", nameof(merge));
        }
        if (!merge.WhenNotMatchedInsert) return;
        foreach (var field in table.Schema.Fields)
        {
            if (!field.Nullable && source.IndexOf(field.Name) < 0)
                throw new ArgumentException($"Column '{field.Name}' is not nullable and missing in the source, so that no row can be inserted; add it or leave the insert clause out.", nameof(source));
        }
    }
}
