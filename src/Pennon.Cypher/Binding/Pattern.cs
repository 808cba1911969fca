using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Syntax;
using Pennon.Graph;

namespace Pennon.Cypher.Binding;

/// <summary>A node of a pattern. <see cref="IsNew"/> when this MATCH gives it its value.</summary>
internal sealed record PatternNode(BoundVariable Variable, bool IsNew);

/// <summary>
/// A relationship of a pattern, written from <see cref="From"/> to <see cref="To"/>. <see cref="Pairs"/> are the ordinals of the edge pairs that
/// fit its types and the labels at its ends. Relationships of one <see cref="Group"/>, which is one MATCH, are pairwise different.
/// </summary>
internal sealed record PatternEdge(
    BoundVariable Relationship,
    BoundVariable From,
    BoundVariable To,
    RelationshipDirection Direction,
    int[] Pairs,
    VariableLength? Length,
    PathSearch Search,
    int Group);

/// <summary>The range of a variable-length relationship, the column of its length, and what each of its relationships must fulfil.</summary>
internal sealed record VariableLength(int Min, int Max, BoundVariable Hops, BoundVariable Element, Expr? ElementPredicate);

/// <summary>Tests of labels against the label sets of tables.</summary>
internal static class LabelTest
{
    public static bool Matches(LabelExpression labels, NodeTable table) => labels switch
    {
        LabelName name => table.Labels.Contains(name.Name),
        LabelConjunction all => all.Operands.All(operand => Matches(operand, table)),
        LabelDisjunction any => any.Operands.Any(operand => Matches(operand, table)),
        LabelNegation not => !Matches(not.Operand, table),
        _ => table.Labels.Count > 0,
    };

    /// <summary>The names an expression mentions, for notifications of unknown ones.</summary>
    public static IEnumerable<string> Names(LabelExpression labels) => labels switch
    {
        LabelName name => [name.Name],
        LabelConjunction all => all.Operands.SelectMany(Names),
        LabelDisjunction any => any.Operands.SelectMany(Names),
        LabelNegation not => Names(not.Operand),
        _ => [],
    };

    public static bool MatchesType(LabelExpression types, string type) => types switch
    {
        LabelName name => name.Name == type,
        LabelConjunction all => all.Operands.All(operand => MatchesType(operand, type)),
        LabelDisjunction any => any.Operands.Any(operand => MatchesType(operand, type)),
        LabelNegation not => !MatchesType(not.Operand, type),
        _ => true,
    };
}
