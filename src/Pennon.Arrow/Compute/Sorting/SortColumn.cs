using System.Numerics;
using System.Runtime.InteropServices;

namespace Pennon.Arrow.Compute.Sorting;

/// <summary>One sort key made ready: values as order-preserving unsigned words where they have a fixed width, bytes otherwise.</summary>
internal abstract class SortColumn(SortKey key)
{
    protected ArrowArray Array { get; } = key.Array;

    protected bool Descending { get; } = key.Descending;

    /// <summary>Orders two rows by this key alone, nulls and direction included.</summary>
    public int Compare(int left, int right)
    {
        if (Array.HasNulls)
        {
            bool leftNull = Array.IsNull(left);
            if (leftNull != Array.IsNull(right))
                return leftNull == key.NullsFirst ? -1 : 1;
            if (leftNull)
                return 0;
        }
        int order = CompareValues(left, right);
        return Descending ? -order : order;
    }

    /// <summary>Stably sorts row positions by this key.</summary>
    public void Sort(Span<int> rows)
    {
        Span<int> valued = rows;
        if (Array.HasNulls)
        {
            int nulls = MoveNulls(rows);
            valued = key.NullsFirst ? rows[nulls..] : rows[..^nulls];
        }
        SortValues(valued);
    }

    protected abstract int CompareValues(int left, int right);

    protected abstract void SortValues(Span<int> rows);

    int MoveNulls(Span<int> rows)
    {
        int[] moved = new int[rows.Length];
        int nulls = 0, values = 0;
        foreach (int row in rows)
            if (Array.IsNull(row))
                nulls++;
        int nullAt = key.NullsFirst ? 0 : rows.Length - nulls;
        int valueAt = key.NullsFirst ? nulls : 0;
        foreach (int row in rows)
            moved[Array.IsNull(row) ? nullAt++ : valueAt + values++] = row;
        moved.CopyTo(rows);
        return nulls;
    }

    public static SortColumn For(SortKey key)
    {
        switch (key.Array)
        {
            case NullArray: return new WordColumn(key, [new ulong[key.Array.Length]]);
            case BooleanArray a: return Words(key, i => a.GetValue(i) ? 1UL : 0);
            case PrimitiveArray<sbyte> a: return Integers(key, a.Values);
            case PrimitiveArray<byte> a: return Integers(key, a.Values);
            case PrimitiveArray<short> a: return Integers(key, a.Values);
            case PrimitiveArray<ushort> a: return Integers(key, a.Values);
            case PrimitiveArray<int> a: return Integers(key, a.Values);
            case PrimitiveArray<uint> a: return Integers(key, a.Values);
            case PrimitiveArray<long> a: return Integers(key, a.Values);
            case PrimitiveArray<ulong> a: return Integers(key, a.Values);
            case PrimitiveArray<Half> a: return Floats(key, a.Values);
            case PrimitiveArray<float> a: return Floats(key, a.Values);
            case PrimitiveArray<double> a: return Floats(key, a.Values);
            case FixedSizeBinaryArray a when a.Type.Id != ArrowTypeId.FixedSizeBinary: return Decimals(key, a);
            case FixedSizeBinaryArray or VariableBinaryArray<int> or VariableBinaryArray<long>: return new BytesColumn(key);
            case DictionaryArray a: return Ranked(key, a);
            default: throw new ArrowComputeException(ArrowComputeError.UnsupportedType, $"values of {key.Array.Type} have no order and cannot be sorted; sort by their parts");
        }
    }

    static WordColumn Words(SortKey key, Func<int, ulong> word)
    {
        ulong[] words = new ulong[key.Array.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = word(i);
        return new WordColumn(key, [words]);
    }

    static WordColumn Integers<T>(SortKey key, ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        ulong[] words = new ulong[values.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = ulong.CreateTruncating(values[i]) - ulong.CreateTruncating(T.MinValue);
        return new WordColumn(key, [words]);
    }

    static WordColumn Floats<T>(SortKey key, ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        ulong[] words = new ulong[values.Length];
        for (int i = 0; i < words.Length; i++)
        {
            double value = double.CreateTruncating(values[i]) + 0.0;
            long bits = BitConverter.DoubleToInt64Bits(value);
            // Negative numbers order by descending bits, positive ones above them by ascending bits.
            words[i] = double.IsNaN(value) ? ulong.MaxValue : bits < 0 ? ~(ulong)bits : (ulong)bits | 1UL << 63;
        }
        return new WordColumn(key, [words]);
    }

    static WordColumn Decimals(SortKey key, FixedSizeBinaryArray array)
    {
        int count = array.ByteWidth / 8;
        ReadOnlySpan<ulong> stored = MemoryMarshal.Cast<byte, ulong>(array.Values);
        ulong[][] words = new ulong[count][];
        for (int w = 0; w < count; w++)
        {
            words[w] = new ulong[array.Length];
            for (int i = 0; i < array.Length; i++)
                words[w][i] = stored[i * count + count - 1 - w] ^ (w == 0 ? 1UL << 63 : 0);
        }
        return new WordColumn(key, words);
    }

    // Ranks of the dictionary's values, equal for equal values, order like the values themselves.
    static WordColumn Ranked(SortKey key, DictionaryArray array)
    {
        SortColumn values = For(new SortKey(array.Dictionary));
        int[] order = Compute.Sort.Indices(new SortKey(array.Dictionary));
        ulong[] ranks = new ulong[order.Length];
        for (int i = 1; i < order.Length; i++)
            ranks[order[i]] = ranks[order[i - 1]] + (values.Compare(order[i - 1], order[i]) == 0 ? 0UL : 1UL);
        int[] rows = new int[array.Length];
        DictionaryDecode.Rows(array, rows);
        ulong[] words = new ulong[array.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = rows[i] < 0 ? 0 : ranks[rows[i]];
        return new WordColumn(key, [words]);
    }
}
