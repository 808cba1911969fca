namespace Pennon.Arrow.Ipc;

/// <summary>The numbers of the IPC format that reader and writer share: union tags, slot positions and framing.</summary>
internal static class IpcFormat
{
    public const uint Continuation = 0xFFFFFFFF;
    public const short MetadataV4 = 3;
    public const short MetadataV5 = 4;
    public const int BodyAlignment = 64;
    public const int MaxNesting = 64;

    /// <summary>Ceiling for a buffer whose size is only claimed, such as the uncompressed length of a compressed one.</summary>
    public const long MaxClaimedBytes = 64L << 20;

    public static ReadOnlySpan<byte> FileMagic => "ARROW1"u8;

    /// <summary>Message.header union.</summary>
    public enum Header : byte
    {
        None = 0,
        Schema = 1,
        DictionaryBatch = 2,
        RecordBatch = 3,
        Tensor = 4,
        SparseTensor = 5,
    }

    /// <summary>Field.type union.</summary>
    public enum TypeTag : byte
    {
        None = 0,
        Null = 1,
        Int = 2,
        FloatingPoint = 3,
        Binary = 4,
        Utf8 = 5,
        Bool = 6,
        Decimal = 7,
        Date = 8,
        Time = 9,
        Timestamp = 10,
        Interval = 11,
        List = 12,
        Struct = 13,
        Union = 14,
        FixedSizeBinary = 15,
        FixedSizeList = 16,
        Map = 17,
        Duration = 18,
        LargeBinary = 19,
        LargeUtf8 = 20,
        LargeList = 21,
        RunEndEncoded = 22,
        BinaryView = 23,
        Utf8View = 24,
        ListView = 25,
        LargeListView = 26,
    }

    public static class MessageSlot
    {
        public const int Version = 0, HeaderType = 1, Header = 2, BodyLength = 3, Metadata = 4, Count = 5;
    }

    public static class SchemaSlot
    {
        public const int Endianness = 0, Fields = 1, Metadata = 2, Features = 3, Count = 4;
    }

    public static class FieldSlot
    {
        public const int Name = 0, Nullable = 1, TypeTag = 2, Type = 3, Dictionary = 4, Children = 5, Metadata = 6, Count = 7;
    }

    public static class DictionarySlot
    {
        public const int Id = 0, IndexType = 1, Ordered = 2, Kind = 3, Count = 4;
    }

    public static class BatchSlot
    {
        public const int Length = 0, Nodes = 1, Buffers = 2, Compression = 3, VariadicCounts = 4, Count = 5;
    }

    public static class DictionaryBatchSlot
    {
        public const int Id = 0, Data = 1, IsDelta = 2, Count = 3;
    }

    public static class FooterSlot
    {
        public const int Version = 0, Schema = 1, Dictionaries = 2, Batches = 3, Metadata = 4, Count = 5;
    }
}
