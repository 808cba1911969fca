namespace Pennon.Arrow;

/// <summary>A list of any length per row, with 32-bit offsets.</summary>
public sealed class ListType(Field item) : ArrowType(ArrowTypeId.List)
{
    /// <summary>Creates a list of nullable items under the usual name <c>item</c>.</summary>
    public ListType(ArrowType itemType) : this(new Field("item", itemType)) { }

    /// <summary>Name, type and nullability of the items.</summary>
    public Field Item => item;

    /// <inheritdoc/>
    public override int BitWidth => 0;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is ListType t && t.Item.Equals(Item);

    /// <inheritdoc/>
    public override string ToString() => $"list<{item}>";
}

/// <summary>A list of any length per row, with 64-bit offsets.</summary>
public sealed class LargeListType(Field item) : ArrowType(ArrowTypeId.LargeList)
{
    /// <summary>Creates a list of nullable items under the usual name <c>item</c>.</summary>
    public LargeListType(ArrowType itemType) : this(new Field("item", itemType)) { }

    /// <summary>Name, type and nullability of the items.</summary>
    public Field Item => item;

    /// <inheritdoc/>
    public override int BitWidth => 0;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is LargeListType t && t.Item.Equals(Item);

    /// <inheritdoc/>
    public override string ToString() => $"large_list<{item}>";
}

/// <summary>A list of exactly <see cref="Size"/> items per row; the shape of a vector.</summary>
public sealed class FixedSizeListType : ArrowType
{
    /// <summary>Creates the type; <paramref name="size"/> is 0 or more.</summary>
    public FixedSizeListType(Field item, int size) : base(ArrowTypeId.FixedSizeList)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        (Item, Size) = (item, size);
    }

    /// <summary>Creates a list of nullable items under the usual name <c>item</c>.</summary>
    public FixedSizeListType(ArrowType itemType, int size) : this(new Field("item", itemType), size) { }

    /// <summary>Name, type and nullability of the items.</summary>
    public Field Item { get; }

    /// <summary>Items per row.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public override int BitWidth => 0;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is FixedSizeListType t && t.Size == Size && t.Item.Equals(Item);

    /// <inheritdoc/>
    public override string ToString() => $"fixed_size_list<{Item}>[{Size}]";
}

/// <summary>Named child columns.</summary>
public sealed class StructType(IReadOnlyList<Field> fields) : ArrowType(ArrowTypeId.Struct)
{
    /// <summary>The children in order.</summary>
    public IReadOnlyList<Field> Fields { get; } = [.. fields];

    /// <inheritdoc/>
    public override int BitWidth => 0;

    /// <summary>The position of a child by exact name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name == name) return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is StructType t && t.Fields.SequenceEqual(Fields);

    /// <inheritdoc/>
    public override string ToString() => $"struct<{string.Join(", ", Fields)}>";
}

/// <summary>Key and value entries per row, stored as a list of structs.</summary>
public sealed class MapType : ArrowType
{
    /// <summary>Creates the type; the key field must not be nullable.</summary>
    public MapType(Field key, Field value, bool keysSorted = false) : base(ArrowTypeId.Map)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (key.Nullable) throw new ArgumentException("A map key cannot be nullable.", nameof(key));
        Entries = new Field("entries", new StructType([key, value]), nullable: false);
        KeysSorted = keysSorted;
    }

    /// <summary>The struct of key and value.</summary>
    public Field Entries { get; }

    /// <summary>The key field.</summary>
    public Field Key => ((StructType)Entries.Type).Fields[0];

    /// <summary>The value field.</summary>
    public Field Value => ((StructType)Entries.Type).Fields[1];

    /// <summary>Whether the entries of each row are sorted by key.</summary>
    public bool KeysSorted { get; }

    /// <inheritdoc/>
    public override int BitWidth => 0;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is MapType t && t.KeysSorted == KeysSorted && t.Key.Equals(Key) && t.Value.Equals(Value);

    /// <inheritdoc/>
    public override string ToString() => $"map<{Key}, {Value}>";
}

/// <summary>Integer indices into a separate array of values.</summary>
public sealed class DictionaryType : ArrowType
{
    /// <summary>Creates the type; the index type is an integer.</summary>
    public DictionaryType(ArrowType index, ArrowType value, bool ordered = false) : base(ArrowTypeId.Dictionary)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(value);
        if (!index.IsInteger) throw new ArgumentException($"A dictionary index is an integer, not {index}.", nameof(index));
        (Index, Value, Ordered) = (index, value, ordered);
    }

    /// <summary>The integer type of the indices.</summary>
    public ArrowType Index { get; }

    /// <summary>The type of the dictionary's values.</summary>
    public ArrowType Value { get; }

    /// <summary>Whether the order of the dictionary is meaningful.</summary>
    public bool Ordered { get; }

    /// <inheritdoc/>
    public override int BitWidth => Index.BitWidth;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is DictionaryType t && t.Ordered == Ordered && t.Index == Index && t.Value == Value;

    /// <inheritdoc/>
    public override string ToString() => $"dictionary<{Index}, {Value}>";
}
