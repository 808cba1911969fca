namespace Pennon.Lance.Indexes;

/// <summary>Every kind of index that is known.</summary>
static class IndexKinds
{
    public static IReadOnlyList<IndexKind> All { get; } =
    [
        new BTreeIndex(),
        new BitmapIndex(),
        new LabelListIndex(),
        new ZoneMapIndex(),
        new BloomFilterIndex(),
        new NGramIndex(),
        new Vectors.Ivf.IvfIndexKind(),
    ];

    /// <summary>The kind that an entry's details name; null if it is not known. Case does not matter, nor what precedes the last slash (TABLE 15.2).</summary>
    public static IndexKind? Of(string? typeUrl)
    {
        if (string.IsNullOrEmpty(typeUrl))
            return null;
        var name = typeUrl[(typeUrl.LastIndexOf('/') + 1)..];
        foreach (var kind in All)
        {
            foreach (var known in kind.DetailsNames)
            {
                if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                    return kind;
            }
        }
        return null;
    }

    /// <summary>The kind that builds what some options ask for.</summary>
    public static IndexKind For(LanceIndexOptions options)
    {
        foreach (var kind in All)
        {
            if (kind.Builds(options))
                return kind;
        }
        throw new LanceNotSupportedException(options.GetType().Name, $"Indexes of the kind {options.GetType().Name} cannot be built.");
    }
}
