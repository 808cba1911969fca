using System.Globalization;

namespace Pennon.Lance.Tables;

/// <summary>How a table's manifests are named.</summary>
enum ManifestNaming
{
    /// <summary>The version in decimal.</summary>
    Version1,

    /// <summary>The version counted down from the largest 64-bit number in 20 digits, so that the latest sorts first.</summary>
    Version2,
}

/// <summary>Names of manifest files.</summary>
static class ManifestNames
{
    public const string Folder = "_versions";

    /// <summary>What every name of the second kind starts with, up to version 73,709,551,615.</summary>
    public const string StartOfVersion2 = "184467440";

    const string Extension = ".manifest";
    const int DigitsOfVersion2 = 20;

    /// <summary>The name of a version's manifest inside the folder.</summary>
    public static string NameOf(ulong version, ManifestNaming naming) => naming == ManifestNaming.Version1
        ? string.Create(CultureInfo.InvariantCulture, $"{version}{Extension}")
        : string.Create(CultureInfo.InvariantCulture, $"{ulong.MaxValue - version:D20}{Extension}");

    /// <summary>Reads a name; false for everything that is not a manifest of the table's history.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out ulong version, out ManifestNaming naming)
    {
        version = 0;
        naming = ManifestNaming.Version1;
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        var digits = name[..^Extension.Length];
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        if (digits.Length == DigitsOfVersion2)
        {
            naming = ManifestNaming.Version2;
            version = ulong.MaxValue - number;
            return true;
        }
        version = number;
        return true;
    }
}
