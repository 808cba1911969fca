using System.Globalization;

namespace Pennon.Lance.Tables;

/// <summary>Where the parts of one table lie in its store.</summary>
internal readonly struct TablePaths
{
    readonly string _prefix;

    public TablePaths(string table)
    {
        Table = table;
        _prefix = table.Length == 0 ? "" : table.TrimEnd('/') + "/";
    }

    /// <summary>The key of the table; empty when the store is the table.</summary>
    public string Table { get; }

    public string Versions => _prefix + "_versions/";

    public string Hint => Versions + "latest_version_hint.json";

    public string DataFile(string name) => $"{_prefix}data/{name}";

    public string TransactionFile(string name) => $"{_prefix}_transactions/{name}";

    public string Manifest(long version, bool inverted) => Versions + ManifestName(version, inverted);

    /// <summary>Inverted names list the latest version first.</summary>
    public static string ManifestName(long version, bool inverted) => inverted
        ? (ulong.MaxValue - (ulong)version).ToString("D20", CultureInfo.InvariantCulture) + ".manifest"
        : version.ToString(CultureInfo.InvariantCulture) + ".manifest";

    /// <summary>Reads a manifest's file name; false for anything else that lies beside the manifests.</summary>
    public static bool TryParseManifestName(ReadOnlySpan<char> name, out long version, out bool inverted)
    {
        version = 0;
        inverted = false;
        if (!name.EndsWith(".manifest", StringComparison.Ordinal)) return false;
        var digits = name[..^".manifest".Length];
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        inverted = digits.Length == 20;
        var value = inverted ? ulong.MaxValue - number : number;
        if (value is 0 or > long.MaxValue) return false;
        version = (long)value;
        return true;
    }

    /// <summary>A name no other file has: the first three bytes of a random id in binary digits, the rest in hexadecimal ones.</summary>
    public static string NewDataFileName()
    {
        Span<byte> id = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(id, bigEndian: true, out _);
        return string.Create(CultureInfo.InvariantCulture, $"{id[0]:b8}{id[1]:b8}{id[2]:b8}{Convert.ToHexStringLower(id[3..])}.lance");
    }
}
