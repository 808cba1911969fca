using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>
/// The elements of a list column as rows of their own, next to the columns of the row they came from, so that what is written for one
/// element is evaluated by the same vectorised code as everything else.
/// </summary>
internal sealed class ElementRows
{
    public required Batch Batch { get; init; }

    /// <summary>The outer row of each element.</summary>
    public required int[] Owners { get; init; }

    public static ElementRows Of(Batch outer, Vector lists, BoundVariable variable, ExecutionContext context)
    {
        var owners = new List<int>();
        var elements = new List<CypherValue>();
        for (int i = 0; i < lists.Length; i++)
        {
            var list = lists.Value(i, context);
            if (list.IsNull)
            {
                continue;
            }
            if (list.Type != CypherType.List)
            {
                throw new CypherTypeException($"A list is needed for '{variable.Name} IN …', not {list}.");
            }
            foreach (var element in list.AsList())
            {
                owners.Add(i);
                elements.Add(element);
            }
        }
        int[] rows = [.. owners];
        int[] live = [.. Enumerable.Range(0, outer.Columns.Length).Where(slot => outer.Columns[slot] is not null)];
        var batch = outer.Take(rows, live);
        var columns = batch.Columns.Length > variable.Slot ? batch.Columns : Grown(batch.Columns, context.Slots);
        columns[variable.Slot] = new ValueVector([.. elements], rows.Length);
        return new ElementRows { Batch = new Batch(columns, rows.Length), Owners = rows };
    }

    // A constant expression is evaluated over a batch without columns.
    static Vector?[] Grown(Vector?[] columns, int slots)
    {
        Array.Resize(ref columns, slots);
        return columns;
    }
}

/// <summary><c>[x IN list WHERE predicate | projection]</c>.</summary>
internal sealed class ListComprehensionExpr(BoundVariable variable, Expr source, Expr? predicate, Expr? projection) : Expr
{
    public override ValueKind Kind => ValueKind.List;

    public override IReadOnlyList<Expr> Children { get; } = [.. new[] { source, predicate, projection }.OfType<Expr>()];

    public override void AddReads(ISet<BoundVariable> reads)
    {
        base.AddReads(reads);
        reads.Remove(variable);
    }

    public override bool IsConstant => false;

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var lists = source.Evaluate(batch, context);
        var rows = ElementRows.Of(batch, lists, variable, context);
        var holds = predicate is null ? null : (BooleanVector)predicate.Evaluate(rows.Batch, context);
        var values = Tagged(projection is null ? rows.Batch.Column(variable.Slot) : Projected(rows.Batch, holds, context), context);
        var results = new CypherValue[batch.Count];
        int at = 0;
        for (int row = 0; row < results.Length; row++)
        {
            if (lists.IsNull(row))
            {
                continue;
            }
            var list = new List<CypherValue>();
            for (; at < rows.Owners.Length && rows.Owners[at] == row; at++)
            {
                if (holds is null || holds.Values[at] == BooleanVector.True)
                {
                    list.Add(values[at]);
                }
            }
            results[row] = CypherValue.List([.. list]);
        }
        return new ValueVector(results, results.Length, ValueKind.List);
    }

    // The projection is computed only for elements that pass, and put back in place.
    Vector Projected(Batch rows, BooleanVector? holds, ExecutionContext context)
    {
        if (holds is null)
        {
            return projection!.Evaluate(rows, context);
        }
        var passing = new List<int>();
        for (int i = 0; i < rows.Count; i++)
        {
            if (holds.Values[i] == BooleanVector.True)
            {
                passing.Add(i);
            }
        }
        int[] live = [.. Enumerable.Range(0, rows.Columns.Length).Where(slot => rows.Columns[slot] is not null)];
        var computed = Tagged(projection!.Evaluate(rows.Take([.. passing], live), context), context);
        var values = new CypherValue[rows.Count];
        for (int i = 0; i < computed.Length; i++)
        {
            values[passing[i]] = computed[i];
        }
        return new ValueVector(values, values.Length);
    }
}

/// <summary><c>all</c>, <c>any</c>, <c>none</c> and <c>single</c> over a list, in three-valued logic.</summary>
internal sealed class QuantifierExpr(QuantifierKind quantifier, BoundVariable variable, Expr source, Expr predicate) : Expr
{
    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [source, predicate];

    public override bool IsConstant => false;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        base.AddReads(reads);
        reads.Remove(variable);
    }

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var lists = source.Evaluate(batch, context);
        var rows = ElementRows.Of(batch, lists, variable, context);
        var holds = ((BooleanVector)predicate.Evaluate(rows.Batch, context)).Values;
        var result = new byte[batch.Count];
        int at = 0;
        for (int row = 0; row < result.Length; row++)
        {
            int yes = 0, no = 0, unknown = 0;
            for (; at < rows.Owners.Length && rows.Owners[at] == row; at++)
            {
                yes += holds[at] == BooleanVector.True ? 1 : 0;
                no += holds[at] == BooleanVector.False ? 1 : 0;
                unknown += holds[at] == BooleanVector.Null ? 1 : 0;
            }
            bool? outcome = lists.IsNull(row) ? null : quantifier switch
            {
                QuantifierKind.All => no > 0 ? false : unknown > 0 ? null : true,
                QuantifierKind.Any => yes > 0 ? true : unknown > 0 ? null : false,
                QuantifierKind.None => yes > 0 ? false : unknown > 0 ? null : true,
                _ => yes > 1 ? false : unknown > 0 ? null : yes == 1,
            };
            result[row] = outcome switch
            {
                null => BooleanVector.Null,
                true => BooleanVector.True,
                false => BooleanVector.False,
            };
        }
        return new BooleanVector(result, result.Length);
    }
}

/// <summary><c>reduce(accumulator = initial, x IN list | step)</c>: all rows take their next element together.</summary>
internal sealed class ReduceExpr(BoundVariable accumulator, Expr initial, BoundVariable variable, Expr source, Expr step) : Expr
{
    public override ValueKind Kind => ValueKind.Any;

    public override IReadOnlyList<Expr> Children => [initial, source, step];

    public override bool IsConstant => false;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        base.AddReads(reads);
        reads.Remove(accumulator);
        reads.Remove(variable);
    }

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var results = Tagged(initial.Evaluate(batch, context), context);
        var lists = source.Evaluate(batch, context);
        var rows = ElementRows.Of(batch, lists, variable, context);
        int[] live = [.. Enumerable.Range(0, rows.Batch.Columns.Length).Where(slot => rows.Batch.Columns[slot] is not null && slot != accumulator.Slot)];
        var firsts = new int[batch.Count];
        var lengths = new int[batch.Count];
        for (int i = rows.Owners.Length - 1; i >= 0; i--)
        {
            firsts[rows.Owners[i]] = i;
            lengths[rows.Owners[i]]++;
        }
        for (int position = 0; ; position++)
        {
            int[] active = [.. Enumerable.Range(0, batch.Count).Where(row => lengths[row] > position)];
            if (active.Length == 0)
            {
                break;
            }
            int[] places = [.. active.Select(row => firsts[row] + position)];
            var current = rows.Batch.Take(places, live);
            current.Columns[accumulator.Slot] = new ValueVector([.. active.Select(row => results[row])], active.Length);
            var next = step.Evaluate(current, context);
            for (int i = 0; i < active.Length; i++)
            {
                results[active[i]] = next.Value(i, context);
            }
        }
        for (int row = 0; row < results.Length; row++)
        {
            results[row] = lists.IsNull(row) ? CypherValue.Null : results[row];
        }
        return new ValueVector(results, results.Length);
    }
}
