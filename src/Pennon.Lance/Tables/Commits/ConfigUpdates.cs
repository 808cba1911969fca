using Google.Protobuf;
using Google.Protobuf.Collections;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Changes of the configuration and of metadata (TABLE 10.1, operation 110).</summary>
static class ConfigUpdates
{
    /// <summary>The field metadata that marks a column as part of the key (TABLE 6.9).</summary>
    public const string PrimaryKey = "lance-schema:unenforced-primary-key";

    /// <exception cref="ConflictException">A field whose metadata is changed is gone.</exception>
    public static void Apply(Manifest manifest, Transaction.Types.UpdateConfig update)
    {
        Apply(manifest.Config, update.ConfigUpdates, static text => text);
        Apply(manifest.TableMetadata, update.TableMetadataUpdates, static text => text);
        Apply(manifest.SchemaMetadata, update.SchemaMetadataUpdates, ByteString.CopyFromUtf8);
        foreach (var (id, changes) in update.FieldMetadataUpdates)
        {
            var field = manifest.Fields.FirstOrDefault(f => f.Id == id)
                ?? throw new ConflictException($"The column with id {id}, whose metadata was to change, was dropped meanwhile.", isRetryable: false);
            Apply(field.Metadata, changes, ByteString.CopyFromUtf8);
            field.UnenforcedPrimaryKey = field.Metadata.TryGetValue(PrimaryKey, out var key) && key.ToStringUtf8() == "true";
        }
    }

    /// <summary>The keys that a change touches; a replacement touches all.</summary>
    public static bool Overlap(Transaction.Types.UpdateMap? ours, Transaction.Types.UpdateMap? theirs)
    {
        if (ours is null || theirs is null) return false;
        if (ours.Replace || theirs.Replace) return true;
        var keys = ours.Entries.Select(static e => e.Key).ToHashSet(StringComparer.Ordinal);
        return theirs.Entries.Any(e => keys.Contains(e.Key));
    }

    /// <summary>Whether two changes touch the same key of the same map.</summary>
    public static bool Overlap(Transaction.Types.UpdateConfig ours, Transaction.Types.UpdateConfig theirs) =>
        Overlap(ours.ConfigUpdates, theirs.ConfigUpdates)
        || Overlap(ours.TableMetadataUpdates, theirs.TableMetadataUpdates)
        || Overlap(ours.SchemaMetadataUpdates, theirs.SchemaMetadataUpdates)
        || ours.FieldMetadataUpdates.Any(o => theirs.FieldMetadataUpdates.TryGetValue(o.Key, out var other) && Overlap(o.Value, other));

    static void Apply<T>(MapField<string, T> map, Transaction.Types.UpdateMap? update, Func<string, T> convert)
    {
        if (update is null) return;
        if (update.Replace) map.Clear();
        foreach (var entry in update.Entries)
        {
            if (entry.HasValue) map[entry.Key] = convert(entry.Value);
            else map.Remove(entry.Key);
        }
    }
}
