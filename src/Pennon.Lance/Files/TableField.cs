using Pennon.Arrow;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Files;

/// <summary>A field with its id in the table, and the fields below it.</summary>
internal sealed class TableField
{
    TableField(Field field, int id, int parentId, TableField[] children)
    {
        Field = field;
        Id = id;
        ParentId = parentId;
        Children = children;
    }

    public Field Field { get; }

    public int Id { get; }

    /// <summary>-1 at the top level.</summary>
    public int ParentId { get; }

    public TableField[] Children { get; }

    /// <summary>Numbers the fields of a new schema depth first.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="firstId">The first free id.</param>
    public static TableField[] Number(Schema schema, int firstId = 0)
    {
        var next = firstId;
        var fields = new TableField[schema.Fields.Count];
        for (var i = 0; i < fields.Length; i++) fields[i] = Number(schema.Fields[i], -1, ref next);
        return fields;
    }

    /// <summary>The fields of <paramref name="schema"/> under the ids they have in an existing table.</summary>
    /// <returns>Null when the message list does not hold exactly the schema's tree.</returns>
    public static TableField[]? Match(Schema schema, IReadOnlyList<FieldMessage> messages)
    {
        var fields = new TableField[schema.Fields.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            if (Match(schema.Fields[i], -1, messages) is not { } field) return null;
            fields[i] = field;
        }
        return fields;
    }

    /// <summary>The messages of the tree, parents before children.</summary>
    public static void AppendMessages(IEnumerable<TableField> fields, ICollection<FieldMessage> target)
    {
        foreach (var field in fields)
        {
            target.Add(field.ToMessage());
            AppendMessages(field.Children, target);
        }
    }

    static TableField Number(Field field, int parent, ref int next)
    {
        var id = next++;
        var below = ChildrenOf(field.Type);
        var children = new TableField[below.Count];
        for (var i = 0; i < children.Length; i++) children[i] = Number(below[i], id, ref next);
        return new TableField(field, id, parent, children);
    }

    static TableField? Match(Field field, int parent, IReadOnlyList<FieldMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.ParentId != parent || message.Name != field.Name) continue;
            var below = ChildrenOf(field.Type);
            var children = new TableField[below.Count];
            for (var i = 0; i < children.Length; i++)
            {
                if (Match(below[i], message.Id, messages) is not { } child) return null;
                children[i] = child;
            }
            return new TableField(field, message.Id, parent, children);
        }
        return null;
    }

    /// <summary>The fields that are stored below a type; fixed-size lists of fixed-width items are leaves.</summary>
    public static IReadOnlyList<Field> ChildrenOf(ArrowType type) => type switch
    {
        StructType t => t.Fields,
        ListType t => [t.Item],
        LargeListType t => [t.Item],
        MapType t => [t.Entries],
        _ => [],
    };

    FieldMessage ToMessage()
    {
        var message = new FieldMessage
        {
            Type = Field.Type switch
            {
                StructType => FieldMessage.Types.Kind.Parent,
                ListType or LargeListType or MapType => FieldMessage.Types.Kind.Repeated,
                _ => FieldMessage.Types.Kind.Leaf,
            },
            Name = Field.Name,
            Id = Id,
            ParentId = ParentId,
            LogicalType = LogicalTypes.NameOf(Field.Type),
            Nullable = Field.Nullable,
        };
        LanceSchema.WriteMetadata(Field.Metadata, message.Metadata);
        if (Field.Metadata.GetValueOrDefault("lance-schema:unenforced-primary-key") == "true") message.UnenforcedPrimaryKey = true;
        return message;
    }
}
