using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>Guesses of how many rows come out of a step, from table sizes, degrees and the form of predicates.</summary>
internal static class Estimates
{
    const double Range = 0.3;
    const double Other = 0.5;

    public static double Rows(BoundVariable node) => Math.Max(1, node.Tables.Sum(static table => (double)table.RowCount));

    /// <summary>The share of rows that pass a predicate.</summary>
    public static double Selectivity(Expr predicate)
    {
        switch (predicate)
        {
            case LogicExpr { Operator: BinaryOperator.And } and:
                return Selectivity(and.Left) * Selectivity(and.Right);
            case LogicExpr { Operator: BinaryOperator.Or } or:
                return Math.Min(1, Selectivity(or.Left) + Selectivity(or.Right));
            case NotExpr not:
                return 1 - Math.Min(0.9, Selectivity(not.Operand));
            case CompareExpr { Operator: BinaryOperator.Equal } equal:
                return Equality(equal.Left as PropertyExpr ?? equal.Right as PropertyExpr);
            case CompareExpr { Operator: BinaryOperator.NotEqual } or DistinctRelationshipsExpr:
                return 0.95;
            case CompareExpr:
                return Range;
            case InExpr { Item: PropertyExpr property }:
                return Math.Min(1, 4 * Equality(property));
            default:
                return Other;
        }
    }

    // Between a key (one row) and a category: the fourth root of the table is a fair number of rows for a value nobody counted.
    static double Equality(PropertyExpr? property)
    {
        if (property is null)
        {
            return 0.1;
        }
        double rows = property.Owner.Tables.Length > 0 ? Rows(property.Owner) : 1000;
        bool key = property.Owner.Tables.Length > 0 && property.Owner.Tables.All(table => table.KeyProperty == property.Name);
        return key ? 1 / rows : Math.Pow(rows, 0.25) / rows;
    }

    /// <summary>The chance that two given nodes are joined by a step.</summary>
    public static double Joined(Hop hop, BoundVariable from, BoundVariable to) =>
        Math.Min(1, hop.AverageDegree(from.Tables) / Rows(to));

    public static double Reached(Hop hop, BoundVariable from, int max, double cap)
    {
        double degree = Math.Max(hop.AverageDegree(from.Tables), 0.01), level = 1, total = 0;
        for (int i = 0; i < Math.Min(max, 8); i++)
        {
            level *= degree;
            total += level;
        }
        return Math.Min(total, cap);
    }
}
