namespace Pennon.Lance.Encodings.Reading;

/// <summary>One level of nesting of a leaf column, innermost first: the leaf, a struct, or a list.</summary>
internal enum NestingKind
{
    Item,
    List,
}

/// <summary>
/// The nesting of one leaf column, with definition levels numbered as if everything could be null and every list empty.
/// Pages number only the levels they use, so that each page's levels are translated to these.
/// </summary>
internal sealed class ColumnNesting
{
    readonly int[] _firstLevel;

    /// <param name="layers">Innermost first; the first is the leaf.</param>
    public ColumnNesting(NestingKind[] layers)
    {
        Layers = layers;
        _firstLevel = new int[layers.Length];
        int level = 1;
        for (int i = 0; i < layers.Length; i++)
        {
            _firstLevel[i] = level;
            level += layers[i] == NestingKind.List ? 2 : 1;
            ListCount += layers[i] == NestingKind.List ? 1 : 0;
        }
    }

    public NestingKind[] Layers { get; }

    /// <summary>List layers; also the repetition level that starts a row.</summary>
    public int ListCount { get; }

    /// <summary>The level that says "null" for a layer; for a list the next one says "empty".</summary>
    public int NullLevel(int layer) => _firstLevel[layer];

    /// <summary>Lists among the layers up to and including <paramref name="layer"/>.</summary>
    public int ListsThrough(int layer)
    {
        int lists = 0;
        for (int i = 0; i <= layer; i++)
        {
            lists += Layers[i] == NestingKind.List ? 1 : 0;
        }
        return lists;
    }

    /// <summary>The innermost list layer outside <paramref name="layer"/>, or -1.</summary>
    public int ListAround(int layer)
    {
        for (int i = layer + 1; i < Layers.Length; i++)
        {
            if (Layers[i] == NestingKind.List)
            {
                return i;
            }
        }
        return -1;
    }
}
