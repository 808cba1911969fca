namespace Pennon.Arrow.Ipc;

/// <summary>A field as a stream describes it: with the id of its dictionary, where it has one, and its children in layout order.</summary>
/// <param name="Field">The field that readers see.</param>
/// <param name="DictionaryId">The id in dictionary batches, or null for fields that are not dictionary-encoded.</param>
/// <param name="Children">The children; those of the value type where the field is dictionary-encoded.</param>
internal sealed record IpcField(Field Field, long? DictionaryId, IpcField[] Children)
{
    /// <summary>The type of what a dictionary batch for this field holds.</summary>
    public ArrowType ValueType => Field.Type is DictionaryType coded ? coded.Value : Field.Type;

    /// <summary>The field with its children, numbering the dictionaries depth first.</summary>
    public static IpcField Number(Field field, ref long next)
    {
        long? id = field.Type is DictionaryType ? next++ : null;
        IReadOnlyList<Field> inner = ChildrenOf(field.Type is DictionaryType coded ? coded.Value : field.Type);
        IpcField[] children = new IpcField[inner.Count];
        for (int i = 0; i < children.Length; i++)
            children[i] = Number(inner[i], ref next);
        return new IpcField(field, id, children);
    }

    public static IpcField[] Number(Schema schema)
    {
        long next = 0;
        IpcField[] fields = new IpcField[schema.Fields.Count];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = Number(schema.Fields[i], ref next);
        return fields;
    }

    static IReadOnlyList<Field> ChildrenOf(ArrowType type) => type switch
    {
        ListType t => [t.Item],
        LargeListType t => [t.Item],
        FixedSizeListType t => [t.Item],
        StructType t => t.Fields,
        MapType t => [t.Entries],
        DictionaryType => throw new NotSupportedException($"Arrow IPC has no dictionaries whose values are {type}."),
        _ => [],
    };
}
