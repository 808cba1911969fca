using System.Buffers.Binary;
using System.Numerics;
using Pennon.Arrow;

namespace Pennon.TestSupport;

/// <summary>Seeded arrays of every Arrow type, with the values that break code: extremes, NaN, empty and non-ASCII text, empty lists.</summary>
public static class RandomArrays
{
    static readonly string[] Words = ["", "a", "b", "ab", "grüße", "日本語", "x\0y", "🎉", "a longer piece of text than fits sixteen bytes"];

    /// <summary>One of every type of <see cref="ArrowTypeId"/>, and some nested in each other.</summary>
    public static IReadOnlyList<ArrowType> Types { get; } =
    [
        ArrowType.Null, ArrowType.Boolean, ArrowType.Int8, ArrowType.UInt8, ArrowType.Int16, ArrowType.UInt16, ArrowType.Int32, ArrowType.UInt32,
        ArrowType.Int64, ArrowType.UInt64, ArrowType.Float16, ArrowType.Float32, ArrowType.Float64, ArrowType.String, ArrowType.LargeString,
        ArrowType.Binary, ArrowType.LargeBinary, new FixedSizeBinaryType(3), ArrowType.Date32, ArrowType.Date64, new Time32Type(TimeUnit.Second),
        new Time64Type(TimeUnit.Nanosecond), new TimestampType(TimeUnit.Microsecond), new TimestampType(TimeUnit.Second, "Europe/Paris"),
        new DurationType(TimeUnit.Millisecond), new Decimal128Type(20, 3), new Decimal256Type(50, -2), new ListType(ArrowType.Int32),
        new LargeListType(ArrowType.String), new FixedSizeListType(ArrowType.Float32, 4), new FixedSizeListType(ArrowType.Boolean, 3),
        new StructType([new Field("a", ArrowType.Int32), new Field("b", ArrowType.String)]),
        new MapType(new Field("key", ArrowType.String, nullable: false), new Field("value", ArrowType.Int64)),
        new DictionaryType(ArrowType.Int8, ArrowType.String), new DictionaryType(ArrowType.UInt32, ArrowType.Int64, ordered: true),
        new ListType(new ListType(ArrowType.String)), new ListType(new StructType([new Field("x", new ListType(ArrowType.Boolean))])),
        new StructType([new Field("v", new FixedSizeListType(ArrowType.Int16, 2)), new Field("d", new DictionaryType(ArrowType.Int16, ArrowType.String))]),
    ];

    /// <summary>A view of <paramref name="length"/> rows, with a bit offset when <paramref name="sliced"/> says so.</summary>
    public static ArrowArray Make(Random random, ArrowType type, int length, double nulls = 0.2, bool sliced = false)
    {
        if (!sliced) return Build(random, type, length, nulls);
        var before = random.Next(0, 70);
        var whole = Build(random, type, length + before + random.Next(0, 10), nulls);
        return whole.Slice(before / 2, whole.Length - before / 2).Slice(before - before / 2, length);
    }

    /// <summary>A batch with one column of every type; columns are named <c>c0</c>, <c>c1</c> and so on.</summary>
    public static RecordBatch Batch(Random random, int length, double nulls = 0.2, bool sliced = false, Func<ArrowType, bool>? include = null)
    {
        var types = Types.Where(t => include is null || include(t)).ToArray();
        var fields = types.Select((t, i) => new Field($"c{i}", t)).ToArray();
        return new RecordBatch(new Schema(fields), [.. types.Select(t => Make(random, t, length, nulls, sliced))], length);
    }

    static ArrowArray Build(Random random, ArrowType type, int length, double nulls)
    {
        if (type is DictionaryType or ListType or LargeListType or FixedSizeListType or StructType or MapType) return Nested(random, type, length, nulls);
        var builder = ArrayBuilder.Create(type);
        for (var i = 0; i < length; i++)
        {
            if (random.NextDouble() < nulls) builder.AppendNull();
            else AppendValue(random, builder);
        }
        return builder.Build();
    }

