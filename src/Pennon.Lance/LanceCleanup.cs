using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <summary>Which versions and files of a table a cleanup removes.</summary>
public sealed record LanceCleanupOptions
{
    /// <summary>Only versions committed longer ago than this are removed; null is seven days, or one hour when <see cref="KeepVersions"/> is given.</summary>
    /// <remarks>
    /// It must be longer than any commit takes, from looking for the latest version to writing the next: a version number that a cleanup freed in between would be
    /// taken by that commit, below newer versions that do not have it, and its rows would be lost. Zero is only for when no writer is at work.
    /// </remarks>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>The newest versions of each line that stay whatever their age; null keeps the latest only. At least 1.</summary>
    public int? KeepVersions { get; init; }

    /// <summary>
    /// Files that no version ever named are kept this long, since a writer at work may be about to commit them. It should be longer than any write takes.
    /// </summary>
    public TimeSpan UnnamedFileAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether files that no version ever named are removed whatever their age. Only for when no writer is at work.</summary>
    public bool RemoveUnnamedFiles { get; init; }

    /// <summary>Whether nothing is removed and the result says only what would be.</summary>
    public bool DryRun { get; init; }

    internal void Check()
    {
        if (OlderThan is { } age)
            ArgumentOutOfRangeException.ThrowIfLessThan(age, TimeSpan.Zero, nameof(OlderThan));
        if (KeepVersions is { } versions)
            ArgumentOutOfRangeException.ThrowIfLessThan(versions, 1, nameof(KeepVersions));
        ArgumentOutOfRangeException.ThrowIfLessThan(UnnamedFileAge, TimeSpan.Zero, nameof(UnnamedFileAge));
    }
}

/// <summary>What a cleanup removed.</summary>
/// <param name="Files">Files deleted, those of versions included.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct LanceCleanupResult(int Files, long Bytes)
{
    /// <summary>Versions removed.</summary>
    public int Versions { get; init; }

    /// <summary>Both together.</summary>
    public static LanceCleanupResult operator +(LanceCleanupResult left, LanceCleanupResult right) =>
        new(left.Files + right.Files, left.Bytes + right.Bytes) { Versions = left.Versions + right.Versions };

    /// <summary>Both together.</summary>
    public static LanceCleanupResult Add(LanceCleanupResult left, LanceCleanupResult right) => left + right;
}

/// <summary>Removes versions of a table that nobody needs, and files that no version refers to.</summary>
/// <remarks>
/// The latest version of every line stays, and so do versions that are tagged, that a branch started from, or that are open in this process. Of files, whatever a
/// version that stays names is kept, on whichever line it lies. Shallow clones in other tables are not known here: tag the versions they started from.
/// </remarks>
public static class LanceCleanup
{
    /// <summary>Removes old versions of every line of a table, and the files that only they name.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="options">Which versions; those of more than seven days by default.</param>
    /// <param name="progress">Told of manifests read and files deleted.</param>
    /// <param name="cancellationToken">Stops the call; what was removed by then stays removed, and the kept versions whole.</param>
    /// <exception cref="LanceNotFoundException">There is no such table.</exception>
    /// <exception cref="LanceFormatException">A manifest or reference is damaged; nothing was removed.</exception>
    public static async ValueTask<LanceCleanupResult> RunAsync(
        IObjectStore store, string path, LanceCleanupOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        var settings = options ?? new LanceCleanupOptions();
        settings.Check();
        var root = new TablePaths(path).Root;
        var cleaner = new TableCleaner(store, root, settings, new VersionPolicy(settings, DateTimeOffset.UtcNow), progress);
        return await cleaner.RunAsync(mustExist: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes every version that is not kept, then every file that no kept version refers to. Tagged versions and those that branches started from stay. No writer
    /// may be at work on the table: files it has not committed yet would be removed.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="keep">Whether a version of the main line is to be kept, the latest included; branches keep all of theirs.</param>
    /// <param name="cancellationToken">Stops the call; what was removed by then stays removed, and the kept versions whole.</param>
    /// <exception cref="LanceFormatException">A manifest or reference is damaged; nothing was removed.</exception>
    public static async ValueTask<LanceCleanupResult> RemoveUnreferencedAsync(
        IObjectStore store, string path, Func<long, bool> keep, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(keep);
        var cleaner = new TableCleaner(store, new TablePaths(path).Root, new LanceCleanupOptions { RemoveUnnamedFiles = true }, new VersionPolicy(keep), null);
        return await cleaner.RunAsync(mustExist: false, cancellationToken).ConfigureAwait(false);
    }
}
