namespace Pennon.Lance.Tables;

/// <content>Other versions of the same line, as commits meet them.</content>
sealed partial class TableVersion
{
    /// <summary>The rows of a version that a commit has read already. Its index section is not at hand.</summary>
    /// <exception cref="LanceFormatException">The manifest is damaged.</exception>
    public async ValueTask<TableVersion> WithAsync(StoredVersion version, CancellationToken cancellationToken)
    {
        var path = VersionFolder.PathOf(Root, version.Manifest.Version, Location.Naming);
        ManifestChecks.Check(version.Manifest, path);
        var file = ManifestFile.Of(path, version.Manifest);
        var schema = LanceSchema.Read(version.Manifest.Fields, version.Manifest.SchemaMetadata, path);
        var table = new TableVersion(Store, MainRoot, Root, Location with { Version = version.Manifest.Version, Path = path }, file, schema, Paths);
        await table.LoadFragmentsAsync(cancellationToken).ConfigureAwait(false);
        return table;
    }
}
