namespace Pennon.Storage;

/// <summary>Everything that one publish makes visible: staged table writes, and what the new manifest says besides.</summary>
public sealed class StagedCommit : IAsyncDisposable
{
    readonly List<StagedWrite> _writes = [];

    /// <summary>Begins a commit.</summary>
    /// <param name="parent">The version the writes build on; the publish fails when it is no longer the newest.</param>
    public StagedCommit(GraphManifest parent) => Parent = parent;

    /// <summary>The version the writes build on.</summary>
    public GraphManifest Parent { get; }

    /// <summary>The staged writes.</summary>
    public IReadOnlyList<StagedWrite> Writes => _writes;

    /// <summary>True to drop every table of the parent that no write replaces.</summary>
    public bool DropsOthers { get; init; }

    /// <summary>Who.</summary>
    public string Author { get; init; } = "";

    /// <summary>Why.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the graph layer keeps about the whole graph, as a JSON object.</summary>
    public string Catalog { get; set; } = "{}";

    /// <summary>The id that the next new table gets.</summary>
    public long NextTableId { get; set; }

    /// <summary>Adds a staged write, which the commit then owns.</summary>
    public void Add(StagedWrite write) => _writes.Add(write);

    /// <summary>Puts the writes into the order of their tables' ids, whatever order they were added in.</summary>
    public void Sort() => _writes.Sort(static (a, b) => a.Table.Id.CompareTo(b.Table.Id));

    /// <summary>Deletes the files of writes that were not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var write in _writes)
        {
            await write.DisposeAsync().ConfigureAwait(false);
        }
    }
}
