using Google.Protobuf;
using Pennon.Lance.Wire;
using Operation = Pennon.Lance.Wire.Transaction.OperationOneofCase;

namespace Pennon.Lance.Tables;

/// <summary>Applies an append or overwrite to the current version of a table.</summary>
internal static class NextVersion
{
    public static bool KeepsIndices(Transaction transaction) => transaction.OperationCase == Operation.Append;

    /// <summary>Whatever the operation does not change is carried over, unknown fields included.</summary>
    public static Manifest Build(StoredVersion? current, Transaction transaction, LanceWriteOptions options, long version)
    {
        var manifest = current?.Manifest.Clone() ?? new Manifest();
        manifest.Version = (ulong)version;
        manifest.Tag = "";
        manifest.VersionAuxData = 0;
        if (transaction.OperationCase == Operation.Append) Add(manifest, transaction.Append.Fragments, version);
        else Replace(manifest, transaction.Overwrite, options, isNew: current is null, version);
        manifest.WriterVersion = new Manifest.Types.WriterVersion { Library = "pennon", Version = LibraryVersion };
        UpdateFlags(manifest);
        return manifest;
    }

    static string LibraryVersion => typeof(NextVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    static void Replace(Manifest manifest, Transaction.Types.Overwrite overwrite, LanceWriteOptions options, bool isNew, long version)
    {
        var nextFragment = NextFragmentId(manifest);
        manifest.Fields.Clear();
        manifest.Fields.Add(overwrite.Schema);
        manifest.SchemaMetadata.Clear();
        foreach (var (key, value) in overwrite.SchemaMetadata) manifest.SchemaMetadata[key] = value;
        foreach (var (key, value) in overwrite.ConfigUpsertValues) manifest.Config[key] = value;
        if (isNew)
        {
            if (options.StableRowIds) manifest.WriterFeatureFlags |= FeatureFlags.StableRowIds;
            foreach (var (key, value) in options.TableMetadata ?? new Dictionary<string, string>()) manifest.TableMetadata[key] = value;
        }
        manifest.DataFormat = new Manifest.Types.DataStorageFormat { FileFormat = "lance", Version = "2.2" };
        manifest.Fragments.Clear();
        Add(manifest, overwrite.Fragments, version, nextFragment);
    }

    static void Add(Manifest manifest, IEnumerable<DataFragment> fragments, long version) => Add(manifest, fragments, version, NextFragmentId(manifest));

    static void Add(Manifest manifest, IEnumerable<DataFragment> fragments, long version, ulong nextFragment)
    {
        foreach (var staged in fragments)
        {
            var fragment = staged.Clone();
            if (nextFragment > uint.MaxValue) throw new LanceNotSupportedException("fragment ids", $"All {uint.MaxValue:N0} fragment ids of the table are used up; copy it to a new table.");
            fragment.Id = nextFragment;
            manifest.MaxFragmentId = (uint)nextFragment++;
            if ((manifest.WriterFeatureFlags & FeatureFlags.StableRowIds) != 0) GiveRowIds(manifest, fragment, version);
            manifest.Fragments.Add(fragment);
        }
    }

    /// <summary>Ids are never given twice, since an index may still name the fragments of old versions.</summary>
    static ulong NextFragmentId(Manifest manifest)
    {
        var next = manifest.HasMaxFragmentId ? manifest.MaxFragmentId + 1UL : 0;
        foreach (var fragment in manifest.Fragments) next = Math.Max(next, fragment.Id + 1);
        return next;
    }

    static void GiveRowIds(Manifest manifest, DataFragment fragment, long version)
    {
        var rows = fragment.PhysicalRows;
        var ids = new RowIdSequence();
        ids.Segments.Add(new U64Segment { Range = new U64Segment.Types.Range { Start = manifest.NextRowId, End = manifest.NextRowId + rows } });
        manifest.NextRowId += rows;
        fragment.InlineRowIds = ids.ToByteString();
        var versions = new RowDatasetVersionSequence();
        versions.Runs.Add(new RowDatasetVersionRun
        {
            Span = new U64Segment { Range = new U64Segment.Types.Range { Start = 0, End = rows } },
            Version = (ulong)version,
        });
        fragment.InlineCreatedAtVersions = fragment.InlineLastUpdatedAtVersions = versions.ToByteString();
    }

    /// <summary>Sets the flags that the content of the version asks for; some stay for the life of a table.</summary>
    static void UpdateFlags(Manifest manifest)
    {
        var kept = manifest.WriterFeatureFlags & (FeatureFlags.StableRowIds | FeatureFlags.InlineTransactionsOnly);
        var reader = kept & FeatureFlags.StableRowIds;
        foreach (var fragment in manifest.Fragments)
        {
            if (fragment.DeletionFile is null) continue;
            reader |= FeatureFlags.DeletionFiles;
            break;
        }
        if (manifest.BasePaths.Count > 0) reader |= FeatureFlags.BasePaths;
        manifest.ReaderFeatureFlags = reader;
        manifest.WriterFeatureFlags = reader | kept | (manifest.Config.Count > 0 ? FeatureFlags.TableConfig : 0);
    }
}
