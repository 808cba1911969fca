using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Finds the parts of a filter that the indexes of a table answer.</summary>
sealed class IndexPlanner
{
    readonly TableVersion _table;
    readonly BoundFilter _filter;
    readonly Dictionary<int, List<IndexGroup>> _groups = [];

    IndexPlanner(TableVersion table, BoundFilter filter)
    {
        _table = table;
        _filter = filter;
        foreach (var named in table.Indexes.Where(static s => s.IsUsable && s.Kind is ScalarIndexKind && s.FieldIds.Count == 1)
            .GroupBy(static s => (s.Name, s.FieldIds[0], s.Kind)))
        {
            if (!_groups.TryGetValue(named.Key.Item2, out var list))
                _groups[named.Key.Item2] = list = [];
            list.Add(new IndexGroup((ScalarIndexKind)named.Key.Kind!, [.. named]));
        }
    }

    /// <summary>What indexes can say about a filter; null if nothing.</summary>
    public static IndexPlan? Plan(TableVersion table, BoundFilter filter)
    {
        if (table.Indexes.Count == 0)
            return null;
        var planner = new IndexPlanner(table, filter);
        return planner._groups.Count == 0 ? null : planner.Visit(filter.Condition, negated: false);
    }

    IndexPlan? Visit(BoundNode node, bool negated)
    {
        switch (node)
        {
            case BoundNot not:
                return Visit(not.Operands[0], !negated);
            case BoundLogic logic:
                return VisitLogic(logic, negated);
            case BoundComparison comparison:
                return VisitComparison(comparison, negated);
            case BoundIn within when FieldOf(within.Operands[0]) is { } field:
                // A list with a null never says no; its complement is empty, which is not worth an index.
                if (negated && within.Items.Any(static i => i.IsNull(0)))
                    return null;
                return Leaf(field, ValuesQuery.Of(within.Items.Where(static i => i.IsValid(0)).Select(IndexKeys.OfConstant)), negated);
            case BoundIsNull isNull when FieldOf(isNull.Operands[0]) is { } field:
                return Leaf(field, new NullQuery(), negated != isNull.IsNegated);
            case BoundIsBoolean isBoolean:
                return VisitIsBoolean(isBoolean, negated);
            case BoundLike like:
                return VisitLike(like, negated);
            case BoundCall call:
                return VisitCall(call, negated);
            case BoundColumn when FieldOf(node) is { } field && field.Type.Id == ArrowTypeId.Boolean:
                return Leaf(field, new ValuesQuery([new IndexKey(negated ? 0 : 1)]), negated: false);
            default:
                return null;
        }
    }

    // AND and OR change places under NOT, whatever is null.
    IndexPlan? VisitLogic(BoundLogic logic, bool negated)
    {
        var all = logic.IsAnd != negated;
        var operands = new List<BoundNode>();
        Flatten(logic, logic.IsAnd, operands);
        var parts = new List<IndexCondition>();
        var exact = true;
        foreach (var operand in operands)
        {
            if (Visit(operand, negated) is { } plan)
            {
                parts.Add(plan.Condition);
                exact &= plan.IsExact;
            }
            else if (all)
            {
                exact = false;
            }
            else
            {
                return null;
            }
        }
        if (parts.Count == 0)
            return null;
        if (all)
        {
            parts = MergeRanges(parts);
            exact &= DropThin(parts);
        }
        return new IndexPlan(parts.Count == 1 ? parts[0] : new IndexJoin(all, parts), exact);
    }

    static void Flatten(BoundLogic logic, bool and, List<BoundNode> operands)
    {
        // Chains lean to the left and may be long.
        var rights = new Stack<BoundNode>();
        BoundNode left = logic;
        while (left is BoundLogic inner && inner.IsAnd == and)
        {
            rights.Push(inner.Operands[1]);
            left = inner.Operands[0];
        }
        operands.Add(left);
        foreach (var right in rights)
        {
            if (right is BoundLogic nested && nested.IsAnd == and)
                Flatten(nested, and, operands);
            else
                operands.Add(right);
        }
    }

