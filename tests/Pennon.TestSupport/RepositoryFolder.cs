namespace Pennon.TestSupport;

/// <summary>Finds the source tree that the running tests were built from.</summary>
public static class RepositoryFolder
{
    static readonly Lazy<string?> Found = new(() => WalkUp(AppContext.BaseDirectory) ?? WalkUp(Environment.CurrentDirectory));

    /// <summary>The folder that holds <c>Pennon.slnx</c>, or null when the tests run away from their sources.</summary>
    public static string? Root => Found.Value;

    /// <summary>The full path of something in the source tree; skips the test when the tree is not there.</summary>
    public static string Path(params string[] parts)
    {
        if (Root is null)
        {
            Assert.Skip("Needs the source tree: no Pennon.slnx above the test assembly or the current folder.");
        }

        return System.IO.Path.Combine([Root!, .. parts]);
    }

    static string? WalkUp(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Pennon.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
