using System.Numerics;
using Pennon.Arrow;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>Single stored values as tagged values, for results and for properties that have no typed vector.</summary>
internal static class ArrowValues
{
    const long NanosecondsPerSecond = 1_000_000_000;
    const long SecondsPerDay = 86_400;

    public static CypherValue Read(PropertyColumn column, int row)
    {
        var chunk = column.Chunks[row >> column.ChunkShift];
        int at = row & ((1 << column.ChunkShift) - 1);
        if (!column.IsMixed)
        {
            return Read(chunk, at);
        }
        return chunk.IsNull(at) ? CypherValue.Null : Tagged(new TaggedValue(Binary(chunk, at)));
    }

    public static CypherValue Read(ArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return CypherValue.Null;
        }
        switch (array)
        {
            case BooleanArray a: return a.GetValue(row);
            case PrimitiveArray<sbyte> a: return (long)a.Values[row];
            case PrimitiveArray<byte> a: return (long)a.Values[row];
            case PrimitiveArray<short> a: return (long)a.Values[row];
            case PrimitiveArray<ushort> a: return (long)a.Values[row];
            case PrimitiveArray<uint> a: return (long)a.Values[row];
            case PrimitiveArray<ulong> a: return ToInt64(a.Values[row]);
            case PrimitiveArray<Half> a: return (double)a.Values[row];
            case PrimitiveArray<float> a: return (double)a.Values[row];
            case PrimitiveArray<double> a: return a.Values[row];
            case PrimitiveArray<int> a: return Int32(a, row);
            case PrimitiveArray<long> a: return Int64(a, row);
            case StringArray a: return a.GetString(row);
            case LargeStringArray a: return a.GetString(row);
            case BinaryArray or LargeBinaryArray: return CypherValue.Bytes(Binary(array, row).ToArray());
            case FixedSizeBinaryArray a: return FixedSize(a, row);
            case MapArray a: return Entries(a, row);
            case ListArray a: return List(a.Items, a.Offsets[row], a.Offsets[row + 1]);
            case LargeListArray a: return List(a.Items, checked((int)a.Offsets[row]), checked((int)a.Offsets[row + 1]));
            case FixedSizeListArray a: return List(a.Items, row * a.Size, (row + 1) * a.Size);
            case StructArray a: return Struct(a, row);
            case DictionaryArray a: return Read(a.Dictionary, checked((int)a.GetIndex(row)));
            default:
                throw new CypherTypeException($"Values of type {array.Type} cannot be read by a query.");
        }
    }

    public static long ToInt64(ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new CypherRuntimeException($"The stored integer {value} is beyond the largest Cypher integer, {long.MaxValue}.", "NumberOutOfRange");

    static CypherValue Int32(PrimitiveArray<int> array, int row)
    {
        int value = array.Values[row];
        return array.Type switch
        {
            { Id: ArrowTypeId.Date32 } => new CypherDate(value),
            Time32Type time => new CypherLocalTime(value * NanosecondsPer(time.Unit)),
            _ => (long)value,
        };
    }

    static CypherValue Int64(PrimitiveArray<long> array, int row)
    {
        long value = array.Values[row];
        switch (array.Type)
        {
            case { Id: ArrowTypeId.Date64 }:
                return new CypherDate(Floor(value, 86_400_000).Quotient);
            case Time64Type time:
                return new CypherLocalTime(value * NanosecondsPer(time.Unit));
            case TimestampType stamp:
                var (second, rest) = Floor(value, NanosecondsPerSecond / NanosecondsPer(stamp.Unit));
                int nanosecond = (int)(rest * NanosecondsPer(stamp.Unit));
                return stamp.TimeZone is null
                    ? new CypherLocalDateTime(second, nanosecond)
                    : new CypherDateTime(second, nanosecond, CypherZone.Utc);
            case DurationType duration:
                var (seconds, part) = Floor(value, NanosecondsPerSecond / NanosecondsPer(duration.Unit));
                return new CypherDuration(0, 0, seconds, (int)(part * NanosecondsPer(duration.Unit)));
            default:
                return value;
        }
    }

    static long NanosecondsPer(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => NanosecondsPerSecond,
        TimeUnit.Millisecond => 1_000_000,
        TimeUnit.Microsecond => 1_000,
        _ => 1,
    };

    static (long Quotient, long Remainder) Floor(long value, long divisor)
    {
        var (quotient, rest) = Math.DivRem(value, divisor);
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest);
    }

    static CypherValue FixedSize(FixedSizeBinaryArray array, int row)
    {
        var bytes = array.GetBytes(row);
        int scale;
        switch (array.Type)
        {
            case Decimal128Type type:
                scale = type.Scale;
                break;
            case Decimal256Type type:
                scale = type.Scale;
                break;
            default:
                return CypherValue.Bytes(bytes.ToArray());
        }
        // Cypher has no decimal type; the nearest float is what arithmetic with other numbers would give.
        return (double)new BigInteger(bytes) / Math.Pow(10, scale);
    }

    static CypherValue List(ArrowArray items, int from, int to)
    {
        var values = new CypherValue[to - from];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Read(items, from + i);
        }
        return CypherValue.List(values);
    }

    static CypherValue Struct(StructArray array, int row)
    {
        var fields = ((StructType)array.Type).Fields;
        var entries = new KeyValuePair<string, CypherValue>[fields.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = KeyValuePair.Create(fields[i].Name, Read(array.Children[i], row));
        }
        return CypherMap.Create(entries);
    }

    static CypherValue Entries(MapArray array, int row)
    {
        var entries = new List<KeyValuePair<string, CypherValue>>();
        for (int i = array.Offsets[row]; i < array.Offsets[row + 1]; i++)
        {
            entries.Add(KeyValuePair.Create(Read(array.Keys, i).ToString(), Read(array.Values, i)));
        }
        return CypherMap.Create(entries);
    }

    static ReadOnlySpan<byte> Binary(ArrowArray array, int row) => array switch
    {
        BinaryArray a => a.GetBytes(row),
        LargeBinaryArray a => a.GetBytes(row),
        _ => throw new CypherTypeException($"A tagged property is stored as {array.Type} instead of binary."),
    };

    static CypherValue Tagged(TaggedValue value)
    {
        switch (value.Kind)
        {
            case TaggedKind.Boolean: return value.GetBoolean();
            case TaggedKind.Int64: return value.GetInt64();
            case TaggedKind.Float64: return value.GetDouble();
            case TaggedKind.String: return value.GetString();
            case TaggedKind.Bytes: return CypherValue.Bytes(value.GetBytes().ToArray());
            case TaggedKind.List:
                var items = new CypherValue[value.Count];
                int at = 0;
                foreach (var item in value.Items)
                {
                    items[at++] = Tagged(item);
                }
                return CypherValue.List(items);
            case TaggedKind.Map:
                var entries = new List<KeyValuePair<string, CypherValue>>(value.Count);
                var fields = value.Items;
                while (fields.MoveNext())
                {
                    entries.Add(KeyValuePair.Create(System.Text.Encoding.UTF8.GetString(fields.Name), Tagged(fields.Current)));
                }
                return CypherMap.Create(entries);
            default:
                return CypherValue.Null;
        }
    }
}
