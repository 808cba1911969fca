using Pennon.Arrow;
using Pennon.Lance.Files;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Fits the columns of appended rows to those of the table.</summary>
internal static class AppendSchema
{
    /// <exception cref="ArgumentException">A column is unknown, missing, or of another type.</exception>
    public static TableField[] Match(Schema schema, IReadOnlyList<FieldMessage> table, string path)
    {
        foreach (var field in schema.Fields) Check(field, -1, field.Name);
        foreach (var message in table)
        {
            if (message.ParentId == -1 && !message.Nullable && schema.IndexOf(message.Name) < 0)
                throw new ArgumentException($"Table '{path}' has the column '{message.Name}', which is not nullable and is missing from the appended rows.");
        }
        return TableField.Match(schema, table) ?? throw new ArgumentException($"The appended columns do not fit the columns of table '{path}'.");

        void Check(Field field, int parent, string name)
        {
            var message = table.FirstOrDefault(m => m.ParentId == parent && m.Name == field.Name)
                ?? throw new ArgumentException($"The appended rows have a column '{name}', which table '{path}' does not have.");
            var type = LogicalTypes.NameOf(field.Type);
            if (type != message.LogicalType)
                throw new ArgumentException($"The appended column '{name}' is {type}, and table '{path}' stores {message.LogicalType}; cast it first.");
            if (field.Nullable && !message.Nullable)
                throw new ArgumentException($"The appended column '{name}' is nullable, and the column of table '{path}' is not; declare it not null.");
            var below = TableField.ChildrenOf(field.Type);
            var stored = table.Count(m => m.ParentId == message.Id);
            foreach (var child in below) Check(child, message.Id, $"{name}.{child.Name}");
            if (below.Count != stored)
                throw new ArgumentException($"The appended column '{name}' has {below.Count} fields, and that of table '{path}' {stored}; append all of them.");
        }
    }
}
