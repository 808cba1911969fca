namespace Pennon.Comparison;

/// <summary>Where the data sets, their answers and the peers' scripts are: <c>PENNON_SHARED</c>, or <c>shared</c> beside the repository.</summary>
static class SharedFolder
{
    public static string Root { get; } = Find();

    public static string Data(params string[] parts) => Path.Combine([Root, "data", .. parts]);

    public static string PeerScripts => Path.Combine(Root, "bench", "peers");

    /// <summary>The repository's own <c>bench</c> folder.</summary>
    public static string Bench { get; } = Path.Combine(RepositoryRoot(), "bench");

    static string Find()
    {
        var named = Environment.GetEnvironmentVariable("PENNON_SHARED");
        var folder = Path.GetFullPath(string.IsNullOrEmpty(named) ? Path.Combine(RepositoryRoot(), "..", "shared") : named);
        return Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException($"The comparison needs the data sets in '{folder}'; name another folder in PENNON_SHARED.");
    }

    static string RepositoryRoot()
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Pennon.slnx")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new DirectoryNotFoundException("Run the comparison inside the repository: no Pennon.slnx above the current folder.");
    }
}
