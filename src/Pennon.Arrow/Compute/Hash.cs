using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Arrow.Compute;

/// <summary>A stable 64-bit hash of rows: the same values give the same hash on every machine, in every run and version.</summary>
/// <remarks>
/// Consistent with equality of values: -0 hashes like 0, every NaN alike, integers by value whatever their width and sign, floats by value
/// whatever their width, text and binary by bytes whatever their offsets, dictionary arrays like their values, lists by their items. All
/// nulls hash alike. Not meant to resist chosen inputs.
/// </remarks>
public static class Hash
{
    const ulong K0 = 0xA0761D6478BD642F, K1 = 0xE7037ED1A0B428DB, K2 = 0x8EBC6AF09C88C6E3, NullHash = 0x589965CC75374CC3;

    /// <summary>The hash of each row of a column.</summary>
    /// <param name="array">The column.</param>
    /// <param name="hashes">One slot per row.</param>
    /// <exception cref="ArgumentException"><paramref name="hashes"/> has fewer slots than there are rows.</exception>
    public static void Rows(ArrowArray array, Span<ulong> hashes)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (hashes.Length < array.Length)
            throw new ArgumentException($"{hashes.Length} slots cannot hold the hashes of {array.Length} rows.", nameof(hashes));
        Column(array, hashes[..array.Length]);
    }

    /// <summary>The hash of each row over several columns; the order of the columns matters.</summary>
    /// <param name="columns">At least one column; all of the same length.</param>
    /// <param name="hashes">One slot per row.</param>
    /// <exception cref="ArgumentException">No column, columns of different lengths, or too few slots.</exception>
    public static void Rows(ReadOnlySpan<ArrowArray> columns, Span<ulong> hashes)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("Hashing rows needs at least one column.", nameof(columns));
        Rows(columns[0], hashes);
        int length = columns[0].Length;
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(length);
        try
        {
            Span<ulong> next = rented.AsSpan(0, length);
            foreach (ArrowArray column in columns[1..])
            {
                if (column.Length != length)
                    throw new ArgumentException($"A column has {column.Length} rows and the first has {length}.", nameof(columns));
                Column(column, next);
                for (int i = 0; i < length; i++)
                    hashes[i] = Combine(hashes[i], next[i]);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    /// <summary>The hash of text or binary; the same as that of a row with these bytes.</summary>
    /// <param name="value">The bytes; UTF-8 for text.</param>
    public static ulong Bytes(ReadOnlySpan<byte> value)
    {
        ulong state = K0 ^ (ulong)value.Length;
        ReadOnlySpan<byte> rest = value;
        while (rest.Length > 16)
        {
            state = Mix(BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ K1, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ state);
            rest = rest[16..];
        }
        ulong a, b;
        if (rest.Length >= 8)
        {
            a = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            b = BinaryPrimitives.ReadUInt64LittleEndian(rest[^8..]);
        }
        else if (rest.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            b = BinaryPrimitives.ReadUInt32LittleEndian(rest[^4..]);
        }
        else
        {
            a = rest.IsEmpty ? 0 : (ulong)rest[0] << 16 | (ulong)rest[rest.Length >> 1] << 8 | rest[^1];
            b = 0;
        }
        return Mix(K1 ^ (ulong)value.Length, Mix(a ^ K1, b ^ state));
    }

    /// <summary>The hash of an integer, date, time, timestamp or duration; the same as that of a row with this value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Integer(long value) => Mix((ulong)value ^ K0, K1);

    /// <summary>The hash of two hashes in order.</summary>
    /// <param name="first">The hash so far.</param>
    /// <param name="second">The hash of what follows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Combine(ulong first, ulong second) => Mix(first ^ K2, second ^ K1) + first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    static void Column(ArrowArray array, Span<ulong> hashes)
    {
        switch (array)
        {
            case NullArray: hashes.Fill(NullHash); return;
            case BooleanArray a:
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = Integer(a.GetValue(i) ? 1 : 0);
                break;
            case PrimitiveArray<sbyte> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<byte> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<short> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<ushort> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<int> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<uint> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<long> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<ulong> a: Integers(a.Values, hashes); break;
            case PrimitiveArray<Half> a: Floats(a.Values, hashes); break;
            case PrimitiveArray<float> a: Floats(a.Values, hashes); break;
            case PrimitiveArray<double> a: Floats(a.Values, hashes); break;
            case FixedSizeBinaryArray a:
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = Bytes(a.GetBytes(i));
                break;
            case VariableBinaryArray<int> a:
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = a.IsValid(i) ? Bytes(a.GetBytes(i)) : 0;
                break;
            case VariableBinaryArray<long> a:
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = a.IsValid(i) ? Bytes(a.GetBytes(i)) : 0;
                break;
            case VariableListArray<int> a: Lists(a, a.Offsets, hashes); break;
            case VariableListArray<long> a: Lists(a, a.Offsets, hashes); break;
            case FixedSizeListArray a: FixedLists(a, hashes); break;
            case StructArray a: Structs(a, hashes); break;
            case DictionaryArray a: Dictionary(a, hashes); break;
            default: throw new ArrowComputeException(ArrowComputeError.UnsupportedType, $"rows of {array.Type} cannot be hashed");
        }
        if (array.HasNulls)
            for (int i = 0; i < hashes.Length; i++)
                if (array.IsNull(i))
                    hashes[i] = NullHash;
    }

    static void Integers<T>(ReadOnlySpan<T> values, Span<ulong> hashes) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < values.Length; i++)
            hashes[i] = Integer(long.CreateTruncating(values[i]));
    }

    static void Floats<T>(ReadOnlySpan<T> values, Span<ulong> hashes) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = double.CreateTruncating(values[i]);
            // Adding zero turns -0 into 0.
            long bits = double.IsNaN(value) ? 0x7FF8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value + 0.0);
            hashes[i] = Mix((ulong)bits ^ K2, K1);
        }
    }

    static void Lists<TOffset>(VariableListArray<TOffset> array, ReadOnlySpan<TOffset> offsets, Span<ulong> hashes)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        if (array.Length == 0)
            return;
        int first = int.CreateTruncating(offsets[0]);
        int count = int.CreateTruncating(offsets[^1]) - first;
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(count);
        try
        {
            Span<ulong> items = rented.AsSpan(0, count);
            using (ArrowArray view = array.Items.Slice(first, count))
                Column(view, items);
            for (int i = 0; i < hashes.Length; i++)
                hashes[i] = Fold(items[(int.CreateTruncating(offsets[i]) - first)..(int.CreateTruncating(offsets[i + 1]) - first)]);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    static void FixedLists(FixedSizeListArray array, Span<ulong> hashes)
    {
        int count = array.Length * array.Size;
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(count);
        try
        {
            Span<ulong> items = rented.AsSpan(0, count);
            Column(array.Items, items);
            for (int i = 0; i < hashes.Length; i++)
                hashes[i] = Fold(items.Slice(i * array.Size, array.Size));
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    static ulong Fold(ReadOnlySpan<ulong> items)
    {
        ulong hash = Mix((ulong)items.Length ^ K2, K0);
        foreach (ulong item in items)
            hash = Combine(hash, item);
        return hash;
    }

    static void Structs(StructArray array, Span<ulong> hashes)
    {
        // Not K2, which Combine would turn into a factor of zero.
        hashes.Fill(K0);
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(array.Length);
        try
        {
            Span<ulong> child = rented.AsSpan(0, array.Length);
            foreach (ArrowArray column in array.Children)
            {
                Column(column, child);
                for (int i = 0; i < hashes.Length; i++)
                    hashes[i] = Combine(hashes[i], child[i]);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    static void Dictionary(DictionaryArray array, Span<ulong> hashes)
    {
        ulong[] entries = ArrayPool<ulong>.Shared.Rent(array.Dictionary.Length);
        int[] rows = ArrayPool<int>.Shared.Rent(array.Length);
        try
        {
            Column(array.Dictionary, entries.AsSpan(0, array.Dictionary.Length));
            Span<int> positions = rows.AsSpan(0, array.Length);
            DictionaryDecode.Rows(array, positions);
            for (int i = 0; i < positions.Length; i++)
                hashes[i] = positions[i] < 0 ? NullHash : entries[positions[i]];
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(entries);
            ArrayPool<int>.Shared.Return(rows);
        }
    }
}
