using Pennon.TestSupport;
using Pennon.TestSupport.Gherkin;

namespace Pennon.Cypher.Tests.Syntax;

/// <summary>The queries of the openCypher TCK, as test material for the parser.</summary>
static class TckQueries
{
    static readonly Lazy<IReadOnlyList<GherkinScenario>> Loaded = new(() => GherkinReader.ReadFolder(SharedData.Path("tck/features")));

    public static IReadOnlyList<GherkinScenario> Scenarios => Loaded.Value;

    public static bool IsQuery(GherkinStep step) =>
        step.DocString is not null && (step.Text.StartsWith("executing", StringComparison.Ordinal) || step.Text.StartsWith("having executed", StringComparison.Ordinal));

    public static bool ExpectsCompileTimeError(GherkinScenario scenario) =>
        scenario.Steps.Any(step => step.Text.Contains("should be raised at compile time", StringComparison.Ordinal));

    /// <summary>Every query that must parse.</summary>
    public static IEnumerable<(GherkinScenario Scenario, string Text)> Valid() =>
        from scenario in Scenarios
        where !ExpectsCompileTimeError(scenario)
        from step in scenario.Steps
        where IsQuery(step)
        select (scenario, step.DocString!);
}
