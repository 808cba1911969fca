using System.Globalization;

namespace Pennon.Lance;

/// <summary>The order in which an object lists its keys: array indexes ascending, then everything else as given.</summary>
static class JsonKeyOrder
{
    public static int[] Of(IReadOnlyList<string> names)
    {
        var order = new int[names.Count];
        var indexes = new List<(uint Index, int Position)>();
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            if (IsIndex(names[i], out var index))
                indexes.Add((index, i));
        }
        if (indexes.Count == 0)
            return order;
        indexes.Sort();
        return [.. indexes.Select(i => i.Position), .. order.Where(i => !IsIndex(names[i], out _))];
    }

    static bool IsIndex(string name, out uint index) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index != uint.MaxValue
        && name == index.ToString(CultureInfo.InvariantCulture);
}
