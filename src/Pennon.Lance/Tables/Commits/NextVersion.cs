using Pennon.Lance.Wire;
using Operation = Pennon.Lance.Wire.Transaction.OperationOneofCase;

namespace Pennon.Lance.Tables;

/// <summary>A version about to be written: its manifest, and its index entries if it has any.</summary>
internal readonly record struct BuiltVersion(Manifest Manifest, IndexSection? Indices);

/// <summary>
/// Applies an operation to the current version of a table (TABLE 10.3). Whatever the operation does not change is carried over,
/// unknown fields included; no fragment id is ever given twice (TABLE 10.4).
/// </summary>
internal static partial class NextVersion
{
    /// <summary>Builds the version that an operation makes.</summary>
    /// <param name="current">The latest version; null when the operation creates the table.</param>
    /// <param name="transaction">The operation, checked against every version since the one it read.</param>
    /// <param name="options">Settings of a new table.</param>
    /// <param name="version">The number of the new version.</param>
    /// <param name="restored">The version that a restore goes back to; null for every other operation.</param>
    /// <exception cref="ConflictException">The operation changes something the current version does not have.</exception>
    /// <exception cref="LanceNotSupportedException">The operation is not known, or the table has no fragment ids left.</exception>
    public static BuiltVersion Build(StoredVersion? current, Transaction transaction, LanceWriteOptions options, long version, StoredVersion? restored = null)
    {
        var manifest = current?.Manifest.Clone() ?? new Manifest();
        var indices = current?.Indices?.Clone();
        if (current is null && transaction.OperationCase != Operation.Overwrite)
            throw new LanceNotFoundException($"There is no table for the operation {transaction.OperationCase} to change.");
        switch (transaction.OperationCase)
        {
            case Operation.Append:
                Add(manifest, transaction.Append.Fragments, version);
                break;
            case Operation.Delete:
                Remove(manifest, transaction.Delete.DeletedFragmentIds);
                ReplaceDeletions(manifest, transaction.Delete.UpdatedFragments, version);
                break;
            case Operation.Update:
                Update(manifest, indices, transaction.Update, version);
                break;
            case Operation.Overwrite:
                Replace(manifest, transaction.Overwrite, options, isNew: current is null, version);
                indices = null;
                break;
            case Operation.CreateIndex:
                indices = IndexEntries.Apply(indices ?? new IndexSection(), transaction.CreateIndex);
                break;
            case Operation.Rewrite:
                Rewrite(manifest, indices, transaction.Rewrite, version);
                break;
            case Operation.Merge:
                Merge(manifest, transaction.Merge);
                break;
            case Operation.Project:
                SetSchema(manifest, transaction.Project.Schema);
                break;
            case Operation.Restore:
                (manifest, indices) = Restore(manifest, restored ?? throw new InvalidOperationException("A restore needs the version it goes back to."));
                break;
            case Operation.ReserveFragments:
                Reserve(manifest, transaction.ReserveFragments.NumFragments);
                break;
            case Operation.DataReplacement:
                ReplaceData(manifest, indices, transaction.DataReplacement, version);
                break;
            case Operation.UpdateConfig:
                ConfigUpdates.Apply(manifest, transaction.UpdateConfig);
                break;
            case Operation.UpdateBases:
                manifest.BasePaths.Add(transaction.UpdateBases.NewBases);
                break;
            default:
                throw new LanceNotSupportedException($"operation {transaction.OperationCase}", $"The operation {transaction.OperationCase} cannot be applied to a version; use a newer version of this library.");
        }
        Complete(manifest, version);
        return new BuiltVersion(manifest, IndexEntries.Existing(indices, manifest));
    }

    /// <summary>Sets what every version says about itself.</summary>
    static void Complete(Manifest manifest, long version)
    {
        manifest.Version = (ulong)version;
        manifest.Tag = "";
        manifest.VersionAuxData = 0;
        manifest.WriterVersion = new Manifest.Types.WriterVersion { Library = "pennon", Version = LibraryVersion };
        UpdateFlags(manifest);
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

    static void Merge(Manifest manifest, Transaction.Types.Merge merge)
    {
        manifest.Fragments.Clear();
        manifest.Fragments.Add(merge.Fragments.Select(static f => f.Clone()));
        foreach (var fragment in manifest.Fragments)
        {
            if (!manifest.HasMaxFragmentId || fragment.Id > manifest.MaxFragmentId) manifest.MaxFragmentId = (uint)fragment.Id;
        }
        SetSchema(manifest, merge.Schema);
    }

    /// <summary>
    /// Takes a new schema over. Metadata of fields that stay is the current version's: no change of columns touches it, and another
    /// writer may have set it meanwhile. The same goes for the schema's own metadata.
    /// </summary>
    static void SetSchema(Manifest manifest, IEnumerable<FieldMessage> schema)
    {
        var before = manifest.Fields.ToDictionary(static f => f.Id);
        manifest.Fields.Clear();
        foreach (var given in schema)
        {
            var field = given.Clone();
            if (before.TryGetValue(field.Id, out var known))
            {
                field.Metadata.Clear();
                foreach (var (key, value) in known.Metadata) field.Metadata[key] = value;
                field.UnenforcedPrimaryKey = known.UnenforcedPrimaryKey;
            }
            manifest.Fields.Add(field);
        }
        DropDeadFiles(manifest);
    }

    /// <summary>Takes the old content back under the line's own numbers: ids that were given since stay given.</summary>
    static (Manifest Manifest, IndexSection? Indices) Restore(Manifest current, StoredVersion old)
    {
        var manifest = old.Manifest.Clone();
        var next = Math.Max(NextFragmentId(current), NextFragmentId(manifest));
        if (next > 0) manifest.MaxFragmentId = (uint)(next - 1);
        manifest.NextRowId = Math.Max(current.NextRowId, manifest.NextRowId);
        if (current.HasBranch) manifest.Branch = current.Branch;
        else manifest.ClearBranch();
        return (manifest, old.Indices?.Clone());
    }

    static void Reserve(Manifest manifest, uint count)
    {
        var next = NextFragmentId(manifest) + count;
        if (next > uint.MaxValue) throw NoFragmentIds();
        if (next > 0) manifest.MaxFragmentId = (uint)(next - 1);
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
