namespace Pennon.TestSupport;

/// <summary>
/// Real data sets, Lance fixtures and conformance suites too large for this repository. They live in a folder named
/// <c>shared</c> beside it (or wherever <c>PENNON_SHARED</c> points); tests that need them skip when it is absent.
/// </summary>
public static class SharedData
{
    static readonly Lazy<string?> Found = new(Find);

    /// <summary>The shared folder, or null when this machine has none.</summary>
    public static string? Root => Found.Value;

    /// <summary>True when the shared folder is there.</summary>
    public static bool Exists => Root is not null;

    /// <summary>Skips the running test, saying why, when the shared folder (or the named part of it) is absent.</summary>
    public static void SkipUnlessPresent(params string[] parts)
    {
        if (Root is null)
        {
            Assert.Skip("Needs the folder 'shared' beside the repository (or PENNON_SHARED naming it), which this machine does not have.");
        }

        if (parts.Length > 0)
        {
            var path = System.IO.Path.Combine([Root!, .. parts]);
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                Assert.Skip($"Needs '{System.IO.Path.Combine(parts)}' in the shared folder, which this machine does not have.");
            }
        }
    }

    /// <summary>The full path of a file or folder under the shared folder; skips the running test when there is no shared folder.</summary>
    public static string Path(params string[] parts)
    {
        SkipUnlessPresent();
        return System.IO.Path.Combine([Root!, .. parts]);
    }

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PENNON_SHARED") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? System.IO.Path.GetFullPath(named) : null;
        }

        if (RepositoryFolder.Root is not { } root)
        {
            return null;
        }

        var beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, "..", "shared"));
        return Directory.Exists(beside) ? beside : null;
    }
}
