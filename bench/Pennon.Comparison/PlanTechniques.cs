namespace Pennon.Comparison;

/// <summary>Picks the techniques out of a printed plan.</summary>
static class PlanTechniques
{
    public static string Of(string plan)
    {
        var named = plan.Split('\n').Where(line => line.Contains("technique:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(line.IndexOf("technique:", StringComparison.OrdinalIgnoreCase) + "technique:".Length)..].Trim()).Distinct().ToList();
        return named.Count > 0 ? string.Join(", ", named) : plan.Split('\n')[0].Trim();
    }
}
