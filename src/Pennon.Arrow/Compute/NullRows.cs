namespace Pennon.Arrow.Compute;

/// <summary>Arrays of nothing but nulls.</summary>
public static class NullRows
{
    /// <summary>An array of null rows of any type.</summary>
    /// <param name="type">The type of the result.</param>
    /// <param name="length">Rows, 0 or more.</param>
    public static ArrowArray Of(ArrowType type, int length)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type is DictionaryType dictionary)
        {
            ArrowBuffer indices = ArrowAllocator.Default.AllocateZeroed(Take.ByteCount(length, dictionary.BitWidth / 8));
            ArrowBuffer validity = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(length));
            return new DictionaryArray(dictionary, length, length, 0, validity, indices, NullRows.Of(dictionary.Value, 0));
        }
        if (type is StructType structs)
        {
            ArrowArray[] children = new ArrowArray[structs.Fields.Count];
            for (int i = 0; i < children.Length; i++)
                children[i] = Of(structs.Fields[i].Type, length);
            return new StructArray(structs, length, length, 0, ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(length)), children);
        }
        if (type is FixedSizeListType fixedList)
        {
            ArrowArray items = Of(fixedList.Item.Type, Take.ByteCount(length, fixedList.Size));
            return new FixedSizeListArray(fixedList, length, length, 0, ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(length)), items);
        }
        if (type is ListType or LargeListType or MapType)
        {
            ArrowType item = type switch { ListType t => t.Item.Type, LargeListType t => t.Item.Type, _ => ((MapType)type).Entries.Type };
            int width = type is LargeListType ? 8 : 4;
            ArrowBuffer offsets = ArrowAllocator.Default.AllocateZeroed(Take.ByteCount(length + 1L, width));
            return ArrowArray.Create(
                type, length, length, 0, [ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(length)), offsets], [Of(item, 0)]);
        }
        ArrayBuilder builder = ArrayBuilder.Create(type);
        for (int i = 0; i < length; i++)
            builder.AppendNull();
        return builder.Build();
    }
}
