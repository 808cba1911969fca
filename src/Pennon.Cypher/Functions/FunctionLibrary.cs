using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Pennon.Cypher.Functions;

/// <summary>All functions of the language by name. Names ignore case; namespaces belong to the name (<c>duration.between</c>).</summary>
internal static class FunctionLibrary
{
    static readonly FrozenDictionary<string, FunctionInfo> _functions = Build();

    /// <summary>The names as documented, in alphabetical order, without the older spellings.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _functions.Values.Select(function => function.Name).Distinct().Order(StringComparer.OrdinalIgnoreCase)];

    public static bool TryGet(string name, [NotNullWhen(true)] out FunctionInfo? function) => _functions.TryGetValue(name, out function);

    /// <summary>One sentence for a name that is no function, with the nearest name that is one.</summary>
    public static string DescribeUnknown(string name)
    {
        var nearest = NearestName(name);
        return nearest is null ? $"There is no function '{name}'." : $"There is no function '{name}'; did you mean {nearest}()?";
    }

    /// <summary>The documented name with the fewest edits from the given one, or null when none is near.</summary>
    public static string? NearestName(string name)
    {
        string? nearest = null;
        int fewest = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in Names)
        {
            int edits = EditDistance(name.ToLowerInvariant(), candidate.ToLowerInvariant(), fewest);
            if (edits < fewest)
            {
                fewest = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    static int EditDistance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
        {
            return limit;
        }
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }

    static FrozenDictionary<string, FunctionInfo> Build()
    {
        var table = new FunctionTable();
        ScalarFunctions.Register(table);
        ConversionFunctions.Register(table);
        MathFunctions.Register(table);
        StringFunctions.Register(table);
        ListFunctions.Register(table);
        GraphFunctions.Register(table);
        TemporalFunctions.Register(table);
        PointFunctions.Register(table);
        AggregateFunctions.Register(table);
        return table.ToFrozen();
    }
}