    static List<IndexCondition> MergeRanges(List<IndexCondition> parts)
    {
        var merged = new List<IndexCondition>(parts.Count);
        foreach (var part in parts)
        {
            var at = part is not IndexLeaf { IsComplement: false, Query: RangeQuery } range ? -1
                : merged.FindIndex(m => m is IndexLeaf { IsComplement: false, Query: RangeQuery } other && ReferenceEquals(other.Group, range.Group));
            if (at < 0)
                merged.Add(part);
            else
                merged[at] = new IndexLeaf(((IndexLeaf)part).Group, ((RangeQuery)((IndexLeaf)merged[at]).Query).Intersect((RangeQuery)((IndexLeaf)part).Query), false);
        }
        return merged;
    }

    // Rows have to be covered by every index that is used, so that one that covers little would spoil the others.
    bool DropThin(List<IndexCondition> parts)
    {
        var rows = parts.ConvertAll(CoveredRows);
        var most = rows.Max();
        var dropped = false;
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (rows[i] < most / 2)
            {
                parts.RemoveAt(i);
                dropped = true;
            }
        }
        return !dropped;
    }

    static long CoveredRows(IndexCondition condition) =>
        condition is IndexLeaf leaf ? leaf.Group.CoveredRows : ((IndexJoin)condition).Parts.Min(CoveredRows);

    IndexPlan? VisitComparison(BoundComparison comparison, bool negated)
    {
        var (column, value, operation) = comparison.Operands[1] is BoundLiteral
            ? (comparison.Operands[0], comparison.Operands[1], comparison.Operation)
            : (comparison.Operands[1], comparison.Operands[0], BoundComparison.Mirror(comparison.Operation));
        if (value is not BoundLiteral { IsNull: false } literal || FieldOf(column) is not { } field || literal.Type != field.Type || !IndexKeys.Supports(field.Type))
            return null;
        var key = IndexKeys.OfConstant(literal.Value);
        if (negated)
        {
            operation = operation switch
            {
                CompareOperator.Equal => CompareOperator.NotEqual,
                CompareOperator.NotEqual => CompareOperator.Equal,
                CompareOperator.Less => CompareOperator.GreaterOrEqual,
                CompareOperator.LessOrEqual => CompareOperator.Greater,
                CompareOperator.Greater => CompareOperator.LessOrEqual,
                _ => CompareOperator.Less,
            };
        }
        return operation switch
        {
            CompareOperator.Equal => Leaf(field, new ValuesQuery([key]), negated: false),
            CompareOperator.NotEqual => Leaf(field, new ValuesQuery([key]), negated: true),
            CompareOperator.Less => Leaf(field, new RangeQuery(null, false, key, false), negated: false),
            CompareOperator.LessOrEqual => Leaf(field, new RangeQuery(null, false, key, true), negated: false),
            CompareOperator.Greater => Leaf(field, new RangeQuery(key, false, null, false), negated: false),
            CompareOperator.GreaterOrEqual => Leaf(field, new RangeQuery(key, true, null, false), negated: false),
            _ => null,
        };
    }

    IndexPlan? VisitIsBoolean(BoundIsBoolean node, bool negated)
    {
        if (FieldOf(node.Operands[0]) is not { } field)
            return null;
        var query = new ValuesQuery([new IndexKey(node.Value ? 1 : 0)]);
        if (negated == node.IsNegated)
            return Leaf(field, query, negated: false);
        // "Is not true" holds for false and for unknown alike.
        return Find(field, query, exact: true) is { } group ? new IndexPlan(new IndexLeaf(group, query, isComplement: true, withNulls: true), true) : null;
    }

    IndexPlan? VisitLike(BoundLike like, bool negated)
    {
        if (like.IgnoresCase || like.Operands[1] is not BoundLiteral { IsNull: false } literal || FieldOf(like.Operands[0]) is not { } field)
            return null;
        var shape = LikeShape.Of(new TextValues(new FilterVector(literal.Value, true))[0], like.Escape);
        if (shape.IsLiteral)
            return Leaf(field, new ValuesQuery([new IndexKey(shape.Prefix)]), negated);
        if (shape.Prefix.Length > 0 && Leaf(field, Prefix(shape.Prefix), negated && shape.IsPrefix) is { } range)
            return shape.IsPrefix ? range : negated ? null : range with { IsExact = false };
        return negated || shape.Longest.Length == 0 ? null : Leaf(field, new ContainsQuery(shape.Longest), negated: false);
    }

    IndexPlan? VisitCall(BoundCall call, bool negated)
    {
        if (call.Operands.Count != 2 || FieldOf(call.Operands[0]) is not { } field || call.Operands[1] is not BoundLiteral { IsNull: false } literal)
            return null;
        if (call.Function == TextFunctions.StartsWith && FilterCoercion.IsText(field.Type) && FilterCoercion.IsText(literal.Type))
        {
            var prefix = new TextValues(new FilterVector(literal.Value, true))[0].ToArray();
            return prefix.Length == 0 ? null : Leaf(field, Prefix(prefix), negated);
        }
        if (call.Function == TextFunctions.Contains && FilterCoercion.IsText(field.Type) && FilterCoercion.IsText(literal.Type))
            return negated ? null : Leaf(field, new ContainsQuery(new TextValues(new FilterVector(literal.Value, true))[0].ToArray()), negated: false);
        var item = FilterCalls.ItemOf(field.Type);
        if (item is null || !IndexKeys.Supports(item))
            return null;
        if (call.Function == ListFunctions.Has && literal.Type == item)
            return Leaf(field, new LabelsQuery([IndexKeys.OfConstant(literal.Value)], WithNull: false, All: false), negated);
        var all = call.Function == ListFunctions.HasAll;
        if ((!all && call.Function != ListFunctions.HasAny) || FilterCalls.ItemOf(literal.Type) != item)
            return null;
        var lists = new ListValues(new FilterVector(literal.Value, true));
        var (start, count) = lists[0];
        if (count == 0)
            return null;
        using var items = lists.Items.Slice(start, count);
        var keys = IndexKeys.Of(items, forSearch: true);
        var wanted = new List<IndexKey>(keys.Count);
        for (var i = 0; i < keys.Count; i++)
            wanted.Add(keys[i]);
        return Leaf(field, new LabelsQuery([.. wanted.Distinct().Order()], items.HasNulls, all), negated);
    }

    static RangeQuery Prefix(byte[] prefix) =>
        new(new IndexKey(prefix), true, IndexKey.AfterPrefix(prefix) is { } after ? new IndexKey(after) : null, false);

    IndexPlan? Leaf(LanceField field, ScalarQuery query, bool negated)
    {
        if (Find(field, query, negated) is not { } group)
            return null;
        return new IndexPlan(new IndexLeaf(group, query, negated), group.Kind.Answers(query) == AnswerKind.Exact);
    }

    // The index that answers best; among equals the one that covers most.
    IndexGroup? Find(LanceField field, ScalarQuery query, bool exact)
    {
        if (!_groups.TryGetValue(field.Id, out var groups))
            return null;
        IndexGroup? best = null;
        foreach (var group in groups)
        {
            var answers = group.Kind.Answers(query);
            if (answers == AnswerKind.None || (exact && answers != AnswerKind.Exact))
                continue;
            if (best is null || answers > best.Kind.Answers(query)
                || (answers == best.Kind.Answers(query) && group.CoveredRows > best.CoveredRows))
            {
                best = group;
            }
        }
        return best;
    }

    LanceField? FieldOf(BoundNode node)
    {
        if (node is not BoundColumn column)
            return null;
        var field = _filter.Columns.Fields[column.Column];
        foreach (var step in column.Steps)
        {
            var child = field.Children.FirstOrDefault(c => c.Name == step);
            if (child is null)
                return null;
            field = child;
        }
        // A filter reads only some fields of a struct; the index is of the field itself, by its id.
        field = _table.Schema.Find(field.Id);
        return field is not null && field.Type == column.Type ? field : null;
    }
}
