using System.Numerics;
using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;
using Vector = Pennon.Cypher.Execution.Vectors.Vector;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>
/// Fetches a property for a batch of references. One pass per source and chunk over the whole batch keeps the type decision out of the
/// row loop; nearly always there is one of each.
/// </summary>
internal static class PropertyGather
{
    /// <param name="kind">The kind of the property, which decides the class of the vector.</param>
    /// <param name="sources">Where the property is stored.</param>
    /// <param name="refs">The nodes or relationships.</param>
    /// <param name="isRun">Whether the references are consecutive.</param>
    public static Vector Gather(ValueKind kind, PropertySource[] sources, ReadOnlySpan<long> refs, bool isRun)
    {
        switch (kind)
        {
            case ValueKind.Int64:
                return Integers(sources, refs, isRun);
            case ValueKind.Float64:
                return Floats(sources, refs, isRun);
            case ValueKind.String:
                return Strings(sources, refs);
            case ValueKind.Boolean:
                return Booleans(sources, refs);
            default:
                return Values(kind, sources, refs);
        }
    }

    static Int64Vector Integers(PropertySource[] sources, ReadOnlySpan<long> refs, bool isRun)
    {
        var values = GC.AllocateUninitializedArray<long>(refs.Length);
        bool done = OnlyChunk(sources, refs, isRun) switch
        {
            PrimitiveArray<long> { HasNulls: false } a => Plain(a, refs, isRun, values),
            PrimitiveArray<int> { HasNulls: false } a => Plain(a, refs, isRun, values),
            PrimitiveArray<short> { HasNulls: false } a => Plain(a, refs, isRun, values),
            PrimitiveArray<byte> { HasNulls: false } a => Plain(a, refs, isRun, values),
            _ => false,
        };
        if (done)
        {
            return new Int64Vector(values, null, values.Length);
        }
        var marks = new Marks(refs.Length);
        foreach (var source in sources)
        {
            for (int c = 0; c < source.Column.Chunks.Count; c++)
            {
                long key = Key(source, c);
                switch (source.Column.Chunks[c])
                {
                    case PrimitiveArray<long> a: Numbers<long, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<int> a: Numbers<int, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<short> a: Numbers<short, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<sbyte> a: Numbers<sbyte, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<uint> a: Numbers<uint, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<ushort> a: Numbers<ushort, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<byte> a: Numbers<byte, long>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<ulong> a: UnsignedLongs(a, key, refs, values, ref marks); break;
                    case var other: throw Unexpected(source, other);
                }
            }
        }
        return new Int64Vector(values, marks.Nulls(values), refs.Length);
    }

    static Float64Vector Floats(PropertySource[] sources, ReadOnlySpan<long> refs, bool isRun)
    {
        var values = GC.AllocateUninitializedArray<double>(refs.Length);
        bool done = OnlyChunk(sources, refs, isRun) switch
        {
            PrimitiveArray<double> { HasNulls: false } a => Plain(a, refs, isRun, values),
            PrimitiveArray<float> { HasNulls: false } a => Plain(a, refs, isRun, values),
            _ => false,
        };
        if (done)
        {
            return new Float64Vector(values, null, values.Length);
        }
        var marks = new Marks(refs.Length);
        foreach (var source in sources)
        {
            for (int c = 0; c < source.Column.Chunks.Count; c++)
            {
                long key = Key(source, c);
                switch (source.Column.Chunks[c])
                {
                    case PrimitiveArray<double> a: Numbers<double, double>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<float> a: Numbers<float, double>(a, key, refs, values, ref marks); break;
                    case PrimitiveArray<Half> a: Numbers<Half, double>(a, key, refs, values, ref marks); break;
                    case var other: throw Unexpected(source, other);
                }
            }
        }
        return new Float64Vector(values, marks.Nulls(values), refs.Length);
    }

    // The chunk that holds every row, when one does: nearly always so for a scan.
    [MethodImpl(Hot.Loop)]
    static ArrowArray? OnlyChunk(PropertySource[] sources, ReadOnlySpan<long> refs, bool isRun)
    {
        if (refs.IsEmpty)
        {
            return null;
        }
        long first = refs[0], differences = first ^ refs[^1];
        if (!isRun)
        {
            foreach (long reference in refs)
            {
                differences |= first ^ reference;
            }
        }
        if (first < 0 || differences >> Shift != 0)
        {
            return null;
        }
        foreach (var source in sources)
        {
            if (source.Owner == first >> 32)
            {
                return source.Column.Chunks[(int)first >>> Shift];
            }
        }
        return null;
    }

    [MethodImpl(Hot.Loop)]
    static bool Plain<TStored, TValue>(PrimitiveArray<TStored> array, ReadOnlySpan<long> refs, bool isRun, TValue[] values)
        where TStored : unmanaged, INumberBase<TStored>
        where TValue : unmanaged, INumberBase<TValue>
    {
        var stored = array.Values;
        if (isRun)
        {
            stored = stored.Slice((int)refs[0] & Mask, refs.Length);
            for (int i = 0; i < values.Length && i < stored.Length; i++)
            {
                values[i] = TValue.CreateTruncating(stored[i]);
            }
            return true;
        }
        for (int i = 0; i < values.Length && i < refs.Length; i++)
        {
            values[i] = TValue.CreateTruncating(stored[(int)refs[i] & Mask]);
        }
        return true;
    }

