namespace Pennon.Cypher.Syntax;

/// <summary>The tree without knowing its node types.</summary>
internal static class SyntaxWalker
{
    /// <summary>The direct children in the order in which they are written.</summary>
    public static IEnumerable<SyntaxNode> Children(SyntaxNode node) => (node switch
    {
        Statement statement => [statement.Query],
        SingleQuery query => query.Clauses,
        UnionQuery union => [union.Left, union.Right],
        MatchClause match => [.. match.Parts, match.Where],
        UnwindClause unwind => [unwind.Source, unwind.Variable],
        WithClause with => [with.Projection, with.Where],
        ReturnClause result => [result.Projection],
        Projection projection => [.. projection.Items, .. projection.OrderBy, projection.Skip, projection.Limit],
        ProjectionItem item => [item.Expression, item.Alias],
        SortItem sort => [sort.Expression],
        CreateClause create => create.Parts,
        MergeClause merge => [merge.Part, .. merge.Actions],
        MergeAction action => action.Items,
        SetClause set => set.Items,
        SetProperty property => [property.Target, property.Value],
        SetProperties all => [all.Variable, all.Value],
        SetLabels labels => [labels.Variable, .. labels.Labels],
        RemoveClause remove => remove.Items,
        RemoveProperty property => [property.Target],
        RemoveLabels labels => [labels.Variable, .. labels.Labels],
        DeleteClause delete => delete.Expressions,
        CallClause call => [.. call.Arguments ?? [], .. call.Yield ?? [], call.Where],
        YieldItem item => [item.Field, item.Alias],
        ForeachClause each => [each.Variable, each.Source, .. each.Clauses],
        PatternPart part => [part.Variable, part.Chain],
        PatternChain chain => Interleave(chain),
        NodePattern pattern => [pattern.Variable, pattern.Labels, pattern.Properties, pattern.Where],
        RelationshipPattern pattern => [pattern.Variable, .. pattern.Types, pattern.Hops, pattern.Properties, pattern.Where],
        LabelConjunction conjunction => conjunction.Operands,
        LabelDisjunction disjunction => disjunction.Operands,
        LabelNegation negation => [negation.Operand],
        ListLiteral list => list.Items,
        MapLiteral map => map.Entries,
        MapEntry entry => [entry.Value],
        PropertyAccess access => [access.Target],
        IndexAccess access => [access.Target, access.Index],
        SliceAccess access => [access.Target, access.From, access.To],
        HasLabels test => [test.Target, test.Labels],
        Unary unary => [unary.Operand],
        IsNull test => [test.Operand],
        Binary binary => [binary.Left, binary.Right],
        ComparisonChain chain => chain.Operands,
        FunctionCall call => call.Arguments,
        CaseExpression choice => [choice.Subject, .. choice.Branches, choice.Else],
        CaseBranch branch => [branch.When, branch.Then],
        ListComprehension comprehension => [comprehension.Variable, comprehension.Source, comprehension.Where, comprehension.Projection],
        PatternComprehension comprehension => [comprehension.Path, comprehension.Chain, comprehension.Where, comprehension.Projection],
        Quantifier quantifier => [quantifier.Variable, quantifier.Source, quantifier.Where],
        Reduce reduce => [reduce.Accumulator, reduce.Initial, reduce.Variable, reduce.Source, reduce.Step],
        PatternPredicate predicate => [predicate.Chain],
        ShortestPathExpression search => [search.Chain],
        ExistsSubquery subquery => [subquery.Body],
        CountSubquery subquery => [subquery.Body],
        CollectSubquery subquery => [subquery.Body],
        MapProjection projection => [projection.Subject, .. projection.Items],
        ProjectedEntry entry => [entry.Value],
        _ => (IEnumerable<SyntaxNode?>)[],
    }).OfType<SyntaxNode>();

    /// <summary>The node and everything below it, parents before children.</summary>
    public static IEnumerable<SyntaxNode> All(SyntaxNode node)
    {
        var open = new Stack<SyntaxNode>([node]);
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in Children(next).Reverse())
            {
                open.Push(child);
            }
        }
    }

    static IEnumerable<SyntaxNode?> Interleave(PatternChain chain)
    {
        for (int i = 0; i < chain.Nodes.Count; i++)
        {
            yield return chain.Nodes[i];
            if (i < chain.Relationships.Count)
            {
                yield return chain.Relationships[i];
            }
        }
    }
}
