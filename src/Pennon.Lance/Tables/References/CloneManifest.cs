using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>The first version of a branch or shallow clone: a copy of a version whose files stay where they are (TABLE 13.3, 13.8).</summary>
static class CloneManifest
{
    /// <summary>Builds the manifest's file.</summary>
    /// <param name="source">The version to start from.</param>
    /// <param name="sourceBranch">The branch that version is on; null for the main line.</param>
    /// <param name="sourcePath">Where the files of that line lie, spelled for whoever opens the copy.</param>
    /// <param name="branch">The branch to make; null for a clone.</param>
    /// <returns>The bytes, and the transaction to be stored beside them under the given name.</returns>
    public static (byte[] Manifest, byte[] Transaction, string TransactionFile) Build(
        ManifestFile source, string? sourceBranch, string sourcePath, string? branch)
    {
        var transaction = new Transaction
        {
            ReadVersion = source.Message.Version,
            Uuid = Guid.NewGuid().ToString(),
            CloneOperation = new Transaction.Types.CloneOperation { IsShallow = true, RefVersion = source.Message.Version, RefPath = sourcePath },
        };
        if (sourceBranch is not null)
            transaction.CloneOperation.RefName = sourceBranch;
        if (branch is not null)
            transaction.CloneOperation.BranchName = branch;
        var bytes = transaction.ToByteArray();
        var manifest = source.Message.Clone();
        var origin = NextBase(manifest);
        var added = new BasePath { Id = origin, IsDatasetRoot = true, Path = sourcePath };
        if (sourceBranch is not null)
            added.Name = sourceBranch;
        manifest.BasePaths.Add(added);

        // Only what lay in the source itself gets the new base; what the source had from elsewhere stays there.
        foreach (var fragment in manifest.Fragments)
        {
            foreach (var file in fragment.Files)
            {
                if (!file.HasBaseId)
                    file.BaseId = origin;
            }
            if (fragment.DeletionFile is { HasBaseId: false } deletions)
                deletions.BaseId = origin;
        }
        var section = source.ReadIndexSection();
        foreach (var index in section.Indices)
        {
            if (!index.HasBaseId)
                index.BaseId = origin;
        }
        manifest.Tag = "";
        manifest.VersionAuxData = 0;
        manifest.ClearBranch();
        if (branch is not null)
            manifest.Branch = branch;
        manifest.ReaderFeatureFlags |= FeatureFlags.BasePaths;
        manifest.WriterFeatureFlags |= FeatureFlags.BasePaths;
        manifest.Timestamp = Timestamp.FromDateTime(DateTime.UtcNow);
        manifest.WriterVersion = new Manifest.Types.WriterVersion { Library = "pennon", Version = Writer };
        var name = $"{transaction.ReadVersion}-{transaction.Uuid}.txn";
        manifest.TransactionFile = (manifest.WriterFeatureFlags & FeatureFlags.InlineTransactionsOnly) != 0 ? "" : name;
        return (ManifestBytes.Build(manifest, source.Message.HasIndexSection ? section : null, bytes), bytes, manifest.TransactionFile);
    }

    static string Writer => typeof(CloneManifest).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    static uint NextBase(Manifest manifest)
    {
        ulong next = 0;
        foreach (var path in manifest.BasePaths)
            next = Math.Max(next, path.Id + 1UL);
        return next <= uint.MaxValue
            ? (uint)next
            : throw new LanceNotSupportedException("base path ids", "All ids of base paths are used up; copy the rows to a new table.");
    }
}