    [MethodImpl(Hot.Loop)]
    static void Numbers<TStored, TValue>(PrimitiveArray<TStored> array, long key, ReadOnlySpan<long> refs, TValue[] values, ref Marks marks)
        where TStored : unmanaged, INumberBase<TStored>
        where TValue : unmanaged, INumberBase<TValue>
    {
        var stored = array.Values;
        bool nulls = array.HasNulls;
        for (int i = 0; i < refs.Length; i++)
        {
            long reference = refs[i];
            if (reference >> Shift != key)
            {
                continue;
            }
            int row = (int)reference & Mask;
            if (nulls && array.IsNull(row))
            {
                continue;
            }
            values[i] = TValue.CreateTruncating(stored[row]);
            marks.Set(i);
        }
    }

    [MethodImpl(Hot.Loop)]
    static void UnsignedLongs(PrimitiveArray<ulong> array, long key, ReadOnlySpan<long> refs, long[] values, ref Marks marks)
    {
        for (int i = 0; i < refs.Length; i++)
        {
            int row = (int)refs[i] & Mask;
            if (refs[i] >> Shift == key && array.IsValid(row))
            {
                values[i] = ArrowValues.ToInt64(array.Values[row]);
                marks.Set(i);
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    static StringVector Strings(PropertySource[] sources, ReadOnlySpan<long> refs)
    {
        var texts = new Buffer<Utf8Source>(sources.Length);
        var taken = GC.AllocateUninitializedArray<long>(refs.Length);
        taken.AsSpan().Fill(-1);
        foreach (var source in sources)
        {
            for (int c = 0; c < source.Column.Chunks.Count; c++)
            {
                long key = Key(source, c), ordinal = (long)texts.Count << 32;
                texts.Append(source.Texts[c]);
                var chunk = source.Column.Chunks[c];
                bool nulls = chunk.HasNulls;
                for (int i = 0; i < refs.Length; i++)
                {
                    int row = (int)refs[i] & Mask;
                    if (refs[i] >> Shift == key && !(nulls && chunk.IsNull(row)))
                    {
                        taken[i] = ordinal | (uint)row;
                    }
                }
            }
        }
        return new StringVector(texts.Span.ToArray(), taken, refs.Length);
    }

    [MethodImpl(Hot.Loop)]
    static BooleanVector Booleans(PropertySource[] sources, ReadOnlySpan<long> refs)
    {
        var values = new byte[refs.Length];
        Array.Fill(values, BooleanVector.Null);
        foreach (var source in sources)
        {
            for (int c = 0; c < source.Column.Chunks.Count; c++)
            {
                long key = Key(source, c);
                var chunk = source.Column.Chunks[c] as BooleanArray ?? throw Unexpected(source, source.Column.Chunks[c]);
                for (int i = 0; i < refs.Length; i++)
                {
                    int row = (int)refs[i] & Mask;
                    if (refs[i] >> Shift == key && chunk.IsValid(row))
                    {
                        values[i] = chunk.GetValue(row) ? BooleanVector.True : BooleanVector.False;
                    }
                }
            }
        }
        return new BooleanVector(values, refs.Length);
    }

    static ValueVector Values(ValueKind kind, PropertySource[] sources, ReadOnlySpan<long> refs)
    {
        var values = new CypherValue[refs.Length];
        for (int i = 0; i < refs.Length; i++)
        {
            foreach (var source in sources)
            {
                if (refs[i] >> 32 == source.Owner)
                {
                    values[i] = ArrowValues.Read(source.Column, (int)refs[i]);
                }
            }
        }
        return new ValueVector(values, refs.Length, kind);
    }

    const int Shift = Graph.PropertyColumn.DefaultChunkShift;
    const int Mask = (1 << Shift) - 1;

    static long Key(PropertySource source, int chunk) => ((long)source.Owner << (32 - Shift)) + chunk;

    static InvalidOperationException Unexpected(PropertySource source, ArrowArray array) =>
        new($"Property '{source.Info.Name}' is stored as {array.Type}, but its schema says {source.Info.Type}.");

    /// <summary>Which rows found a value. Marks are spent only once a row in order was missed.</summary>
    struct Marks(int length)
    {
        int _prefix;
        bool[]? _set;

        public void Set(int row)
        {
            if (_set is null)
            {
                if (row == _prefix)
                {
                    _prefix++;
                    return;
                }
                _set = new bool[length];
                _set.AsSpan(0, _prefix).Fill(true);
            }
            _set[row] = true;
        }

        public readonly bool[]? Nulls<T>(T[] values)
        {
            if (_set is null && _prefix == length)
            {
                return null;
            }
            var nulls = new bool[length];
            for (int i = 0; i < length; i++)
            {
                if (_set is null ? i >= _prefix : !_set[i])
                {
                    nulls[i] = true;
                    values[i] = default!;
                }
            }
            return nulls;
        }
    }
}
