using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>Computes one tagged value from the tagged values of its arguments.</summary>
internal delegate CypherValue RowFunction(ReadOnlySpan<CypherValue> arguments, ExecutionContext context);

/// <summary>An operation without a typed loop, row by row over tagged values.</summary>
internal sealed class RowFunctionExpr(RowFunction function, IReadOnlyList<Expr> arguments, ValueKind kind = ValueKind.Any, bool deterministic = true) : Expr
{
    public override ValueKind Kind => kind;

    public override IReadOnlyList<Expr> Children => arguments;

    public override bool IsConstant => deterministic && base.IsConstant;

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var columns = new Vector[arguments.Count];
        for (int a = 0; a < columns.Length; a++)
        {
            columns[a] = arguments[a].Evaluate(batch, context);
        }
        var row = new CypherValue[columns.Length];
        var results = new CypherValue[batch.Count];
        for (int i = 0; i < results.Length; i++)
        {
            for (int a = 0; a < row.Length; a++)
            {
                row[a] = columns[a].Value(i, context);
            }
            results[i] = function(row, context);
        }
        return Broadcast.Pack(results, kind, context);
    }
}
