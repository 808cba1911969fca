using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>Predicates as EXPLAIN shows them: shaped like the language, with ellipses for what would be long.</summary>
internal static class PredicateText
{
    public static string Of(Expr expression) => expression switch
    {
        ConstantExpr constant => constant.Value.ToString(),
        ParameterExpr parameter => "$" + parameter.Name,
        VariableExpr variable => variable.Variable.Name.TrimStart(),
        EntityExpr entity => Of(entity.Inner),
        PropertyExpr property => $"{property.Owner.Name.TrimStart()}.{property.Name}",
        CompareExpr compare => $"{Of(compare.Left)} {Symbol(compare.Operator)} {Of(compare.Right)}",
        LogicExpr logic => $"({Of(logic.Left)} {logic.Operator.ToString().ToUpperInvariant()} {Of(logic.Right)})",
        NotExpr not => $"NOT {Of(not.Operand)}",
        IsNullExpr test => $"{Of(test.Operand)} is null test",
        InExpr member => $"{Of(member.Item)} IN {Of(member.List)}",
        SubqueryExpr subquery => $"{subquery.Subquery.ToString().ToUpperInvariant()} {{…}}",
        DistinctRelationshipsExpr distinct => $"{distinct.Left.Name.TrimStart()} and {distinct.Right.Name.TrimStart()} are different relationships",
        _ => "…",
    };

    static string Symbol(BinaryOperator op) => op switch
    {
        BinaryOperator.Equal => "=",
        BinaryOperator.NotEqual => "<>",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        _ => ">=",
    };
}
