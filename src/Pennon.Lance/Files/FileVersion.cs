namespace Pennon.Lance.Files;

/// <summary>The version in a file's footer.</summary>
internal readonly record struct FileVersion(int Major, int Minor)
{
    /// <summary>Version 2.0, which files write as 0.3.</summary>
    public static FileVersion V20 => new(2, 0);

    /// <summary>Whether columns are leaves with levels (2.1 and later) rather than one column per field.</summary>
    public bool HasLeafColumns => this != V20;

    public static FileVersion Read(ushort major, ushort minor, string file, long offset) => (major, minor) switch
    {
        (0, 3) or (2, 0) => V20,
        (2, 1) or (2, 2) or (2, 3) => new FileVersion(major, minor),
        (0, <= 2) => throw new LanceNotSupportedException("file version 1", $"'{file}' is a data file of the legacy version 1, which is not read; rewrite the table in file version 2.2."),
        ( <= 15, <= 255) => throw new LanceNotSupportedException($"file version {major}.{minor}", $"'{file}' is a data file of version {major}.{minor}, and the newest version read is 2.2; use a newer version of this library."),
        _ => throw new LanceFormatException($"The footer names the impossible file version {major}.{minor}", file, offset),
    };

    public override string ToString() => $"{Major}.{Minor}";
}