    static (ArrowBuffer Bits, int Nulls) Validity(Random random, int length, double nulls)
    {
        if (nulls == 0) return (ArrowBuffer.Empty, 0);
        var bits = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(length));
        var count = 0;
        for (var i = 0; i < length; i++)
        {
            if (random.NextDouble() < nulls) count++;
            else BitUtility.Set(bits.MutableSpan, i);
        }
        return (bits, count);
    }

    static ArrowArray Nested(Random random, ArrowType type, int length, double nulls)
    {
        var (validity, count) = Validity(random, length, nulls);
        switch (type)
        {
            case ListType t:
                var offsets = Offsets(random, length);
                return ArrowArray.Create(type, length, count, 0, [validity, ArrowBuffer.Of<int>(offsets)], [Build(random, t.Item.Type, offsets[^1] + 2, nulls)]);
            case LargeListType t:
                var large = Array.ConvertAll(Offsets(random, length), o => (long)o);
                return ArrowArray.Create(type, length, count, 0, [validity, ArrowBuffer.Of<long>(large)], [Build(random, t.Item.Type, (int)large[^1], nulls)]);
            case MapType t:
                var entries = Offsets(random, length);
                var pairs = new StructArray((StructType)t.Entries.Type, entries[^1], 0, 0, ArrowBuffer.Empty,
                    [Build(random, t.Key.Type, entries[^1], 0), Build(random, t.Value.Type, entries[^1], nulls)]);
                return ArrowArray.Create(type, length, count, 0, [validity, ArrowBuffer.Of<int>(entries)], [pairs]);
            case FixedSizeListType t:
                return ArrowArray.Create(type, length, count, 0, [validity], [Build(random, t.Item.Type, length * t.Size, nulls)]);
            case StructType t:
                return ArrowArray.Create(type, length, count, 0, [validity], [.. t.Fields.Select(f => Build(random, f.Type, length, nulls))]);
            default:
                var dictionary = (DictionaryType)type;
                var values = Build(random, dictionary.Value, 7, 0);
                var indices = ArrayBuilder.Create(dictionary.Index);
                for (var i = 0; i < length; i++)
                {
                    if (indices is PrimitiveBuilder<sbyte> small) small.Append((sbyte)random.Next(7));
                    else if (indices is PrimitiveBuilder<short> medium) medium.Append((short)random.Next(7));
                    else ((PrimitiveBuilder<uint>)indices).Append((uint)random.Next(7));
                }
                return ArrowArray.Create(type, length, count, 0, [validity, indices.Build().Buffers[1]], [], values);
        }
    }

    static int[] Offsets(Random random, int length)
    {
        var offsets = new int[length + 1];
        for (var i = 0; i < length; i++) offsets[i + 1] = offsets[i] + random.Next(4);
        return offsets;
    }

    static void AppendValue(Random random, ArrayBuilder builder)
    {
        switch (builder)
        {
            case NullBuilder b: b.AppendNull(); break;
            case BooleanBuilder b: b.Append(random.Next(2) == 1); break;
            case PrimitiveBuilder<sbyte> b: b.Append(Integer<sbyte>(random)); break;
            case PrimitiveBuilder<byte> b: b.Append(Integer<byte>(random)); break;
            case PrimitiveBuilder<short> b: b.Append(Integer<short>(random)); break;
            case PrimitiveBuilder<ushort> b: b.Append(Integer<ushort>(random)); break;
            case PrimitiveBuilder<int> b: b.Append(Integer<int>(random)); break;
            case PrimitiveBuilder<uint> b: b.Append(Integer<uint>(random)); break;
            case PrimitiveBuilder<long> b: b.Append(Integer<long>(random)); break;
            case PrimitiveBuilder<ulong> b: b.Append(Integer<ulong>(random)); break;
            case PrimitiveBuilder<Half> b: b.Append((Half)Float(random)); break;
            case PrimitiveBuilder<float> b: b.Append((float)Float(random)); break;
            case PrimitiveBuilder<double> b: b.Append(Float(random)); break;
            case BinaryBuilder b: b.Append(Words[random.Next(Words.Length)].AsSpan()); break;
            case FixedSizeBinaryBuilder b when b.Type.Id == ArrowTypeId.FixedSizeBinary:
                var bytes = new byte[b.Type.BitWidth / 8];
                random.NextBytes(bytes);
                bytes[0] = (byte)random.Next(3);
                b.Append(bytes);
                break;
            case FixedSizeBinaryBuilder b when random.Next(3) == 0: b.Append((Int128)random.Next(-5, 5)); break;
            case FixedSizeBinaryBuilder b: b.Append((Int128)random.NextInt64() * random.Next(-1000, 1000)); break;
            default: throw new NotSupportedException(builder.Type.ToString());
        }
    }

    static T Integer<T>(Random random) where T : IBinaryInteger<T>, IMinMaxValue<T> => random.Next(8) switch
    {
        0 => T.MinValue,
        1 => T.MaxValue,
        2 => T.Zero,
        3 => T.CreateTruncating(random.NextInt64()),
        _ => T.CreateTruncating(random.Next(-5, 10)),
    };

    static double Float(Random random) => random.Next(10) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => 0,
        5 => random.NextDouble() * 1e6 - 5e5,
        _ => random.Next(-5, 10),
    };
}
