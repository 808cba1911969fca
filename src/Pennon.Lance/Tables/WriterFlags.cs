using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>The flags of a version as a writer checks and sets them.</summary>
internal static class WriterFlags
{
    const ulong DeletionFiles = 1;
    public const ulong StableRowIds = 2;
    const ulong LegacyV2Marker = 4;
    const ulong TableConfig = 8;
    const ulong BasePaths = 16;
    public const ulong InlineTransactionsOnly = 32;
    const ulong Known = DeletionFiles | StableRowIds | LegacyV2Marker | TableConfig | BasePaths | InlineTransactionsOnly;

    /// <exception cref="LanceNotSupportedException">The version has a feature that a writer would have to keep up and this one does not know.</exception>
    public static void Require(Manifest manifest, string table)
    {
        var unknown = (manifest.WriterFeatureFlags | manifest.ReaderFeatureFlags) & ~Known;
        if (unknown != 0)
            throw new LanceNotSupportedException("table features", $"Table '{table}' has the feature flags 0x{unknown:x} at version {manifest.Version}, which this library cannot write to; use a newer version.");
    }

    /// <summary>Sets the flags that the content of a version asks for.</summary>
    public static void Update(Manifest manifest)
    {
        var sticky = manifest.WriterFeatureFlags & (StableRowIds | InlineTransactionsOnly);
        var reader = sticky & StableRowIds;
        foreach (var fragment in manifest.Fragments)
        {
            if (fragment.DeletionFile is null) continue;
            reader |= DeletionFiles;
            break;
        }
        if (manifest.BasePaths.Count > 0) reader |= BasePaths;
        manifest.ReaderFeatureFlags = reader;
        manifest.WriterFeatureFlags = reader | sticky | (manifest.Config.Count > 0 ? TableConfig : 0);
    }
}
