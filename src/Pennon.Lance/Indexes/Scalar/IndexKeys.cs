using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Indexes;

/// <summary>
/// Turns values into keys and back. Integers, booleans, dates and times become numbers; floats become numbers in their total order with
/// one NaN above everything; text, bytes and decimals become bytes that compare from left to right.
/// </summary>
static class IndexKeys
{
    // The number that negative zero becomes; zero becomes 0 (TABLE 25.16).
    public const long NegativeZero = -1;

    const long HalfNaN = 0x7E00;
    const long SingleNaN = 0x7FC0_0000;
    const long DoubleNaN = 0x7FF8_0000_0000_0000;

    /// <summary>Whether values of a type have an order that keys can express.</summary>
    public static bool Supports(ArrowType type) => IsNumeric(type) || type.IsVariableBinary
        || type.Id is ArrowTypeId.FixedSizeBinary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256;

    /// <summary>Whether the keys of a type are numbers.</summary>
    public static bool IsNumeric(ArrowType type) => type.Id == ArrowTypeId.Boolean
        || (type.IsFixedWidth && !type.IsNested && type.BitWidth is 8 or 16 or 32 or 64
            && type.Id is not (ArrowTypeId.FixedSizeBinary or ArrowTypeId.Dictionary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256));

    /// <summary>Whether several stored values count as one when they are looked for.</summary>
    public static bool HasTwoZeros(ArrowType type) => type.IsFloatingPoint;

