namespace Pennon.Lance.Tables;

/// <summary>Bits by which a version says what its readers and writers must understand.</summary>
static class FeatureFlags
{
    public const ulong DeletionFiles = 1;
    public const ulong StableRowIds = 2;
    public const ulong OldFileMarker = 4;
    public const ulong TableConfig = 8;
    public const ulong BasePaths = 16;
    public const ulong InlineTransactionsOnly = 32;
    public const ulong MixedFileVersions = 256;

    /// <summary>What this library reads.</summary>
    public const ulong Readable = DeletionFiles | StableRowIds | OldFileMarker | TableConfig | BasePaths | InlineTransactionsOnly | MixedFileVersions;

    /// <summary>What this library can write without losing anything.</summary>
    public const ulong Writable = DeletionFiles | StableRowIds | OldFileMarker | TableConfig | BasePaths | InlineTransactionsOnly;

    /// <summary>Refuses flags outside a mask, naming the features.</summary>
    /// <exception cref="LanceNotSupportedException">A flag is not in the mask.</exception>
    public static void Check(ulong flags, ulong understood, string activity, string file)
    {
        var unknown = flags & ~understood;
        if (unknown == 0)
            return;
        var names = new List<string>();
        for (var bit = 0; bit < 64; bit++)
        {
            if ((unknown >> bit & 1) != 0)
                names.Add(NameOf(1UL << bit));
        }
        var all = string.Join(", ", names);
        throw new LanceNotSupportedException(all,
            $"{activity} the table needs features that this version does not have: {all} (file '{file}'). Use a newer version of this library.");
    }

    static string NameOf(ulong flag) => flag switch
    {
        DeletionFiles => "deletion files",
        StableRowIds => "stable row ids",
        OldFileMarker => "old file marker",
        TableConfig => "table configuration",
        BasePaths => "base paths",
        InlineTransactionsOnly => "inline transactions",
        64 => "data overlay files",
        128 => "covering index columns",
        MixedFileVersions => "mixed file versions",
        512 => "fragment reuse with stable row ids",
        1024 => "tagged fragment reuse",
        2048 => "managed blobs",
        _ => $"feature flag {flag}",
    };
}
