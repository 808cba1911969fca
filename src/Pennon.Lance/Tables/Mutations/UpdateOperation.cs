using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;

namespace Pennon.Lance.Tables;

/// <summary>Gives columns of some rows new values: the rows are written again as new fragments and deleted where they were (TABLE 21.4).</summary>
static class UpdateOperation
{
    /// <summary>Stages the update.</summary>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">An expression does not fit the table.</exception>
    /// <exception cref="ArgumentException">No column is given, or a value is null where the column has none.</exception>
    public static async ValueTask<StagedTransaction> StageAsync(
        TableVersion table, LanceExpression? where, IReadOnlyDictionary<string, LanceExpression> values, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var settings = options ?? new LanceWriteOptions();
        settings.Check();
        if (values.Count == 0) throw new ArgumentException("An update sets at least one column.", nameof(values));
        var schema = table.Schema;
        var sources = new BoundValue?[schema.Fields.Count];
        var changed = new List<LanceField>();
        foreach (var (name, expression) in values)
        {
            var field = schema.Find(name) ?? throw new LanceNotFoundException(
                $"There is no column '{name}' to update; the columns are {string.Join(", ", schema.Fields.Select(static f => $"'{f.Name}'"))}.");
            var value = FilterBinder.BindValue(expression, schema);
            if (value.Type != field.Type && !Cast.CanCast(value.Type, field.Type))
                throw new LanceFilterException($"Column '{name}' is {field.Type} and cannot take a value of {value.Type}", expression.Position);
            sources[schema.Arrow.IndexOf(name)] = value;
            changed.Add(field);
        }
        var rewrite = new RowRewrite(table, settings);
        await using (rewrite.ConfigureAwait(false))
        {
            var scan = new ScanOptions { Filter = where, WithRowAddress = true };
            await foreach (var batch in new Scanner(table, scan).RunAsync(cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    foreach (var address in ((PrimitiveArray<ulong>)batch.Column(Scanner.RowAddressName)).Values) rewrite.Move(address);
                    using var updated = Apply(schema, sources, batch);
                    await rewrite.Writer.WriteAsync(updated, cancellationToken).ConfigureAwait(false);
                }
            }
            return await rewrite.FinishAsync(MutationFields.IdsOf(changed), settings, check: null, cancellationToken).ConfigureAwait(false);
        }
    }

    static RecordBatch Apply(LanceSchema schema, BoundValue?[] sources, RecordBatch batch)
    {
        var columns = new ArrowArray[sources.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            if (sources[i] is not { } source)
            {
                columns[i] = batch.Column(i).Share();
                continue;
            }
            var value = source.Evaluate([.. source.Columns.Fields.Select(f => batch.Column(f.Name))], batch.Length);
            columns[i] = value.Type == schema.Fields[i].Type ? value.Share() : Cast.Apply(value, schema.Fields[i].Type);
        }
        return new RecordBatch(schema.Arrow, columns, batch.Length);
    }
}
