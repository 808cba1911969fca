using System.IO.Compression;

namespace Pennon.Comparison;

/// <summary>Reads the integer keys of a CSV file for the point look-ups.</summary>
static class CsvColumn
{
    public static IReadOnlyList<long> ReadFirst(string path, char delimiter)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var keys = new List<long>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            keys.Add(long.Parse(line.AsSpan(0, line.IndexOf(delimiter, StringComparison.Ordinal)), provider: null));
        }

        return keys;
    }
}
