namespace Pennon.Lance.Encodings;

/// <summary>The layers from a top-level column down to one leaf, outermost first.</summary>
/// <remarks>
/// While rows are collected, levels count from the outside, so that the leaves below a struct can share them: an entry that is
/// missing at depth d carries code 2d + 1 (null) or 2d + 2 (empty list), and a repetition code of 0 starts a row while k adds an
/// item to the k-th list from the outside. <see cref="PageLevels"/> turns both into the numbers of the format, which count from the inside.
/// </remarks>
internal sealed class LevelPath
{
    /// <summary>More layers than any sensible schema has; keeps codes below 64.</summary>
    public const int MaxDepth = 30;

    readonly bool[] _isList;

    /// <param name="isList">Outermost first; the last entry is the leaf and is no list.</param>
    public LevelPath(ReadOnlySpan<bool> isList)
    {
        if (isList.Length > MaxDepth) throw new LanceNotSupportedException("deep nesting", $"A column nests {isList.Length} levels deep, and at most {MaxDepth} can be written.");
        _isList = isList.ToArray();
        foreach (var list in isList)
            if (list) ListCount++;
    }

    public int Count => _isList.Length;

    /// <summary>Number of list layers, which is also the highest repetition level.</summary>
    public int ListCount { get; }

    public bool IsList(int depth) => _isList[depth];

    public static ushort NullCode(int depth) => (ushort)(2 * depth + 1);

    public static ushort EmptyCode(int depth) => (ushort)(2 * depth + 2);
}
