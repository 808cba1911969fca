using Pennon.Cypher.Syntax;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Values;
using Pennon.TestSupport;
using Pennon.TestSupport.Gherkin;

namespace Pennon.Cypher.Tests.Tck;

/// <summary>How a scenario went.</summary>
enum TckVerdict
{
    Passed,
    Failed,

    /// <summary>The scenario asks for something that the runner was told to leave out.</summary>
    Skipped,
}

/// <summary>Runs a query on a graph; the runner does not care who answers.</summary>
/// <param name="graph">The graph as the scenario's setup made it.</param>
/// <param name="text">The query.</param>
/// <param name="parameters">Its parameters.</param>
delegate OracleResult TckEngine(OracleGraph graph, string text, IReadOnlyDictionary<string, CypherValue> parameters);

/// <summary>
/// Plays scenarios: the graph is made by the oracle from the setup queries, the query under test goes to the engine, and columns, rows, order and errors
/// are compared.
/// </summary>
sealed class TckRunner(TckEngine engine)
{
    readonly Dictionary<string, string[]> _namedGraphs = [];

    /// <summary>Whether the query only reads; scenarios whose query under test writes are not for this runner.</summary>
    public static bool IsReadOnly(string text)
    {
        try
        {
            return SyntaxWalker.All(CypherParser.Parse(text)).All(node =>
                node is not (CreateClause or MergeClause or SetClause or RemoveClause or DeleteClause or ForeachClause or CallClause));
        }
        catch (CypherSyntaxException)
        {
            return true;
        }
    }

    public (TckVerdict Verdict, string Reason) Run(GherkinScenario scenario)
    {
        var graph = new OracleGraph();
        var parameters = new Dictionary<string, CypherValue>();
        OracleResult? result = null;
        CypherException? error = null;
        foreach (var step in scenario.Steps)
        {
            var text = step.Text;
            if (text is "any graph" or "an empty graph" or "no side effects")
            {
                continue;
            }
            if (text.EndsWith("graph", StringComparison.Ordinal) && text.StartsWith("the ", StringComparison.Ordinal))
            {
                foreach (var query in NamedGraph(text[4..^6]))
                {
                    OracleInterpreter.Run(graph, query);
                }
            }
            else if (text.StartsWith("having executed", StringComparison.Ordinal))
            {
                OracleInterpreter.Run(graph, step.DocString!, parameters);
            }
            else if (text.StartsWith("parameters are", StringComparison.Ordinal))
            {
                foreach (var row in step.Table!)
                {
                    parameters[row[0]] = OracleInterpreter.Run(graph, $"RETURN {row[1]} AS value").Rows[0][0];
                }
            }
            else if (text.StartsWith("executing query", StringComparison.Ordinal))
            {
                if (!IsReadOnly(step.DocString!))
                {
                    return (TckVerdict.Skipped, "writes");
                }
                try
                {
                    result = engine(graph, step.DocString!, parameters);
                }
                catch (CypherException raised)
                {
                    error = raised;
                }
            }
            else if (text.StartsWith("the result should be", StringComparison.Ordinal))
            {
                var problem = error is not null ? $"{error.Code}: {error.Message}" : Compare(step, result!);
                if (problem is not null)
                {
                    return (TckVerdict.Failed, problem);
                }
            }
            else if (text.Contains("should be raised at", StringComparison.Ordinal))
            {
                var code = text.Split(": ")[^1];
                return error is null ? (TckVerdict.Failed, $"no error; {code} is expected")
                    : code != "*" && error.Code != code ? (TckVerdict.Failed, $"{error.Code} instead of {code}: {error.Message}")
                    : (TckVerdict.Passed, "");
            }
            else
            {
                return (TckVerdict.Skipped, text);
            }
        }
        return (TckVerdict.Passed, "");
    }

    string[] NamedGraph(string name)
    {
        if (!_namedGraphs.TryGetValue(name, out var queries))
        {
            queries = [File.ReadAllText(SharedData.Path("tck/graphs", name, $"{name}.cypher"))];
            _namedGraphs.Add(name, queries);
        }
        return queries;
    }

    static string? Compare(GherkinStep step, OracleResult result)
    {
        bool inOrder = step.Text.Contains("in order", StringComparison.Ordinal);
        var text = new TckText(step.Text.Contains("ignoring element order", StringComparison.Ordinal));
        if (step.Table is not { } table)
        {
            return result.Rows.Count == 0 ? null : $"{result.Rows.Count} rows where none is expected";
        }
        if (!table[0].SequenceEqual(result.Columns))
        {
            return $"columns [{string.Join(", ", result.Columns)}] instead of [{string.Join(", ", table[0])}]";
        }
        var expected = table.Skip(1).Select(row => string.Join(" | ", row.Select(text.Of))).ToList();
        var actual = result.Rows.Select(row => string.Join(" | ", row.Select(text.Of))).ToList();
        if (!inOrder)
        {
            expected.Sort(StringComparer.Ordinal);
            actual.Sort(StringComparer.Ordinal);
        }
        return expected.SequenceEqual(actual) ? null : $"rows\n      {string.Join("\n      ", actual)}\n    instead of\n      {string.Join("\n      ", expected)}";
    }
}
