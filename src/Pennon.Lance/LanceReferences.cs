namespace Pennon.Lance;

/// <summary>A version present in the table.</summary>
/// <param name="Version">The number of the version.</param>
/// <param name="Timestamp">When it was committed, UTC; the epoch if the writer did not say.</param>
public sealed record LanceVersionInfo(long Version, DateTimeOffset Timestamp);

/// <summary>A name given to a version.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Version">The version it names.</param>
/// <param name="Branch">The branch that version is on, or null for the main line.</param>
/// <param name="ManifestSize">The size of the version's manifest in bytes; 0 if not recorded.</param>
public sealed record LanceTagInfo(string Name, long Version, string? Branch, long ManifestSize);

/// <summary>A line of versions that started from a version of another line.</summary>
/// <param name="Name">The branch.</param>
/// <param name="ParentVersion">The version it started from.</param>
/// <param name="ParentBranch">The branch that version is on, or null for the main line.</param>
/// <param name="CreatedAt">When the branch was made, UTC.</param>
public sealed record LanceBranchInfo(string Name, long ParentVersion, string? ParentBranch, DateTimeOffset CreatedAt);
