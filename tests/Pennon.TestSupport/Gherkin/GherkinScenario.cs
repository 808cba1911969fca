namespace Pennon.TestSupport.Gherkin;

/// <summary>One step of a scenario.</summary>
/// <param name="Text">The line without its keyword (Given, When, Then, And, But).</param>
/// <param name="DocString">The text in triple quotes below it, without their indentation, or null.</param>
/// <param name="Table">The rows of the table below it, the header first, or null.</param>
/// <param name="Line">The line in the file, from 1.</param>
public sealed record GherkinStep(string Text, string? DocString, IReadOnlyList<IReadOnlyList<string>>? Table, int Line);

/// <summary>A concrete scenario: an outline appears once for each row of its examples, the row's values filled in.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Name">The scenario's name; the row's number is appended for an outline.</param>
/// <param name="Tags">The tags of the scenario.</param>
/// <param name="Steps">The steps in order, those of the background first.</param>
/// <param name="File">The file it was read from.</param>
public sealed record GherkinScenario(string Feature, string Name, IReadOnlyList<string> Tags, IReadOnlyList<GherkinStep> Steps, string File)
{
    /// <summary>File name, scenario name.</summary>
    public override string ToString() => $"{Path.GetFileNameWithoutExtension(File)}: {Name}";
}
