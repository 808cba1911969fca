using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>The kinds of numbers that vectors are made of in columns and files; in memory all are float32.</summary>
static class VectorElements
{
    /// <summary>The type of a vector column's numbers; null if the column holds no vectors that are indexed.</summary>
    public static ArrowType? Of(ArrowType column) => column is FixedSizeListType { Size: > 0 } list && list.Item.Type.IsFloatingPoint ? list.Item.Type : null;

    /// <summary>Bytes per number.</summary>
    public static int Width(ArrowType element) => element.BitWidth / 8;

    /// <summary>The name of a type in tensors.</summary>
    public static Wire.Tensor.Types.DataType DataType(ArrowType element) => element.Id switch
    {
        ArrowTypeId.Float16 => Wire.Tensor.Types.DataType.Float16,
        ArrowTypeId.Float64 => Wire.Tensor.Types.DataType.Float64,
        _ => Wire.Tensor.Types.DataType.Float32,
    };

    /// <summary>The type that a tensor names; null for those that are not read.</summary>
    public static ArrowType? Of(Wire.Tensor.Types.DataType type) => type switch
    {
        Wire.Tensor.Types.DataType.Float16 => ArrowType.Float16,
        Wire.Tensor.Types.DataType.Float32 => ArrowType.Float32,
        Wire.Tensor.Types.DataType.Float64 => ArrowType.Float64,
        _ => null,
    };

    /// <summary>Widens or narrows stored numbers to float32.</summary>
    public static void Read(ArrowType element, ReadOnlySpan<byte> stored, Span<float> values)
    {
        switch (element.Id)
        {
            case ArrowTypeId.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored)[..values.Length], values);
                break;
            case ArrowTypeId.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(stored)[..values.Length], values);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(stored)[..values.Length].CopyTo(values);
                break;
        }
    }

    /// <summary>Stores float32 numbers in another type.</summary>
    public static void Write(ArrowType element, ReadOnlySpan<float> values, Span<byte> stored)
    {
        switch (element.Id)
        {
            case ArrowTypeId.Float16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(stored));
                break;
            case ArrowTypeId.Float64:
                TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(stored));
                break;
            default:
                values.CopyTo(MemoryMarshal.Cast<byte, float>(stored));
                break;
        }
    }

    /// <summary>The vectors of a column, those under null rows included.</summary>
    public static void Read(FixedSizeListArray column, Span<float> values)
    {
        switch (column.Items)
        {
            case PrimitiveArray<Half> items:
                TensorPrimitives.ConvertToSingle(items.Values, values);
                break;
            case PrimitiveArray<float> items:
                items.Values.CopyTo(values);
                break;
            case PrimitiveArray<double> items:
                TensorPrimitives.ConvertTruncating(items.Values, values);
                break;
            default:
                throw new ArgumentException($"{column.Type} holds no vectors of floating-point numbers.", nameof(column));
        }
    }
}
