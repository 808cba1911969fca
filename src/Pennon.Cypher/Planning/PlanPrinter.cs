using System.Globalization;
using System.Text;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Operators;

namespace Pennon.Cypher.Planning;

/// <summary>Prints a plan as a tree: the operator that leaves the result on top, its input below, inner plans indented.</summary>
internal static class PlanPrinter
{
    public static string Print(Pipeline pipeline, QueryProfile? profile)
    {
        var lines = new List<(string Operator, string Detail, string Estimated, string Rows, string Time)>();
        Add(pipeline, "", profile, lines);
        int width = lines.Max(static line => line.Operator.Length) + 2, detail = Math.Min(80, lines.Max(static line => line.Detail.Length)) + 2;
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.Operator.PadRight(width)).Append(line.Detail.PadRight(detail)).Append("estimated ").Append(line.Estimated);
            if (profile is not null)
            {
                text.Append(", rows ").Append(line.Rows).Append(", ").Append(line.Time);
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    static void Add(Pipeline pipeline, string indent, QueryProfile? profile, List<(string, string, string, string, string)> lines)
    {
        foreach (var op in pipeline.Operators.Reverse())
        {
            string rows = "", time = "";
            if (profile is not null && profile.TryGet(op, out long count, out var elapsed))
            {
                rows = count.ToString("N0", CultureInfo.InvariantCulture);
                time = elapsed.TotalMilliseconds.ToString("N3", CultureInfo.InvariantCulture) + " ms";
            }
            lines.Add(($"{indent}+ {op.Name}", op.Detail.Replace("  ", "", StringComparison.Ordinal), op.EstimatedRows.ToString("N0", CultureInfo.InvariantCulture), rows, time));
            foreach (var nested in op.Nested)
            {
                Add(nested, indent + "|   ", profile, lines);
            }
        }
        if (pipeline.Operators.Count == 0)
        {
            lines.Add(($"{indent}+ Row", "", "1", "", ""));
        }
    }
}
