using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;
using Field = Pennon.Arrow.Field;

namespace Pennon.Lance.Tables;

/// <summary>A condition over pairs of rows, whose columns are named <c>source.x</c> and <c>target.x</c>.</summary>
sealed class MergeCondition
{
    const string Source = "source";
    const string Target = "target";

    readonly TableVersion _table;
    readonly BoundFilter _filter;

    public MergeCondition(LanceExpression expression, TableVersion table, Schema source)
    {
        _table = table;
        var schema = new Schema([new Field(Source, new StructType(source.Fields)), new Field(Target, new StructType(table.Schema.Arrow.Fields))]);
        _filter = FilterBinder.Bind(expression, LanceSchema.Read(LanceSchema.Write(schema), null, table.File.Path));
    }

    /// <summary>The pairs for which the condition is true; only the target columns it names are read.</summary>
    public async ValueTask<List<(ulong Address, int Source)>> KeepAsync(RecordBatch source, List<(ulong Address, int Source)> pairs, CancellationToken cancellationToken)
    {
        var sides = new ArrowArray[_filter.Columns.Fields.Count];
        var rows = pairs.Select(static p => p.Source).ToArray();
        for (var i = 0; i < sides.Length; i++)
        {
            var side = _filter.Columns.Fields[i];
            var names = side.Children.Select(static c => c.Name).ToList();
            ArrowArray[] children;
            if (side.Name == Source)
            {
                children = [.. names.Select(n => Take.Apply(source.Column(n), rows))];
            }
            else
            {
                var batch = await new RowTaker(_table, new Projection(_table.Schema, names))
                    .TakeAddressesAsync(pairs.Select(static p => p.Address).ToArray(), cancellationToken).ConfigureAwait(false);
                children = [.. names.Select(n => batch.Column(n))];
            }
            var type = new StructType([.. names.Select((n, c) => new Field(n, children[c].Type))]);
            sides[i] = ArrowArray.Create(type, pairs.Count, 0, 0, [ArrowBuffer.Empty], children);
        }
        var mask = _filter.Evaluate(sides, pairs.Count);
        return [.. Filter.SelectedRows(mask).Select(row => pairs[row])];
    }
}
