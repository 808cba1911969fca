using System.Runtime.CompilerServices;
using System.Text;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary><c>x IN list</c>: a set look-up where the list is constant and of integers or strings, ternary comparison with each element otherwise.</summary>
internal sealed class InExpr(Expr item, Expr list) : Expr
{
    public Expr Item => item;

    public Expr List => list;

    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [item, list];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var items = item.Evaluate(batch, context);
        var result = new byte[items.Length];
        if (list.IsConstant && list.EvaluateConstant(context) is { Type: CypherType.List } constant)
        {
            if (items is Int64Vector integers && All(constant.AsList(), CypherType.Integer))
            {
                var wanted = new HashSet<long>();
                foreach (var value in constant.AsList())
                {
                    wanted.Add(value.AsInteger());
                }
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = integers.IsNull(i) ? Missing(wanted.Count) : wanted.Contains(integers.Values[i]) ? BooleanVector.True : BooleanVector.False;
                }
                return new BooleanVector(result, result.Length);
            }
            if (items is StringVector texts && All(constant.AsList(), CypherType.String))
            {
                var wanted = new HashSet<Utf8Key>(Utf8Key.Comparer);
                foreach (var value in constant.AsList())
                {
                    var bytes = Encoding.UTF8.GetBytes(value.AsString());
                    wanted.Add(new Utf8Key(new Utf8Source(bytes, [0, bytes.Length]), 0));
                }
                for (int i = 0; i < result.Length; i++)
                {
                    long reference = texts.Refs[i];
                    result[i] = reference < 0 ? Missing(wanted.Count)
                        : wanted.Contains(new Utf8Key(texts.Sources[reference >> 32], (int)reference)) ? BooleanVector.True : BooleanVector.False;
                }
                return new BooleanVector(result, result.Length);
            }
        }
        var lists = list.Evaluate(batch, context);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = CypherOperators.Truth(CypherOperators.In(items.Value(i, context), lists.Value(i, context))) switch
            {
                null => BooleanVector.Null,
                true => BooleanVector.True,
                false => BooleanVector.False,
            };
        }
        return new BooleanVector(result, result.Length);
    }

    // Nothing is in the empty list, not even null.
    static byte Missing(int count) => count == 0 ? BooleanVector.False : BooleanVector.Null;

    static bool All(ReadOnlySpan<CypherValue> values, CypherType type)
    {
        foreach (var value in values)
        {
            if (value.Type != type)
            {
                return false;
            }
        }
        return true;
    }
}
