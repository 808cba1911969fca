using System.Collections.Frozen;

namespace Pennon.Arrow;

/// <summary>The shared empty metadata map, and comparison of metadata maps.</summary>
static class EmptyMetadata
{
    internal static readonly IReadOnlyDictionary<string, string> Instance = FrozenDictionary<string, string>.Empty;

    internal static bool SameEntries(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left.Count != right.Count) return false;
        foreach (var (key, value) in left)
        {
            if (!right.TryGetValue(key, out var other) || other != value) return false;
        }
        return true;
    }
}
