using System.Text;
using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Graph;

/// <summary>Joins the values that a property has in its column with those it has in the overflow.</summary>
static class OverflowReader
{
    public static ArrowArray Join(StoredProperty property, PropertyInfo info, ArrowArray? typed, ArrowArray overflow, string path)
    {
        if (overflow is not BinaryArray values)
        {
            throw new LanceFormatException($"Column '{ColumnNames.Overflow}' is of type {overflow.Type}, not binary.", path, -1);
        }

        var name = Encoding.UTF8.GetBytes(property.Name);
        try
        {
            return info.IsMixed ? JoinTagged(name, typed, values) : JoinTyped(name, info.Type, values);
        }
        catch (FormatException error)
        {
            throw new LanceFormatException($"A value in column '{ColumnNames.Overflow}' is broken: {error.Message}", path, -1, error);
        }
    }

    // Only properties without a column have one type in the overflow.
    static ArrowArray JoinTyped(byte[] name, ArrowType type, BinaryArray overflow)
    {
        var builder = ArrayBuilder.Create(type);
        for (var row = 0; row < overflow.Length; row++)
        {
            if (overflow.IsNull(row) || !TryFind(overflow.GetBytes(row), name, out var value) || value.Kind == TaggedKind.Null)
            {
                builder.AppendNull();
                continue;
            }

            switch (builder)
            {
                case PrimitiveBuilder<long> integers when value.Kind == TaggedKind.Int64:
                    integers.Append(value.GetInt64());
                    break;
                case PrimitiveBuilder<double> floats when value.Kind is TaggedKind.Int64 or TaggedKind.Float64:
                    floats.Append(value.Kind == TaggedKind.Int64 ? value.GetInt64() : value.GetDouble());
                    break;
                case BinaryBuilder strings when value.Kind == TaggedKind.String:
                    strings.Append(value.GetBytes());
                    break;
                case BooleanBuilder booleans when value.Kind == TaggedKind.Boolean:
                    booleans.Append(value.GetBoolean());
                    break;
                default:
                    throw new FormatException($"Row {row} has a {value.Kind} where the graph says {type}.");
            }
        }

        return builder.Build();
    }

    static ArrowArray JoinTagged(byte[] name, ArrowArray? typed, BinaryArray overflow)
    {
        var builder = new BinaryBuilder(ArrowType.Binary);
        var writer = new TaggedWriter();
        for (var row = 0; row < overflow.Length; row++)
        {
            if (overflow.IsValid(row) && TryFind(overflow.GetBytes(row), name, out var value) && value.Kind != TaggedKind.Null)
            {
                builder.Append(value.Encoded);
            }
            else if (typed is not null && typed.IsValid(row))
            {
                writer.Clear();
                ArrowTagged.Write(writer, typed, row);
                builder.Append(writer.Written);
            }
            else
            {
                builder.AppendNull();
            }
        }

        return builder.Build();
    }

    static bool TryFind(ReadOnlySpan<byte> map, ReadOnlySpan<byte> name, out TaggedValue value)
    {
        var items = new TaggedValue(map).Items;
        while (items.MoveNext())
        {
            if (items.Name.SequenceEqual(name))
            {
                value = items.Current;
                return true;
            }
        }

        value = default;
        return false;
    }
}
