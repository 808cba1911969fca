namespace Pennon.TestSupport;

/// <summary>A folder of its own for one test, deleted with all it holds on dispose.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Creates the folder under the system's temporary folder.</summary>
    public TempFolder(string? name = null) => FullName = Directory.CreateTempSubdirectory($"pennon-{name ?? "test"}-").FullName;

    /// <summary>The folder's full path.</summary>
    public string FullName { get; }

    /// <summary>A path inside the folder.</summary>
    public string Path(params string[] parts) => System.IO.Path.Combine([FullName, .. parts]);

    /// <summary>Writes a text file (UTF-8, no byte order mark) inside the folder, creating its parents, and gives its full path.</summary>
    public string Write(string relativePath, string text)
    {
        var path = Path(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public override string ToString() => FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(FullName))
        {
            Directory.Delete(FullName, recursive: true);
        }
    }

    /// <summary>The path, so that a <see cref="TempFolder"/> can be given where a folder is asked for.</summary>
    public static implicit operator string(TempFolder folder) => folder.FullName;
}
