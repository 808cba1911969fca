using Pennon.Cypher.Functions;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>The rows of a query.</summary>
sealed record OracleResult(IReadOnlyList<string> Columns, IReadOnlyList<CypherValue[]> Rows);

/// <summary>
/// A deliberately simple interpreter: every clause turns a list of rows into a list of rows, every expression is evaluated by walking its tree.
/// It is the judge in comparisons with the engine.
/// </summary>
sealed class OracleInterpreter(OracleContext context)
{
    public static OracleResult Run(OracleGraph graph, string text, IReadOnlyDictionary<string, CypherValue>? parameters = null)
    {
        var functions = new FunctionContext(TimeProvider.System, id => graph.NodeById(id), seed: 1);
        var interpreter = new OracleInterpreter(new OracleContext(graph, parameters ?? new Dictionary<string, CypherValue>(), functions));
        return interpreter.Run(CypherParser.Parse(text).Query);
    }

    OracleResult Run(Query query)
    {
        if (query is UnionQuery union)
        {
            var left = Run(union.Left);
            var right = Run(union.Right);
            if (!left.Columns.ToHashSet().SetEquals(right.Columns))
            {
                throw new CypherRuntimeException("UNION needs the same columns on both sides.", "DifferentColumnsInUnion");
            }
            var places = left.Columns.Select(column => right.Columns.ToList().IndexOf(column)).ToArray();
            var rows = left.Rows.Concat(right.Rows.Select(row => Array.ConvertAll(places, place => row[place])));
            return new OracleResult(left.Columns, [.. union.All ? rows : rows.DistinctBy(row => CypherValue.List(row))]);
        }
        var (columns, scopes) = Run((SingleQuery)query, OracleScope.Empty);
        return new OracleResult(columns, [.. scopes.Select(scope => columns.Select(column => scope[column]).ToArray())]);
    }

    /// <summary>The rows of a subquery that starts with the variables of the outer row.</summary>
    public List<OracleScope> Subquery(Query query, OracleScope row)
    {
        if (query is UnionQuery union)
        {
            var rows = Subquery(union.Left, row).Concat(Subquery(union.Right, row));
            return [.. union.All ? rows : rows.DistinctBy(Key)];
        }
        return Run((SingleQuery)query, row).Rows;
    }

    static CypherValue Key(OracleScope row) => CypherValue.List([.. row.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)]);

    (IReadOnlyList<string> Columns, List<OracleScope> Rows) Run(SingleQuery query, OracleScope start)
    {
        List<OracleScope> rows = [start];
        IReadOnlyList<string> columns = [];
        IReadOnlyList<string> visible = [.. start.Variables.Keys];
        foreach (var clause in query.Clauses)
        {
            switch (clause)
            {
                case WithClause with:
                    (columns, rows) = OracleProjection.Apply(context, with.Projection, rows, visible, with.Where);
                    visible = columns;
                    columns = [];
                    break;
                case ReturnClause result:
                    (columns, rows) = OracleProjection.Apply(context, result.Projection, rows, visible);
                    break;
                default:
                    rows = Apply(clause, rows);
                    visible = [.. visible.Concat(VariablesOf(clause)).Distinct()];
                    break;
            }
        }
        return (columns, columns.Count == 0 && query.Clauses[^1] is not MatchClause and not WithClause and not UnwindClause ? [] : rows);
    }

    static IEnumerable<string> VariablesOf(Clause clause) => clause switch
    {
        MatchClause match => match.Parts.SelectMany(VariablesOf),
        CreateClause create => create.Parts.SelectMany(VariablesOf),
        MergeClause merge => VariablesOf(merge.Part),
        UnwindClause unwind => [unwind.Variable.Name],
        _ => [],
    };

    static IEnumerable<string> VariablesOf(PatternPart part)
    {
        IEnumerable<Identifier?> all = [part.Variable, .. part.Chain.Nodes.Select(node => node.Variable), .. part.Chain.Relationships.Select(relationship => relationship.Variable)];
        return all.OfType<Identifier>().Select(identifier => identifier.Name);
    }

    List<OracleScope> Apply(Clause clause, List<OracleScope> rows)
    {
        var evaluator = new OracleEvaluator(context);
        switch (clause)
        {
            case MatchClause match:
                return [.. rows.SelectMany(row => Match(match, row, evaluator))];
            case UnwindClause unwind:
                return [.. rows.SelectMany(row => Unwind(evaluator.Evaluate(unwind.Source, row)).Select(item => row.With(unwind.Variable.Name, item)))];
            default:
                var writer = new OracleWriter(evaluator);
                return [.. rows.SelectMany(row => writer.Apply(clause, row)).ToArray()];
        }
    }

    static CypherValue[] Unwind(CypherValue source) => source.IsNull ? [] : source.Type == CypherType.List ? source.AsList().ToArray() : [source];

    static IEnumerable<OracleScope> Match(MatchClause match, OracleScope row, OracleEvaluator evaluator)
    {
        var found = new OracleMatcher(evaluator).Match(match.Parts, row)
            .Where(candidate => match.Where is null || evaluator.IsTrue(match.Where, candidate))
            .ToList();
        if (found.Count > 0 || !match.Optional)
        {
            return found;
        }
        var missing = match.Parts.SelectMany(VariablesOf).Where(name => !row.Has(name)).Distinct();
        return [row.With(missing.Select(name => KeyValuePair.Create(name, CypherValue.Null)))];
    }
}
