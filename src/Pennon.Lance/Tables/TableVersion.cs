using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>One immutable version of a table: its manifest, checked, with schema, fragments and places of files.</summary>
sealed partial class TableVersion : IDisposable
{
    public const string DataFolder = "data";
    const int OpenFiles = 256;

    TableVersion(IObjectStore store, string mainRoot, string root, ManifestLocation location, ManifestFile file, LanceSchema schema, BasePaths paths)
    {
        Store = store;
        MainRoot = mainRoot;
        Root = root;
        Location = location;
        File = file;
        Schema = schema;
        Paths = paths;
        Files = new DataFileCache(OpenFiles);
    }

    /// <summary>The store that holds the table.</summary>
    public IObjectStore Store { get; }

    /// <summary>The key of the table.</summary>
    public string MainRoot { get; }

    /// <summary>The key of the table or of the branch below it.</summary>
    public string Root { get; }

    public ManifestLocation Location { get; }

    public ManifestFile File { get; }

    public Manifest Manifest => File.Message;

    public LanceSchema Schema { get; }

    public BasePaths Paths { get; }

    public DataFileCache Files { get; }

    /// <summary>The fragments, in scan order.</summary>
    public IReadOnlyList<TableFragment> Fragments { get; private set; } = [];

    public bool HasStableRowIds => (Manifest.ReaderFeatureFlags & FeatureFlags.StableRowIds) != 0;

    /// <summary>Rows that are not deleted.</summary>
    public long LiveRows { get; private set; }

    /// <summary>Reads and checks one version.</summary>
    /// <exception cref="LanceFormatException">The manifest is damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The version needs features that are not read.</exception>
    public static async ValueTask<TableVersion> LoadAsync(
        IObjectStore store,
        string mainRoot,
        string root,
        ManifestLocation location,
        Func<LanceBasePath, LanceLocation?>? resolve,
        CancellationToken cancellationToken)
    {
        var file = await ManifestFile.ReadAsync(store, location.Path, cancellationToken).ConfigureAwait(false);
        var manifest = file.Message;
        ManifestChecks.Check(manifest, file.Path);
        var schema = LanceSchema.Read(manifest.Fields, manifest.SchemaMetadata, file.Path);
        var paths = new BasePaths(new LanceLocation(store, root), mainRoot, manifest.BasePaths, resolve);
        var table = new TableVersion(store, mainRoot, root, location, file, schema, paths);
        await table.LoadFragmentsAsync(cancellationToken).ConfigureAwait(false);
        OpenTables.Add(table);
        return table;
    }

    /// <summary>Whether the version was disposed.</summary>
    public bool IsClosed { get; private set; }

    public void Dispose()
    {
        IsClosed = true;
        Files.Dispose();
    }

    async ValueTask LoadFragmentsAsync(CancellationToken cancellationToken)
    {
        var fragments = new TableFragment[Manifest.Fragments.Count];
        for (var i = 0; i < fragments.Length; i++)
        {
            var message = Manifest.Fragments[i];
            var rows = (long)message.PhysicalRows;
            if (rows == 0 && message.Files.Count > 0)
            {
                // Very old writers leave the count out; the files know it.
                var location = new TableFragment(this, message, 0).LocationOf(message.Files[0]);
                using var lease = await Files.LeaseAsync(location, cancellationToken).ConfigureAwait(false);
                rows = lease.Reader.RowCount;
                if (rows > uint.MaxValue)
                    throw new LanceFormatException($"The file claims {rows} rows, more than row addresses can name", location.Prefix, -1);
            }
            if (message.DeletionFile is { } deletions && deletions.NumDeletedRows > (ulong)rows)
                throw new LanceFormatException($"Fragment {message.Id} of {rows} rows has {deletions.NumDeletedRows} deleted ones", File.Path, -1);
            fragments[i] = new TableFragment(this, message, rows);
            LiveRows += fragments[i].LiveRows;
        }
        Fragments = fragments;
    }
}
