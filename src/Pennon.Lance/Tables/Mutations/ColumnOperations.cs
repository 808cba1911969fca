using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Files;
using Pennon.Lance.Scans;
using Pennon.Lance.Wire;
using Field = Pennon.Arrow.Field;

namespace Pennon.Lance.Tables;

/// <summary>Changes of the columns of a table (TABLE 6.5 to 6.7): only files of the touched columns are written.</summary>
static class ColumnOperations
{
    /// <summary>Adds columns computed from others.</summary>
    public static async ValueTask<StagedTransaction> AddComputedAsync(
        TableVersion table, IReadOnlyList<KeyValuePair<string, LanceExpression>> columns, LanceWriteOptions? options, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = Start(table, options);
        var values = columns.Select(c => FilterBinder.BindValue(c.Value, table.Schema)).ToList();
        var fields = new List<Field>();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Type.Id == ArrowTypeId.Null)
                throw new LanceFilterException($"The value of column '{columns[i].Key}' has no type; cast it, as in 'CAST(NULL AS int)'", columns[i].Value.Position);
            fields.Add(new Field(columns[i].Key, values[i].Type));
        }
        var added = Number(table, new Schema(fields));
        var inputs = table.Schema.Fields.Where(f => values.Any(v => v.Columns.Fields.Any(c => c.Id == f.Id))).ToList();
        var writer = new ColumnFileWriter(table, new Schema(fields), added, settings);
        return await StageAsync(table, writer, settings, WithAdded(table, added), preservesNullability: true, async () => await writer.ComputeAsync(inputs, Compute, progress, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        ArrowArray[] Compute(ArrowArray[] read, int count) =>
            [.. values.Select(v => v.Evaluate([.. v.Columns.Fields.Select(c => read[inputs.FindIndex(f => f.Id == c.Id)])], count).Share())];
    }

    /// <summary>Adds columns whose values come in batches, one row for each live row.</summary>
    public static async ValueTask<StagedTransaction> AddBatchesAsync(
        TableVersion table, Schema schema, IAsyncEnumerable<RecordBatch> batches, LanceWriteOptions? options, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = Start(table, options);
        var added = Number(table, schema);
        var writer = new ColumnFileWriter(table, schema, added, settings);
        // An append made meanwhile has no values for the new columns, which only nullable ones survive.
        return await StageAsync(table, writer, settings, WithAdded(table, added), schema.Fields.All(static f => f.Nullable), async () => await writer.CopyAsync(batches, progress, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Adds columns without values: only the schema changes.</summary>
    public static StagedTransaction AddNulls(TableVersion table, Schema schema, LanceWriteOptions? options)
    {
        foreach (var field in schema.Fields)
        {
            if (!field.Nullable) throw new ArgumentException($"Column '{field.Name}' is not nullable and can only be added with values.", nameof(schema));
        }
        return Merge(table, table.Fragments.Select(static f => f.Message), WithAdded(table, Number(table, schema)), [], preservesNullability: true, options);
    }

    /// <summary>Takes columns, or fields in structs, out of the schema.</summary>
    public static StagedTransaction Drop(TableVersion table, IReadOnlyList<string> paths, LanceWriteOptions? options)
    {
        if (paths.Count == 0) throw new ArgumentException("No column is given to drop.", nameof(paths));
        var dropped = MutationFields.IdsOf(paths.Select(p => MutationFields.Find(table.Schema, p)));
        var kept = table.Manifest.Fields.Where(f => !dropped.Contains(f.Id)).Select(static f => f.Clone()).ToList();
        if (kept.Count == 0) throw new ArgumentException("A table keeps at least one column; not all can be dropped.", nameof(paths));
        foreach (var parent in table.Manifest.Fields)
        {
            if (dropped.Contains(parent.Id) || !table.Manifest.Fields.Any(f => f.ParentId == parent.Id)) continue;
            var children = table.Manifest.Fields.Where(f => f.ParentId == parent.Id).ToList();
            if (parent.LogicalType != "struct" && children.Any(f => dropped.Contains(f.Id)))
                throw new ArgumentException($"The item of column '{parent.Name}' cannot be dropped without the column.", nameof(paths));
            if (children.TrueForAll(f => dropped.Contains(f.Id)))
                throw new ArgumentException($"The struct '{parent.Name}' would have no field left; drop it as a whole.", nameof(paths));
        }
        return Project(table, kept, preservesNullability: true, options);
    }

    /// <summary>Renames columns, changes whether they may be null, and gives them other types.</summary>
    public static async ValueTask<StagedTransaction> AlterAsync(
        TableVersion table, IReadOnlyList<LanceColumnAlteration> changes, LanceWriteOptions? options, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        if (changes.Count == 0) throw new ArgumentException("No change of a column is given.", nameof(changes));
        var messages = table.Manifest.Fields.Select(static f => f.Clone()).ToList();
        var casts = new List<(LanceField Field, ArrowType Type)>();
        var preservesNullability = true;
        foreach (var change in changes)
        {
            var field = MutationFields.Find(table.Schema, change.Path);
            var message = messages.First(m => m.Id == field.Id);
            if (change.Name is { } name)
            {
                CheckName(name);
                message.Name = name;
            }
            if (change.Nullable is { } nullable && nullable != message.Nullable)
            {
                if (!nullable)
                {
                    await RequireNoNullsAsync(table, change.Path, field, cancellationToken).ConfigureAwait(false);
                    preservesNullability = false;
                }
                message.Nullable = nullable;
            }
            if (change.Type is not { } type || type == field.Type) continue;
            if (message.ParentId != -1) throw new LanceNotSupportedException("casts inside structs", $"The type of '{change.Path}' cannot change inside its struct; add a new column instead.");
            if (field.Children.Count > 0 || type.IsNested && type is not FixedSizeListType || !Cast.CanCast(field.Type, type))
                throw new LanceNotSupportedException("column cast", $"Column '{change.Path}' cannot change from {field.Type} to {type}.");
            casts.Add((field, type));
        }
        foreach (var group in messages.GroupBy(static m => (m.ParentId, m.Name)))
        {
            if (group.Count() > 1) throw new ArgumentException($"Two columns would be named '{group.Key.Name}'.", nameof(changes));
        }
        return casts.Count == 0
            ? Project(table, messages, preservesNullability, options)
            : await CastAsync(table, messages, casts, settings, progress, cancellationToken).ConfigureAwait(false);
    }

    static async ValueTask<StagedTransaction> CastAsync(
        TableVersion table, List<FieldMessage> messages, List<(LanceField Field, ArrowType Type)> casts, LanceWriteOptions settings, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        LanceTableWriter.RequireFileVersion(table.Manifest, table.MainRoot);
        var fields = new List<Field>();
        foreach (var (field, type) in casts)
        {
            var message = messages.First(m => m.Id == field.Id);
            fields.Add(new Field(message.Name, type, message.Nullable, field.Field.Metadata));
            LanceTableWriter.CheckStorable(fields[^1], message.Name);
        }
        var schema = new Schema(fields);
        var numbered = TableField.Number(schema, MutationFields.NextId(table.Manifest));
        for (var i = 0; i < casts.Count; i++)
        {
            var replaced = new List<FieldMessage>();
            TableField.AppendMessages([numbered[i]], replaced);
            var at = messages.FindIndex(m => m.Id == casts[i].Field.Id);
            messages.RemoveAt(at);
            messages.InsertRange(at, replaced);
        }
        var writer = new ColumnFileWriter(table, schema, numbered, settings);
        return await StageAsync(table, writer, settings, messages, preservesNullability: false, async () => await writer.ComputeAsync([.. casts.Select(static c => c.Field)], Compute, progress, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        ArrowArray[] Compute(ArrowArray[] read, int count) => [.. casts.Select((c, i) => Cast.Apply(read[i], c.Type))];
    }

    static LanceWriteOptions Start(TableVersion table, LanceWriteOptions? options)
    {
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        LanceTableWriter.RequireFileVersion(table.Manifest, table.MainRoot);
        return settings;
    }

    static TableField[] Number(TableVersion table, Schema schema)
    {
        if (schema.Fields.Count == 0) throw new ArgumentException("No column is given to add.", nameof(schema));
        var names = table.Schema.Fields.Select(static f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            CheckName(field.Name);
            if (!names.Add(field.Name)) throw new ArgumentException($"There is a column '{field.Name}' already.", nameof(schema));
            LanceTableWriter.CheckStorable(field, field.Name);
        }
        return TableField.Number(schema, MutationFields.NextId(table.Manifest));
    }

    static void CheckName(string name)
    {
        if (Array.IndexOf(LanceTableWriter.ReservedNames, name) >= 0) throw new ArgumentException($"The column name '{name}' is reserved by the table format; choose another one.", nameof(name));
    }

    static List<FieldMessage> WithAdded(TableVersion table, TableField[] added)
    {
        var messages = table.Manifest.Fields.Select(static f => f.Clone()).ToList();
        TableField.AppendMessages(added, messages);
        return messages;
    }

    static async ValueTask RequireNoNullsAsync(TableVersion table, string path, LanceField field, CancellationToken cancellationToken)
    {
        var steps = table.Schema.Find(path) is not null ? [path] : path.Split('.');
        var filter = LanceExpression.Column(steps).IsNull();
        await foreach (var batch in new Scanner(table, new ScanOptions { Columns = [], Filter = filter, Limit = 1 }).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            batch.Dispose();
            throw new ArgumentException($"Column '{path}' of type {field.Type} holds nulls and cannot be made not null; update them first.");
        }
    }

    static async ValueTask<StagedTransaction> StageAsync(
        TableVersion table, ColumnFileWriter writer, LanceWriteOptions settings, List<FieldMessage> schema, bool preservesNullability, Func<ValueTask<List<DataFragment>>> write)
    {
        try
        {
            var fragments = await write().ConfigureAwait(false);
            return Merge(table, fragments, schema, writer.StagedKeys, preservesNullability, settings);
        }
        catch
        {
            await new StagedFiles(table.Store).DeleteAsync(writer.StagedKeys).ConfigureAwait(false);
            throw;
        }
    }

    static StagedTransaction Merge(
        TableVersion table, IEnumerable<DataFragment> fragments, List<FieldMessage> schema, IReadOnlyList<string> keys, bool preservesNullability, LanceWriteOptions? options)
    {
        var merge = new Transaction.Types.Merge { PreservesNullability = preservesNullability };
        merge.Fragments.Add(fragments);
        merge.Schema.Add(schema);
        foreach (var (key, value) in table.Manifest.SchemaMetadata) merge.SchemaMetadata[key] = value;
        return StagedTransaction.For(table, new Transaction { ReadVersion = table.Manifest.Version, Merge = merge }, keys, table.LiveRows, options);
    }

    static StagedTransaction Project(TableVersion table, List<FieldMessage> schema, bool preservesNullability, LanceWriteOptions? options)
    {
        var project = new Transaction.Types.Project { PreservesNullability = preservesNullability };
        project.Schema.Add(schema);
        return StagedTransaction.For(table, new Transaction { ReadVersion = table.Manifest.Version, Project = project }, [], 0, options);
    }
}
