using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Tables;

/// <summary>Where recorded tables are found: a copy of some beside these tests, and the whole collection where it is present.</summary>
static class FixtureFolders
{
    /// <summary>The small selection that comes with the source.</summary>
    public static string? Own => RepositoryFolder.Root is { } root ? Existing(Path.Combine(root, "tests", "Pennon.Lance.Tests", "Fixtures")) : null;

    /// <summary>The whole collection: the folder named by PENNON_LANCE_FIXTURES, or the shared one.</summary>
    public static string? Whole => Environment.GetEnvironmentVariable("PENNON_LANCE_FIXTURES") is { Length: > 0 } named
        ? named
        : SharedData.Root is { } shared ? Existing(Path.Combine(shared, "lance", "fixtures")) : null;

    /// <summary>The recordings of a kind, as paths of their expectation files.</summary>
    public static TheoryData<string> Recordings(string kind)
    {
        var data = new TheoryData<string>();
        foreach (var root in new[] { Whole, Own })
        {
            // The own selection is part of the whole collection, where there is one.
            if (root == Own && data.Count > 0 && Environment.GetEnvironmentVariable("PENNON_LANCE_FIXTURES") is not { Length: > 0 })
                continue;
            var folder = root is null ? null : Path.Combine(root, kind);
            if (folder is null || !Directory.Exists(folder))
                continue;
            foreach (var file in Directory.GetFiles(folder, "*.expected.json").Order(StringComparer.Ordinal))
            {
                if (Directory.Exists(TableOf(file)))
                    data.Add(file);
            }
        }
        return data;
    }

    /// <summary>The table beside an expectation file.</summary>
    public static string TableOf(string expectation) => expectation.Replace(".expected.json", ".lance", StringComparison.Ordinal);

    static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
