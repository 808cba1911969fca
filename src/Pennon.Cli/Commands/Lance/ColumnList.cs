namespace Pennon.Cli.Commands.Lance;

/// <summary>A list of column names as an option gives it.</summary>
internal static class ColumnList
{
    public static IReadOnlyList<string>? Parse(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
