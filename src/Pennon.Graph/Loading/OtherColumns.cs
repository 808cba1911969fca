using System.Buffers.Text;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>A column whose CSV fields are parsed one by one.</summary>
abstract class FieldColumn(ArrowType type) : ValueColumn(type)
{
    byte[] _scratch = [];

    public override void AppendCsv(CsvTokenizer rows, int column, string name, string file, LoadErrors errors)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var field = rows.Field(row, column);
            if (field.Length > 0 && field[0] == rows.Quote)
            {
                field = CsvTokenizer.Unquote(field, rows.Quote, ref _scratch);
            }

            if (field.IsEmpty)
            {
                AppendNull();
            }
            else if (!TryAppendText(field))
            {
                AppendNull();
                errors.Add(file, rows.LineOf(row), $"'{Shown(field)}' in column '{name}' is no {PropertyTypeName.Format(Type)}.");
            }
        }
    }

    /// <summary>Appends the value of a CSV field; false, having appended nothing, when it does not fit.</summary>
    protected abstract bool TryAppendText(ReadOnlySpan<byte> field);
}

/// <summary>True and false.</summary>
sealed class BooleanColumn() : FieldColumn(ArrowType.Boolean)
{
    readonly BooleanBuilder _values = new();

    public override int Length => _values.Length;

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return false;
        }

        _values.Append(reader.TokenType == JsonTokenType.True);
        return true;
    }

    public override void AppendNull() => _values.AppendNull();

    public override ArrowArray Build() => _values.Build();

    protected override bool TryAppendText(ReadOnlySpan<byte> field)
    {
        var isTrue = System.Text.Ascii.EqualsIgnoreCase(field, "true"u8) || field.SequenceEqual("1"u8);
        if (!isTrue && !System.Text.Ascii.EqualsIgnoreCase(field, "false"u8) && !field.SequenceEqual("0"u8))
        {
            return false;
        }

        _values.Append(isTrue);
        return true;
    }
}

/// <summary>Bytes, written as base64 in the input.</summary>
sealed class BytesColumn() : FieldColumn(ArrowType.Binary)
{
    readonly BinaryBuilder _values = new(ArrowType.Binary);

    public override int Length => _values.Length;

    public override int VariableBytes => _values.DataLength;

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes))
        {
            return false;
        }

        _values.Append(bytes);
        return true;
    }

    public override void AppendNull() => _values.AppendNull();

    public override ArrowArray Build() => _values.Build();

    protected override bool TryAppendText(ReadOnlySpan<byte> field)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(field.Length)];
        if (Base64.DecodeFromUtf8(field, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        _values.Append(bytes.AsSpan(0, written));
        return true;
    }
}

/// <summary>Lists of one item type, written as JSON arrays, in CSV fields too.</summary>
sealed class ListColumn(ListType type) : FieldColumn(type)
{
    readonly ValueColumn _items = Create(type.Item.Type);
    readonly BufferBuilder<int> _offsets = new();
    readonly ValidityBuilder _validity = new();

    public override int Length => _validity.Length;

    public override int VariableBytes => _items.VariableBytes + (_items.Length * 4);

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !Fits(reader, Type))
        {
            return false;
        }

        _offsets.Append(_items.Length);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                _items.AppendNull();
            }
            else
            {
                _items.TryAppendJson(ref reader);
            }
        }

        _validity.AppendValid();
        return true;
    }

    public override void AppendNull()
    {
        _offsets.Append(_items.Length);
        _validity.AppendNull();
    }

    public override ArrowArray Build()
    {
        var length = Length;
        _offsets.Append(_items.Length);
        var (validity, nulls) = _validity.Build();
        return ArrowArray.Create(Type, length, nulls, 0, [validity, _offsets.Build()], [_items.Build()]);
    }

    protected override bool TryAppendText(ReadOnlySpan<byte> field) => JsonField.TryAppend(this, field);

    // Looked at with a copy of the reader before anything is appended, so that a list is taken whole or not at all.
    static bool Fits(Utf8JsonReader reader, ArrowType type)
    {
        switch (type)
        {
            case ListType list:
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    return false;
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (reader.TokenType != JsonTokenType.Null && !Fits(reader, list.Item.Type))
                    {
                        return false;
                    }

                    reader.Skip();
                }

                return true;
            case FixedSizeListType vector:
                return VectorColumn.Fits(reader, vector.Size);
            default:
                return type.Id switch
                {
                    ArrowTypeId.String => reader.TokenType == JsonTokenType.String,
                    ArrowTypeId.Boolean => reader.TokenType is JsonTokenType.True or JsonTokenType.False,
                    ArrowTypeId.Int64 => Int64Parser.TryRead(ref reader, out _),
                    ArrowTypeId.Float64 => DoubleParser.TryRead(ref reader, out _),
                    _ => Create(type).TryAppendJson(ref reader),
                };
        }
    }
}

/// <summary>Vectors of a fixed number of 32-bit floats, written as JSON arrays, in CSV fields too.</summary>
sealed class VectorColumn(FixedSizeListType type) : FieldColumn(type)
{
    readonly BufferBuilder<float> _items = new();
    readonly ValidityBuilder _validity = new();

    public override int Length => _validity.Length;

    public override int VariableBytes => _items.Length * 4;

    public static bool Fits(Utf8JsonReader reader, int size)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            count++;
        }

        return reader.TokenType == JsonTokenType.EndArray && count == size;
    }

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (!Fits(reader, type.Size))
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            _items.Append(reader.GetSingle());
        }

        _validity.AppendValid();
        return true;
    }

    public override void AppendNull()
    {
        _items.AppendRepeated(0, type.Size);
        _validity.AppendNull();
    }

    public override ArrowArray Build()
    {
        var length = Length;
        var (validity, nulls) = _validity.Build();
        var items = ArrowArray.Create(type.Item.Type, length * type.Size, 0, 0, [ArrowBuffer.Empty, _items.Build()]);
        return ArrowArray.Create(type, length, nulls, 0, [validity], [items]);
    }

    protected override bool TryAppendText(ReadOnlySpan<byte> field) => JsonField.TryAppend(this, field);
}

/// <summary>A CSV field that holds JSON.</summary>
static class JsonField
{
    public static bool TryAppend(ValueColumn column, ReadOnlySpan<byte> field)
    {
        try
        {
            // Checked as a whole first: a list that breaks off must not leave items behind.
            var check = new Utf8JsonReader(field);
            while (check.Read())
            {
            }

            var reader = new Utf8JsonReader(field);
            reader.Read();
            return column.TryAppendJson(ref reader);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
