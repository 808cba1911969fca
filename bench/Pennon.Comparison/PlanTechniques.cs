namespace Pennon.Comparison;

/// <summary>Picks the techniques out of a printed plan: the operators that find or count rows, in the order in which they run.</summary>
static class PlanTechniques
{
    static readonly HashSet<string> EverywhereAlike = ["Project", "Row", "Filter", "Limit", "Skip"];

    public static string Of(string plan)
    {
        var names = plan.Split('\n').Select(line => line.Replace("|", "", StringComparison.Ordinal).Trim())
            .Where(line => line.StartsWith("+ ", StringComparison.Ordinal))
            .Select(line => line[2..].Split(' ', 2)[0])
            .Reverse().Where(name => !EverywhereAlike.Contains(name)).ToList();
        var counted = new List<(string Name, int Times)>();
        foreach (var name in names)
        {
            if (counted.Count > 0 && counted[^1].Name == name)
            {
                counted[^1] = (name, counted[^1].Times + 1);
            }
            else
            {
                counted.Add((name, 1));
            }
        }

        return string.Join(", ", counted.Select(step => step.Times == 1 ? step.Name : $"{step.Times} {step.Name}"));
    }
}
