namespace Pennon.Arrow;

/// <summary>Builds the array class that belongs to a type.</summary>
static class ArrayFactory
{
    internal static ArrowArray Create(ArrowType type, int length, int nullCount, int offset, ReadOnlySpan<ArrowBuffer> buffers,
        IReadOnlyList<ArrowArray> children, ArrowArray? dictionary)
    {
        ArgumentNullException.ThrowIfNull(type);
        Require(type, buffers.Length, children.Count, dictionary);
        var validity = buffers.Length > 0 ? buffers[0] : ArrowBuffer.Empty;
        switch (type.Id)
        {
            case ArrowTypeId.Null: return new NullArray(length, offset);
            case ArrowTypeId.Boolean: return new BooleanArray(length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Int8: return new PrimitiveArray<sbyte>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.UInt8: return new PrimitiveArray<byte>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Int16: return new PrimitiveArray<short>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.UInt16: return new PrimitiveArray<ushort>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.UInt32: return new PrimitiveArray<uint>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.UInt64: return new PrimitiveArray<ulong>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Float16: return new PrimitiveArray<Half>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Float32: return new PrimitiveArray<float>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Float64: return new PrimitiveArray<double>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Int32 or ArrowTypeId.Date32 or ArrowTypeId.Time32:
                return new PrimitiveArray<int>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.Int64 or ArrowTypeId.Date64 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp or ArrowTypeId.Duration:
                return new PrimitiveArray<long>(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.FixedSizeBinary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256:
                return new FixedSizeBinaryArray(type, length, nullCount, offset, validity, buffers[1]);
            case ArrowTypeId.String: return new StringArray(length, nullCount, offset, validity, buffers[1], buffers[2]);
            case ArrowTypeId.Binary: return new BinaryArray(length, nullCount, offset, validity, buffers[1], buffers[2]);
            case ArrowTypeId.LargeString: return new LargeStringArray(length, nullCount, offset, validity, buffers[1], buffers[2]);
            case ArrowTypeId.LargeBinary: return new LargeBinaryArray(length, nullCount, offset, validity, buffers[1], buffers[2]);
            case ArrowTypeId.List: return new ListArray((ListType)type, length, nullCount, offset, validity, buffers[1], children[0]);
            case ArrowTypeId.LargeList: return new LargeListArray((LargeListType)type, length, nullCount, offset, validity, buffers[1], children[0]);
            case ArrowTypeId.FixedSizeList: return new FixedSizeListArray((FixedSizeListType)type, length, nullCount, offset, validity, children[0]);
            case ArrowTypeId.Struct: return new StructArray((StructType)type, length, nullCount, offset, validity, children);
            case ArrowTypeId.Map: return new MapArray((MapType)type, length, nullCount, offset, validity, buffers[1], children[0]);
            case ArrowTypeId.Dictionary: return new DictionaryArray((DictionaryType)type, length, nullCount, offset, validity, buffers[1], dictionary!);
            default: throw new ArgumentException($"Unknown type {type}.", nameof(type));
        }
    }

    static void Require(ArrowType type, int buffers, int children, ArrowArray? dictionary)
    {
        var wantBuffers = type.Id switch
        {
            ArrowTypeId.Null => 0,
            ArrowTypeId.Struct or ArrowTypeId.FixedSizeList => 1,
            ArrowTypeId.String or ArrowTypeId.LargeString or ArrowTypeId.Binary or ArrowTypeId.LargeBinary => 3,
            _ => 2,
        };
        var wantChildren = type switch
        {
            StructType s => s.Fields.Count,
            _ => type.IsNested ? 1 : 0,
        };
        if (buffers < wantBuffers) throw new ArgumentException($"An array of {type} needs {wantBuffers} buffers, not {buffers}.");
        if (children != wantChildren) throw new ArgumentException($"An array of {type} needs {wantChildren} children, not {children}.");
        if (type.Id == ArrowTypeId.Dictionary && dictionary is null) throw new ArgumentException($"An array of {type} needs its dictionary.");
    }

    internal static void RequireBytes(ArrowType type, string what, long have, long want)
    {
        if (have < want) throw new ArgumentException($"The {what} buffer of an array of {type} has {have} bytes and needs {want}.");
    }
}
