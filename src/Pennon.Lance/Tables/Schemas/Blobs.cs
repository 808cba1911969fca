using System.Collections.Frozen;
using Pennon.Arrow;

namespace Pennon.Lance.Tables;

/// <summary>What blob columns read as: where the bytes are, not the bytes.</summary>
static class Blobs
{
    /// <summary>Position and size of the bytes in the data file.</summary>
    public static StructType Version1Type { get; } = new([
        new Field("position", ArrowType.UInt64),
        new Field("size", ArrowType.UInt64),
    ]);

    /// <summary>Kind of storage, position and size there, number of the side file, address outside.</summary>
    public static StructType Version2Type { get; } = new([
        new Field("kind", ArrowType.UInt8, false),
        new Field("position", ArrowType.UInt64, false),
        new Field("size", ArrowType.UInt64, false),
        new Field("blob_id", ArrowType.UInt32, false),
        new Field("blob_uri", ArrowType.String, false),
    ]);

    public static IReadOnlyDictionary<string, string> Version2Metadata { get; } = new Dictionary<string, string>
    {
        [LanceField.BlobKey] = "true",
        [LanceField.PackedKey] = "true",
    }.ToFrozenDictionary();
}