    /// <summary>The keys of the values that are not null, in order.</summary>
    /// <param name="array">The values.</param>
    /// <param name="forSearch">Whether the two zeros of floats become one; such keys do not turn back into what they came from.</param>
    public static KeyList Of(ArrowArray array, bool forSearch)
    {
        var count = array.Length - array.NullCount;
        if (IsNumeric(array.Type))
        {
            var numbers = new long[count];
            Numbers(array, numbers);
            if (forSearch && HasTwoZeros(array.Type))
                numbers.AsSpan().Replace(NegativeZero, 0);
            return new KeyList(numbers);
        }
        var offsets = new int[count + 1];
        var at = 0;
        long length = 0;
        for (var i = 0; i < array.Length; i++)
        {
            if (array.IsValid(i))
                length += BytesOf(array, i).Length;
        }
        var data = new byte[checked((int)length)];
        for (var i = 0; i < array.Length; i++)
        {
            if (!array.IsValid(i))
                continue;
            var bytes = BytesOf(array, i);
            var target = data.AsSpan(offsets[at], bytes.Length);
            bytes.CopyTo(target);
            if (array.Type.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
                Flip(target, toKey: true);
            offsets[at + 1] = offsets[at] + bytes.Length;
            at++;
        }
        return new KeyList(data, offsets);
    }

    /// <summary>The key of NaN, which is above every number.</summary>
    public static IndexKey NaN(ArrowType type) => new(type.Id switch
    {
        ArrowTypeId.Float16 => HalfNaN,
        ArrowTypeId.Float32 => SingleNaN,
        _ => DoubleNaN,
    });

    /// <summary>The bits of the value that a number stands for; those beyond the width of the type say nothing.</summary>
    public static long Bits(long key, ArrowType type) => type.Id switch
    {
        ArrowTypeId.UInt64 => key ^ long.MinValue,
        ArrowTypeId.Float16 => key ^ ((key >> 63) & 0x7FFF),
        ArrowTypeId.Float32 => key ^ ((key >> 63) & int.MaxValue),
        ArrowTypeId.Float64 => key ^ ((key >> 63) & long.MaxValue),
        _ => key,
    };

    /// <summary>The values of keys, some of which may be missing.</summary>
    public static ArrowArray ToArray(ArrowType type, IReadOnlyList<IndexKey?> keys)
    {
        var present = KeyList.Of([.. keys.Where(static k => k is not null).Select(static k => k!.Value)], IsNumeric(type));
        var positions = new int[keys.Count];
        var next = 0;
        for (var i = 0; i < positions.Length; i++)
            positions[i] = keys[i] is null ? -1 : next++;
        using var values = ToArray(type, 0, present, 0, present.Count);
        return Take.ApplyOrNull(values, positions);
    }

    /// <summary>The key of a constant for a search.</summary>
    public static IndexKey OfConstant(ArrowArray value) => Of(value, forSearch: true)[0];

    /// <summary>The values of keys, after a number of nulls.</summary>
    /// <param name="type">The type of the values.</param>
    /// <param name="nulls">How many nulls come first.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="start">The first key that counts.</param>
    /// <param name="count">How many keys count.</param>
    public static ArrowArray ToArray(ArrowType type, int nulls, KeyList keys, int start, int count)
    {
        var rows = nulls + count;
        var validity = ArrowBuffer.Empty;
        if (nulls > 0)
        {
            validity = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(rows));
            for (var i = nulls; i < rows; i++)
                BitUtility.Set(validity.MutableSpan, i);
        }
        if (keys.IsNumeric)
            return FromNumbers(type, validity, nulls, keys.Numbers.Slice(start, count));
        if (type.IsVariableBinary)
            return FromBytes(type, validity, nulls, keys, start, count);
        var width = type.BitWidth / 8;
        var buffer = ArrowAllocator.Default.AllocateZeroed(rows * width);
        for (var i = 0; i < count; i++)
        {
            var target = buffer.MutableSpan.Slice((nulls + i) * width, width);
            keys.Bytes(start + i).CopyTo(target);
            if (type.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
                Flip(target, toKey: false);
        }
        return ArrowArray.Create(type, rows, nulls, 0, [validity, buffer], []);
    }

    static void Numbers(ArrowArray array, Span<long> target)
    {
        switch (array)
        {
            case BooleanArray a:
                var next = 0;
                for (var i = 0; i < a.Length; i++)
                {
                    if (a.IsValid(i))
                        target[next++] = a.GetValue(i) ? 1 : 0;
                }
                break;
            case PrimitiveArray<sbyte> a: Convert<sbyte>(a, a.Values, target); break;
            case PrimitiveArray<byte> a: Convert<byte>(a, a.Values, target); break;
            case PrimitiveArray<short> a: Convert<short>(a, a.Values, target); break;
            case PrimitiveArray<ushort> a: Convert<ushort>(a, a.Values, target); break;
            case PrimitiveArray<int> a: Convert<int>(a, a.Values, target); break;
            case PrimitiveArray<uint> a: Convert<uint>(a, a.Values, target); break;
            case PrimitiveArray<long> a: Convert<long>(a, a.Values, target); break;
            case PrimitiveArray<ulong> a:
                Convert<long>(a, MemoryMarshal.Cast<ulong, long>(a.Values), target);
                foreach (ref var key in target)
                    key ^= long.MinValue;
                break;
            case PrimitiveArray<Half> a:
                Convert<short>(a, MemoryMarshal.Cast<Half, short>(a.Values), target);
                foreach (ref var key in target)
                    key = (key & 0x7FFF) > 0x7C00 ? HalfNaN : key ^ ((key >> 63) & 0x7FFF);
                break;
            case PrimitiveArray<float> a:
                Convert<int>(a, MemoryMarshal.Cast<float, int>(a.Values), target);
                foreach (ref var key in target)
                    key = (key & int.MaxValue) > 0x7F80_0000 ? SingleNaN : key ^ ((key >> 63) & int.MaxValue);
                break;
            case PrimitiveArray<double> a:
                Convert<long>(a, MemoryMarshal.Cast<double, long>(a.Values), target);
                foreach (ref var key in target)
                    key = (key & long.MaxValue) > 0x7FF0_0000_0000_0000 ? DoubleNaN : key ^ ((key >> 63) & long.MaxValue);
                break;
            default: throw new InvalidOperationException($"{array.Type} is not ordered as a number.");
        }
    }

    static void Convert<T>(ArrowArray array, ReadOnlySpan<T> values, Span<long> target)
        where T : unmanaged, INumberBase<T>
    {
        if (!array.HasNulls)
        {
            TensorPrimitives.ConvertTruncating(values, target);
            return;
        }
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (array.IsValid(i))
                target[at++] = long.CreateTruncating(values[i]);
        }
    }

