using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>STARTS WITH, ENDS WITH and CONTAINS on bytes, and <c>=~</c>; null where a side is null or no string.</summary>
internal sealed class TextPredicateExpr(BinaryOperator op, Expr left, Expr right) : Expr
{
    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [left, right];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var a = left.Evaluate(batch, context);
        var result = new byte[a.Length];
        if (op != BinaryOperator.RegexMatch && a is StringVector texts && right.IsConstant && right.EvaluateConstant(context) is { Type: CypherType.String } scalar)
        {
            ReadOnlySpan<byte> wanted = Encoding.UTF8.GetBytes(scalar.AsString());
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = texts.IsNull(i) ? BooleanVector.Null : Holds(texts.Bytes(i), wanted) ? BooleanVector.True : BooleanVector.False;
            }
            return new BooleanVector(result, result.Length);
        }
        var b = right.Evaluate(batch, context);
        Regex? regex = null;
        string? pattern = null;
        for (int i = 0; i < result.Length; i++)
        {
            CypherValue x = a.Value(i, context), y = b.Value(i, context);
            if (x.Type != CypherType.String || y.Type != CypherType.String)
            {
                result[i] = BooleanVector.Null;
                continue;
            }
            bool holds;
            if (op == BinaryOperator.RegexMatch)
            {
                if (pattern != y.AsString())
                {
                    pattern = y.AsString();
                    regex = CypherOperators.CompileRegex(pattern);
                }
                holds = regex!.IsMatch(x.AsString());
            }
            else
            {
                holds = op switch
                {
                    BinaryOperator.StartsWith => x.AsString().StartsWith(y.AsString(), StringComparison.Ordinal),
                    BinaryOperator.EndsWith => x.AsString().EndsWith(y.AsString(), StringComparison.Ordinal),
                    _ => x.AsString().Contains(y.AsString(), StringComparison.Ordinal),
                };
            }
            result[i] = holds ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(result, result.Length);
    }

    bool Holds(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted) => op switch
    {
        BinaryOperator.StartsWith => text.StartsWith(wanted),
        BinaryOperator.EndsWith => text.EndsWith(wanted),
        _ => text.IndexOf(wanted) >= 0,
    };
}
