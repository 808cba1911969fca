using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>
/// CASE with conditions. Each branch is evaluated only for the rows that reach it, so that a branch cannot fail for rows it does not concern.
/// </summary>
internal sealed class CaseExpr(IReadOnlyList<(Expr Condition, Expr Result)> branches, Expr otherwise, ValueKind kind) : Expr
{
    public override ValueKind Kind => kind;

    public override IReadOnlyList<Expr> Children { get; } = [.. branches.SelectMany(static b => new[] { b.Condition, b.Result }), otherwise];

    // Conditions that cannot fail and results that are integers need no splitting: later branches are overwritten by earlier ones.
    readonly bool _isSelection = kind == ValueKind.Int64 && IsInteger(otherwise) && branches.All(static b => IsInteger(b.Result) && CannotFail(b.Condition));

    static bool IsInteger(Expr result) => result is ConstantExpr { Kind: ValueKind.Int64 };

    static bool CannotFail(Expr condition) =>
        condition is CompareExpr or LogicExpr or NotExpr or IsNullExpr or PropertyExpr or VariableExpr or ConstantExpr && condition.Children.All(CannotFail);

    [MethodImpl(Hot.Loop)]
    Int64Vector Select(Batch batch, ExecutionContext context)
    {
        var selected = GC.AllocateUninitializedArray<long>(batch.Count);
        Array.Fill(selected, ((ConstantExpr)otherwise).Value.AsInteger());
        for (int b = branches.Count - 1; b >= 0; b--)
        {
            var holds = ((BooleanVector)branches[b].Condition.Evaluate(batch, context)).Values;
            long result = ((ConstantExpr)branches[b].Result).Value.AsInteger();
            for (int i = 0; i < selected.Length && i < holds.Length; i++)
            {
                // All ones where the condition is true; data decides, so a jump would be guessed wrong.
                long chosen = -(long)(holds[i] & BooleanVector.True);
                selected[i] = (selected[i] & ~chosen) | (result & chosen);
            }
        }
        return new Int64Vector(selected, null, selected.Length);
    }

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        if (_isSelection)
        {
            return Select(batch, context);
        }
        var remaining = Operators.Rows.Range(0, batch.Count);
        int[] live = [.. Enumerable.Range(0, batch.Columns.Length).Where(slot => batch.Columns[slot] is not null)];
        var parts = new List<Vector>();
        var places = new int[batch.Count];
        int done = 0;
        var rows = batch;
        foreach (var (condition, result) in branches)
        {
            if (remaining.Length == 0)
            {
                break;
            }
            var holds = ((BooleanVector)condition.Evaluate(rows, context)).Values;
            var taken = Split(holds, remaining, wanted: true);
            if (taken.Rows.Length > 0)
            {
                Place(result, taken.Rows.Length == rows.Count ? rows : rows.Take(taken.Rows, live), taken.Originals, context, parts, places, ref done);
                var left = Split(holds, remaining, wanted: false);
                rows = rows.Take(left.Rows, live);
                remaining = left.Originals;
            }
        }
        if (remaining.Length > 0)
        {
            Place(otherwise, rows, remaining, context, parts, places, ref done);
        }
        return parts.Count == 0 ? Vector.AllNull(kind, 0) : Vector.Concat(parts).Take(places);
    }

    void Place(Expr result, Batch rows, int[] originals, ExecutionContext context, List<Vector> parts, int[] places, ref int done)
    {
        parts.Add(Conversion.To(kind, result.Evaluate(rows, context), context));
        foreach (int original in originals)
        {
            places[original] = done++;
        }
    }

    [MethodImpl(Hot.Loop)]
    static (int[] Rows, int[] Originals) Split(ReadOnlySpan<byte> holds, int[] remaining, bool wanted)
    {
        var rows = new List<int>(remaining.Length);
        var originals = new List<int>(remaining.Length);
        for (int i = 0; i < remaining.Length; i++)
        {
            if ((holds[i] == BooleanVector.True) == wanted)
            {
                rows.Add(i);
                originals.Add(remaining[i]);
            }
        }
        return ([.. rows], [.. originals]);
    }
}

/// <summary>Brings a vector to the class of a wider kind.</summary>
internal static class Conversion
{
    public static Vector To(ValueKind kind, Vector vector, ExecutionContext context)
    {
        if (vector.Kind == kind)
        {
            return vector;
        }
        var values = new Values.CypherValue[vector.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = vector.Value(i, context);
        }
        return Broadcast.Pack(values, kind, context);
    }
}
