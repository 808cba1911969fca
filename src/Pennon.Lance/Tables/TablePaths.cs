using System.Globalization;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Where the parts of one table lie in its store.</summary>
internal readonly struct TablePaths
{
    public TablePaths(string table)
        : this(table, table.TrimEnd('/'))
    {
    }

    /// <param name="table">The key of the table as the caller gave it.</param>
    /// <param name="root">The key of the table itself, or of one of its branches.</param>
    public TablePaths(string table, string root)
    {
        Table = table;
        Root = root;
        if (Root.Length != 0) ObjectKey.Check(Root);
    }

    /// <summary>The key of the table as the caller gave it.</summary>
    public string Table { get; }

    /// <summary>The key of the table, or of the branch that is written; empty when the store is the table.</summary>
    public string Root { get; }

    public string Hint => ObjectKey.Combine(Root, $"{ManifestNames.Folder}/latest_version_hint.json");

    public string DataFile(string name) => ObjectKey.Combine(Root, $"{TableVersion.DataFolder}/{name}");

    public string TransactionFile(string name) => ObjectKey.Combine(Root, $"_transactions/{name}");

    /// <summary>A name no other file has: the first three bytes of a random id in binary digits, the rest in hexadecimal ones.</summary>
    public static string NewDataFileName()
    {
        Span<byte> id = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(id, bigEndian: true, out _);
        return string.Create(CultureInfo.InvariantCulture, $"{id[0]:b8}{id[1]:b8}{id[2]:b8}{Convert.ToHexStringLower(id[3..])}.lance");
    }
}
