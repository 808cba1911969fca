using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

internal enum LeafKind
{
    /// <summary>Values of one byte width.</summary>
    Fixed,

    /// <summary>Booleans, kept as bytes while they are collected.</summary>
    Boolean,

    /// <summary>Strings and binary.</summary>
    Variable,

    /// <summary>Fixed-size lists of fixed-width items.</summary>
    Vector,

    /// <summary>Indices into a dictionary.</summary>
    Dictionary,

    /// <summary>Nothing but nulls.</summary>
    Null,
}

/// <summary>How the values of a leaf type are stored.</summary>
internal sealed class LeafShape
{
    LeafShape(LeafKind kind) => Kind = kind;

    public LeafKind Kind { get; }

    /// <summary>Bytes per value while collected; 0 for variable ones.</summary>
    public int Width { get; private init; }

    /// <summary>32 or 64 for variable values, also those of a dictionary.</summary>
    public int OffsetBits { get; private init; }

    public bool IsText { get; private init; }

    public VectorShape? Vector { get; private init; }

    /// <summary>The shape of a dictionary's items.</summary>
    public LeafShape? Items { get; private init; }

    /// <exception cref="LanceNotSupportedException">The type cannot be stored as a leaf.</exception>
    public static LeafShape Of(ArrowType type, string column)
    {
        switch (type)
        {
            case { Id: ArrowTypeId.Null }: return new LeafShape(LeafKind.Null);
            case { Id: ArrowTypeId.Boolean }: return new LeafShape(LeafKind.Boolean) { Width = 1 };
            case { Id: ArrowTypeId.String }: return new LeafShape(LeafKind.Variable) { OffsetBits = 32, IsText = true };
            case { Id: ArrowTypeId.Binary }: return new LeafShape(LeafKind.Variable) { OffsetBits = 32 };
            case { Id: ArrowTypeId.LargeString }: return new LeafShape(LeafKind.Variable) { OffsetBits = 64, IsText = true };
            case { Id: ArrowTypeId.LargeBinary }: return new LeafShape(LeafKind.Variable) { OffsetBits = 64 };
            case DictionaryType dictionary:
                var items = Of(dictionary.Value, column);
                if (items.Kind is not (LeafKind.Fixed or LeafKind.Variable))
                    throw new LanceNotSupportedException("dictionary value type", $"Column '{column}' is {type}; dictionaries of {dictionary.Value} cannot be written.");
                return new LeafShape(LeafKind.Dictionary) { Width = dictionary.Index.BitWidth / 8, Items = items };
            case FixedSizeListType: return OfVector(type, column);
        }
        if (!type.IsNested && type.BitWidth > 0 && type.BitWidth % 8 == 0) return new LeafShape(LeafKind.Fixed) { Width = type.BitWidth / 8 };
        throw new LanceNotSupportedException("type", $"Column '{column}' is {type}, which cannot be written.");
    }

    static LeafShape OfVector(ArrowType type, string column)
    {
        var dimensions = new List<int>();
        var item = type;
        while (item is FixedSizeListType list)
        {
            if (list.Size <= 0) throw new LanceNotSupportedException("fixed-size list of no items", $"Column '{column}' is {type}; lists of length {list.Size} cannot be written.");
            dimensions.Add(list.Size);
            item = list.Item.Type;
        }
        var bits = item.Id == ArrowTypeId.Boolean ? 1 : item.BitWidth;
        if (item.IsNested || item.Id == ArrowTypeId.Dictionary || bits <= 0 || (bits != 1 && bits % 8 != 0))
            throw new LanceNotSupportedException("fixed-size list item", $"Column '{column}' is {type}; fixed-size lists can be written with fixed-width items only, so use a list of {item} instead.");
        VectorShape shape;
        try
        {
            shape = new VectorShape([.. dimensions], bits);
            return new LeafShape(LeafKind.Vector) { Vector = shape, Width = shape.BytesPerValue };
        }
        catch (OverflowException)
        {
            throw new LanceNotSupportedException("fixed-size list length", $"Column '{column}' is {type}, whose values are larger than 2 GiB.");
        }
    }
}
