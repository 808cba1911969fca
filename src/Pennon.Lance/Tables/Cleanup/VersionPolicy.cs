namespace Pennon.Lance.Tables;

/// <summary>Which versions of a line a cleanup may remove as far as their number and age go.</summary>
sealed class VersionPolicy
{
    static readonly TimeSpan DefaultAge = TimeSpan.FromDays(7);

    // The number of a removed version is free again. A commit under way must not find it so, which this is long enough for.
    static readonly TimeSpan AgeByCount = TimeSpan.FromHours(1);

    readonly Func<long, bool>? _keep;
    readonly DateTimeOffset _newest;
    readonly int _count;

    /// <summary>By age and count.</summary>
    public VersionPolicy(LanceCleanupOptions options, DateTimeOffset now)
    {
        var age = options.OlderThan ?? (options.KeepVersions is null ? DefaultAge : AgeByCount);
        _newest = age > now - DateTimeOffset.MinValue ? DateTimeOffset.MinValue : now - age;
        _count = options.KeepVersions ?? 1;
    }

    /// <summary>By the choice of a caller who knows the main line.</summary>
    public VersionPolicy(Func<long, bool> keep) => _keep = keep;

    /// <summary>Whether versions that are open in this process stay too.</summary>
    public bool RespectsReaders => _keep is null;

    /// <summary>Whether a version stays for its number or age alone.</summary>
    /// <param name="branch">The line.</param>
    /// <param name="version">The number.</param>
    /// <param name="newer">How many versions of the line are newer.</param>
    /// <param name="committed">When it was committed.</param>
    public bool Keeps(string? branch, long version, int newer, DateTimeOffset committed) =>
        _keep is not null ? branch is not null || _keep(version) : newer < _count || committed > _newest;
}
