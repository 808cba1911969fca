using Pennon.Lance.Wire;
using UpdateMap = Pennon.Lance.Wire.Transaction.Types.UpdateMap;

namespace Pennon.Lance.Tables;

/// <summary>Changes of configuration and metadata.</summary>
static class ConfigOperation
{
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Nothing is changed.</exception>
    public static StagedTransaction Stage(TableVersion table, LanceConfigChanges changes, LanceWriteOptions? options)
    {
        var update = new Transaction.Types.UpdateConfig
        {
            ConfigUpdates = MapOf(changes.Config, changes.Replace),
            TableMetadataUpdates = MapOf(changes.TableMetadata, changes.Replace),
            SchemaMetadataUpdates = MapOf(changes.SchemaMetadata, changes.Replace),
        };
        foreach (var (path, metadata) in changes.FieldMetadata ?? new Dictionary<string, IReadOnlyDictionary<string, string?>>())
        {
            var field = MutationFields.Find(table.Schema, path);
            update.FieldMetadataUpdates[field.Id] = MapOf(metadata, changes.Replace)!;
        }
        if (update.ConfigUpdates is null && update.TableMetadataUpdates is null && update.SchemaMetadataUpdates is null && update.FieldMetadataUpdates.Count == 0)
            throw new ArgumentException("No change of configuration or metadata is given.", nameof(changes));
        return StagedTransaction.For(table, new Transaction { ReadVersion = table.Manifest.Version, UpdateConfig = update }, [], 0, options);
    }

    static UpdateMap? MapOf(IReadOnlyDictionary<string, string?>? changes, bool replace)
    {
        if (changes is null) return null;
        var map = new UpdateMap { Replace = replace };
        foreach (var (key, value) in changes.OrderBy(static e => e.Key, StringComparer.Ordinal))
        {
            var entry = new Transaction.Types.UpdateMapEntry { Key = key };
            if (value is not null) entry.Value = value;
            map.Entries.Add(entry);
        }
        return map;
    }
}
