namespace Pennon.Arrow;

/// <summary>Collects rows of one type into an array. Not safe for use by several threads.</summary>
/// <remarks>Build hands the memory over without a copy and leaves the builder empty, ready for the next array.</remarks>
public abstract class ArrayBuilder
{
    private protected ArrayBuilder(ArrowType type) => Type = type;

    /// <summary>The type of the rows.</summary>
    public ArrowType Type { get; }

    /// <summary>Rows appended so far.</summary>
    public abstract int Length { get; }

    /// <summary>Appends a null row.</summary>
    public abstract void AppendNull();

    /// <summary>Hands the rows over as an array and starts anew.</summary>
    public abstract ArrowArray Build();

    /// <summary>The builder for a type. Dictionary arrays are made from their parts and have no builder.</summary>
    /// <exception cref="NotSupportedException">The type is a dictionary.</exception>
    public static ArrayBuilder Create(ArrowType type, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Id switch
        {
            ArrowTypeId.Null => new NullBuilder(),
            ArrowTypeId.Boolean => new BooleanBuilder(allocator),
            ArrowTypeId.Int8 => new PrimitiveBuilder<sbyte>(type, allocator),
            ArrowTypeId.UInt8 => new PrimitiveBuilder<byte>(type, allocator),
            ArrowTypeId.Int16 => new PrimitiveBuilder<short>(type, allocator),
            ArrowTypeId.UInt16 => new PrimitiveBuilder<ushort>(type, allocator),
            ArrowTypeId.UInt32 => new PrimitiveBuilder<uint>(type, allocator),
            ArrowTypeId.UInt64 => new PrimitiveBuilder<ulong>(type, allocator),
            ArrowTypeId.Float16 => new PrimitiveBuilder<Half>(type, allocator),
            ArrowTypeId.Float32 => new PrimitiveBuilder<float>(type, allocator),
            ArrowTypeId.Float64 => new PrimitiveBuilder<double>(type, allocator),
            ArrowTypeId.Int32 or ArrowTypeId.Date32 or ArrowTypeId.Time32 => new PrimitiveBuilder<int>(type, allocator),
            ArrowTypeId.Int64 or ArrowTypeId.Date64 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp or ArrowTypeId.Duration =>
                new PrimitiveBuilder<long>(type, allocator),
            ArrowTypeId.String or ArrowTypeId.Binary or ArrowTypeId.LargeString or ArrowTypeId.LargeBinary => new BinaryBuilder(type, allocator),
            ArrowTypeId.FixedSizeBinary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256 => new FixedSizeBinaryBuilder(type, allocator),
            ArrowTypeId.List or ArrowTypeId.LargeList => new ListBuilder(type, allocator),
            ArrowTypeId.FixedSizeList => new FixedSizeListBuilder((FixedSizeListType)type, allocator),
            ArrowTypeId.Struct => new StructBuilder((StructType)type, allocator),
            ArrowTypeId.Map => new MapBuilder((MapType)type, allocator),
            _ => throw new NotSupportedException($"There is no builder for {type}; make the array from its indices and dictionary."),
        };
    }
}
