using Pennon.Arrow;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>How a column of large values is stored.</summary>
enum BlobKind
{
    None,

    /// <summary>Bytes outside the page, described by position and size; file versions up to 2.1.</summary>
    Version1,

    /// <summary>Bytes in the file, in a side file or elsewhere, described by five values; file version 2.2.</summary>
    Version2,
}

/// <summary>A field of a table's schema with its id, as one node of a tree.</summary>
/// <remarks>
/// <see cref="Type"/> is the type that reading gives: a blob column reads as the struct that describes where its bytes are.
/// </remarks>
sealed class LanceField
{
    public const string BlobKey = "lance-encoding:blob";
    public const string PackedKey = "lance-encoding:packed";
    public const string Blob2Name = "lance.blob.v2";

    internal LanceField(FieldMessage message, ArrowType type, Field field, IReadOnlyList<LanceField> children, BlobKind blob)
    {
        Message = message;
        Type = type;
        Field = field;
        Children = children;
        Blob = blob;
    }

    /// <summary>The stored message, unknown parts included.</summary>
    public FieldMessage Message { get; }

    public int Id => Message.Id;

    public string Name => Message.Name;

    public string LogicalType => Message.LogicalType;

    public bool Nullable => Message.Nullable;

    /// <summary>What reading the field gives.</summary>
    public ArrowType Type { get; }

    /// <summary>The Arrow field that reading gives.</summary>
    public Field Field { get; }

    /// <summary>Struct fields, the item of a list, or the entries of a map; empty for everything that has no child ids.</summary>
    public IReadOnlyList<LanceField> Children { get; }

    public BlobKind Blob { get; }

    /// <summary>A struct whose children share one column, stored row by row.</summary>
    public bool IsPacked => Type.Id == ArrowTypeId.Struct && Blob == BlobKind.None && Field.Metadata.TryGetValue(PackedKey, out var value)
        && value is ("true" or "1");

    /// <summary>Whether the field is one column of its own in files of version 2.1 and later.</summary>
    public bool IsLeaf => Children.Count == 0 || Blob != BlobKind.None || IsPacked;

    /// <summary>Visits the leaves in schema order, this field included.</summary>
    public IEnumerable<LanceField> Leaves()
    {
        if (IsLeaf)
            return [this];
        return Children.SelectMany(child => child.Leaves());
    }

    /// <summary>A copy that reads only some of a struct's children, in schema order.</summary>
    public LanceField WithChildren(IReadOnlyList<LanceField> children)
    {
        ArrowType type = Type switch
        {
            StructType => new StructType([.. children.Select(c => c.Field)]),
            ListType => new ListType(children[0].Field),
            LargeListType => new LargeListType(children[0].Field),
            FixedSizeListType list => new FixedSizeListType(children[0].Field, list.Size),
            _ => throw new InvalidOperationException($"The children of a field of type {Type} cannot be chosen."),
        };
        return new LanceField(Message, type, Field.WithType(type), children, Blob);
    }
}