    static ArrowArray FromNumbers(ArrowType type, ArrowBuffer validity, int nulls, ReadOnlySpan<long> keys)
    {
        var rows = nulls + keys.Length;
        if (type.Id == ArrowTypeId.Boolean)
        {
            var bits = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(rows));
            for (var i = 0; i < keys.Length; i++)
            {
                if (keys[i] != 0)
                    BitUtility.Set(bits.MutableSpan, nulls + i);
            }
            return new BooleanArray(rows, nulls, 0, validity, bits);
        }
        var width = type.BitWidth / 8;
        var buffer = ArrowAllocator.Default.Allocate(rows * width);
        buffer.MutableSpan[..(nulls * width)].Clear();
        var target = buffer.MutableSpan[(nulls * width)..];
        if (type.IsFloatingPoint || type.Id == ArrowTypeId.UInt64)
        {
            var copy = keys.ToArray();
            foreach (ref var key in copy.AsSpan())
                key = Bits(key, type);
            keys = copy;
        }
        switch (width)
        {
            case 1: TensorPrimitives.ConvertTruncating(keys, MemoryMarshal.Cast<byte, sbyte>(target)[..keys.Length]); break;
            case 2: TensorPrimitives.ConvertTruncating(keys, MemoryMarshal.Cast<byte, short>(target)[..keys.Length]); break;
            case 4: TensorPrimitives.ConvertTruncating(keys, MemoryMarshal.Cast<byte, int>(target)[..keys.Length]); break;
            default: keys.CopyTo(MemoryMarshal.Cast<byte, long>(target)); break;
        }
        return ArrowArray.Create(type, rows, nulls, 0, [validity, buffer], []);
    }

    static ArrowArray FromBytes(ArrowType type, ArrowBuffer validity, int nulls, KeyList keys, int start, int count)
    {
        var large = type.Id is ArrowTypeId.LargeString or ArrowTypeId.LargeBinary;
        var rows = nulls + count;
        var offsets = ArrowAllocator.Default.AllocateZeroed((rows + 1) * (large ? 8 : 4));
        long length = 0;
        for (var i = 0; i < count; i++)
        {
            length += keys.Bytes(start + i).Length;
            if (large)
                offsets.MutableAs<long>()[nulls + i + 1] = length;
            else
                offsets.MutableAs<int>()[nulls + i + 1] = checked((int)length);
        }
        var data = ArrowAllocator.Default.Allocate(checked((int)length));
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var bytes = keys.Bytes(start + i);
            bytes.CopyTo(data.MutableSpan[at..]);
            at += bytes.Length;
        }
        return ArrowArray.Create(type, rows, nulls, 0, [validity, offsets, data], []);
    }

    static ReadOnlySpan<byte> BytesOf(ArrowArray array, int row) => array switch
    {
        VariableBinaryArray<int> a => a.GetBytes(row),
        VariableBinaryArray<long> a => a.GetBytes(row),
        FixedSizeBinaryArray a => a.GetBytes(row),
        _ => throw new InvalidOperationException($"{array.Type} is not ordered as bytes."),
    };

    // Two's complement from low to high becomes high to low with the sign bit turned, and back.
    static void Flip(Span<byte> bytes, bool toKey)
    {
        if (!toKey)
            bytes[0] ^= 0x80;
        bytes.Reverse();
        if (toKey)
            bytes[0] ^= 0x80;
    }
}
