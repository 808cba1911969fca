using Pennon.Lance.Files;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Questions about columns that every change of rows or columns asks.</summary>
static class MutationFields
{
    /// <summary>The ids of fields and of everything below them.</summary>
    public static HashSet<int> IdsOf(IEnumerable<LanceField> fields)
    {
        var ids = new HashSet<int>();
        foreach (var field in fields) Collect(field, ids);
        return ids;
    }

    /// <summary>The first id that no schema or data file of the table ever used (TABLE 6.2).</summary>
    public static int NextId(Manifest manifest)
    {
        var highest = -1;
        foreach (var field in manifest.Fields) highest = Math.Max(highest, field.Id);
        foreach (var id in manifest.Fragments.SelectMany(static f => f.Files).SelectMany(static f => f.Fields)) highest = Math.Max(highest, id);
        return checked(highest + 1);
    }

    /// <summary>Finds a column by name, or a field in structs by dotted path.</summary>
    /// <exception cref="LanceNotFoundException">The path leads nowhere.</exception>
    public static LanceField Find(LanceSchema schema, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (schema.Find(path) is { } whole) return whole;
        LanceField? found = null;
        IReadOnlyList<LanceField> fields = schema.Fields;
        foreach (var name in path.Split('.'))
        {
            found = fields.FirstOrDefault(f => f.Name == name) ?? throw new LanceNotFoundException(
                $"There is no column '{path}'; the columns are {string.Join(", ", schema.Fields.Select(static f => $"'{f.Name}'"))}.");
            fields = found.Children;
        }
        return found!;
    }

    /// <summary>The table's columns as a writer of whole rows needs them.</summary>
    /// <exception cref="LanceNotSupportedException">The table has blob columns, whose bytes a read does not give, or files of an older version.</exception>
    public static TableField[] ForRewriting(TableVersion table)
    {
        LanceTableWriter.RequireFileVersion(table.Manifest, table.MainRoot);
        foreach (var field in table.Schema.Fields)
        {
            if (HasBlob(field))
                throw new LanceNotSupportedException("blob columns", $"Column '{field.Name}' of table '{table.MainRoot}' is or has a blob, which cannot be written again with its row; delete and append rows instead.");
        }
        return TableField.Match(table.Schema.Arrow, table.Manifest.Fields)
            ?? throw new LanceFormatException("The columns of the manifest are no tree that can be written", table.File.Path, -1);
    }

    static bool HasBlob(LanceField field) => field.Blob != BlobKind.None || field.Children.Any(HasBlob);

    static void Collect(LanceField field, HashSet<int> ids)
    {
        ids.Add(field.Id);
        foreach (var child in field.Children) Collect(child, ids);
    }
}
