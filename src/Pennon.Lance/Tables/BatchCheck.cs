using Pennon.Arrow;

namespace Pennon.Lance.Tables;

/// <summary>Checks a batch against the schema of its writer before a byte of it is taken in.</summary>
internal static class BatchCheck
{
    /// <exception cref="ArgumentException">The batch does not fit.</exception>
    public static void Require(RecordBatch batch, Schema schema)
    {
        if (batch.Columns.Count != schema.Fields.Count) throw new ArgumentException($"The batch has {batch.Columns.Count} columns, and the writer expects {schema.Fields.Count}.", nameof(batch));
        for (var i = 0; i < schema.Fields.Count; i++)
        {
            var expected = schema.Fields[i];
            var actual = batch.Schema.Fields[i];
            if (actual.Name != expected.Name) throw new ArgumentException($"Column {i} of the batch is '{actual.Name}', and the writer expects '{expected.Name}'.", nameof(batch));
            var type = batch.Column(i).Type;
            if (!ReferenceEquals(type, expected.Type) && !SameStorage(type, expected.Type))
                throw new ArgumentException($"Column '{expected.Name}' of the batch is {type}, and the writer expects {expected.Type}.", nameof(batch));
            RequireNoNulls(batch.Column(i), expected, expected.Name);
        }
    }

    /// <summary>Whether two types store the same; names, metadata and nullability of nested fields may differ.</summary>
    public static bool SameStorage(ArrowType a, ArrowType b)
    {
        if (a.Equals(b)) return true;
        if (a.Id != b.Id) return false;
        switch (a)
        {
            case ListType x: return SameStorage(x.Item.Type, ((ListType)b).Item.Type);
            case LargeListType x: return SameStorage(x.Item.Type, ((LargeListType)b).Item.Type);
            case FixedSizeListType x: return x.Size == ((FixedSizeListType)b).Size && SameStorage(x.Item.Type, ((FixedSizeListType)b).Item.Type);
            case MapType x: return SameStorage(x.Entries.Type, ((MapType)b).Entries.Type);
            case StructType x:
                var other = ((StructType)b).Fields;
                if (x.Fields.Count != other.Count) return false;
                for (var i = 0; i < other.Count; i++)
                    if (x.Fields[i].Name != other[i].Name || !SameStorage(x.Fields[i].Type, other[i].Type)) return false;
                return true;
            default: return false;
        }
    }

    static void RequireNoNulls(ArrowArray array, Field field, string name)
    {
        if (array.HasNulls && !field.Nullable) throw new ArgumentException($"Column '{name}' is not nullable, and {array.NullCount} of the batch's {array.Length} rows are null.");
        // Below a null parent a child may be null whatever it says.
        if (array.HasNulls || array is not StructArray) return;
        var fields = ((StructType)field.Type).Fields;
        var children = ((StructArray)array).Children;
        for (var i = 0; i < fields.Count; i++) RequireNoNulls(children[i], fields[i], $"{name}.{fields[i].Name}");
    }
}
