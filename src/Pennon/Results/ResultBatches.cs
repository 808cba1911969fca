using Pennon.Arrow;
using Pennon.Cypher.Values;

namespace Pennon;

/// <summary>
/// Rows as Arrow columns. A column's type is the narrowest that holds all its values; values of several kinds in one column, maps, nodes,
/// relationships and paths become JSON text, marked by the field metadata <c>pennon.encoding = json</c>.
/// </summary>
static class ResultBatches
{
    const long NanosecondsPerSecond = 1_000_000_000;
    static readonly Dictionary<string, string> JsonMark = new() { ["pennon.encoding"] = "json" };

    public static Schema SchemaOf(IReadOnlyList<string> names, IReadOnlyList<QueryRecord> rows)
    {
        var fields = new Field[names.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            ArrowType? type = null;
            foreach (var row in rows)
            {
                type = Widen(type, TypeOf(row.Values[i]));
            }

            fields[i] = ReferenceEquals(type, Json) ? new Field(names[i], ArrowType.String, true, JsonMark) : new Field(names[i], type ?? ArrowType.Null);
        }

        return new Schema(fields);
    }

    public static RecordBatch Build(Schema schema, IReadOnlyList<QueryRecord> rows, int from, int count)
    {
        var columns = new ArrowArray[schema.Fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            var field = schema.Fields[i];
            var builder = ArrayBuilder.Create(field.Type);
            for (var row = from; row < from + count; row++)
            {
                var value = rows[row].Values[i];
                if (value.IsNull)
                {
                    builder.AppendNull();
                }
                else if (field.Metadata.ContainsKey("pennon.encoding"))
                {
                    ((BinaryBuilder)builder).Append(CypherJson.Text(value));
                }
                else
                {
                    Append(builder, value);
                }
            }

            columns[i] = builder.Build();
        }

        return new RecordBatch(schema, columns, count);
    }

    // A type of its own object stands for "does not fit one Arrow type"; it never leaves this class.
    static readonly ArrowType Json = new FixedSizeBinaryType(1);
    static readonly ArrowType Time = new Time64Type(TimeUnit.Nanosecond);
    static readonly ArrowType LocalInstant = new TimestampType(TimeUnit.Nanosecond);
    static readonly ArrowType Instant = new TimestampType(TimeUnit.Nanosecond, "UTC");

    static ArrowType? TypeOf(CypherValue value) => value.Type switch
    {
        CypherType.Null => null,
        CypherType.Boolean => ArrowType.Boolean,
        CypherType.Integer => ArrowType.Int64,
        CypherType.Float => ArrowType.Float64,
        CypherType.String => ArrowType.String,
        CypherType.Bytes => ArrowType.Binary,
        CypherType.Date => value.AsDate().EpochDay is >= int.MinValue and <= int.MaxValue ? ArrowType.Date32 : Json,
        CypherType.LocalTime => Time,
        CypherType.LocalDateTime => FitsNanoseconds(value.AsLocalDateTime().EpochSecond) ? LocalInstant : Json,
        CypherType.DateTime => FitsNanoseconds(value.AsDateTime().EpochSecond) ? Instant : Json,
        CypherType.List => ListTypeOf(value.AsList()),
        _ => Json,
    };

    static ArrowType ListTypeOf(ReadOnlySpan<CypherValue> items)
    {
        ArrowType? item = null;
        foreach (var value in items)
        {
            item = Widen(item, TypeOf(value));
        }

        return ReferenceEquals(item, Json) ? Json : new ListType(new Field("item", item ?? ArrowType.Null));
    }

    static ArrowType? Widen(ArrowType? left, ArrowType? right)
    {
        if (left is null || right is null || left == right)
        {
            return left ?? right;
        }

        if (ReferenceEquals(left, Json) || ReferenceEquals(right, Json))
        {
            return Json;
        }

        if (left is ListType a && right is ListType b)
        {
            var item = Widen(a.Item.Type.Id == ArrowTypeId.Null ? null : a.Item.Type, b.Item.Type.Id == ArrowTypeId.Null ? null : b.Item.Type);
            return ReferenceEquals(item, Json) ? Json : new ListType(new Field("item", item ?? ArrowType.Null));
        }

        // Integers beside floats stay exact only below 2^53, so they are not folded into one column of floats.
        return Json;
    }

    static bool FitsNanoseconds(long epochSecond) => Math.Abs(epochSecond) < (long.MaxValue / NanosecondsPerSecond) - 1;

    static void Append(ArrayBuilder builder, CypherValue value)
    {
        switch (value.Type)
        {
            case CypherType.Boolean:
                ((BooleanBuilder)builder).Append(value.AsBoolean());
                break;
            case CypherType.Integer:
                ((PrimitiveBuilder<long>)builder).Append(value.AsInteger());
                break;
            case CypherType.Float:
                ((PrimitiveBuilder<double>)builder).Append(value.AsFloat());
                break;
            case CypherType.String:
                ((BinaryBuilder)builder).Append(value.AsString());
                break;
            case CypherType.Bytes:
                ((BinaryBuilder)builder).Append(value.AsBytes().Span);
                break;
            case CypherType.Date:
                ((PrimitiveBuilder<int>)builder).Append((int)value.AsDate().EpochDay);
                break;
            case CypherType.LocalTime:
                ((PrimitiveBuilder<long>)builder).Append(value.AsLocalTime().NanosecondOfDay);
                break;
            case CypherType.LocalDateTime:
                var local = value.AsLocalDateTime();
                ((PrimitiveBuilder<long>)builder).Append((local.EpochSecond * NanosecondsPerSecond) + local.Nanosecond);
                break;
            case CypherType.DateTime:
                var instant = value.AsDateTime();
                ((PrimitiveBuilder<long>)builder).Append((instant.EpochSecond * NanosecondsPerSecond) + instant.Nanosecond);
                break;
            case CypherType.List:
                var list = (ListBuilder)builder;
                foreach (var item in value.AsList())
                {
                    if (item.IsNull)
                    {
                        list.Items.AppendNull();
                    }
                    else
                    {
                        Append(list.Items, item);
                    }
                }

                list.EndRow();
                break;
            default:
                throw new InvalidOperationException($"A {value.Type} has no Arrow column.");
        }
    }
}
