namespace Pennon.Lance;

/// <summary>What to open: by default the latest version of the main line.</summary>
public sealed class LanceOpenOptions
{
    /// <summary>The version to open; null for the latest. Cannot be combined with <see cref="Tag"/>.</summary>
    public long? Version { get; init; }

    /// <summary>The tag to open; it names a version and possibly a branch.</summary>
    public string? Tag { get; init; }

    /// <summary>The branch to open; null for the main line. Cannot be combined with <see cref="Tag"/>.</summary>
    public string? Branch { get; init; }

    /// <summary>
    /// For a table in a local folder: whether a change is on the disk, not only handed to the operating system, before it counts as made. False makes small
    /// commits faster; the latest ones can then be lost, or a table be left damaged, when the machine (not just the process) stops. A table that is opened
    /// through a store follows the store.
    /// </summary>
    public bool FlushToDisk { get; init; } = true;

    /// <summary>
    /// Finds the places a shallow clone or branch refers to, whose paths are stored as their creator spelled them. Null, or an
    /// answer of null, looks beside the table and then in the current directory.
    /// </summary>
    public Func<LanceBasePath, LanceLocation?>? ResolveBasePath { get; init; }
}
