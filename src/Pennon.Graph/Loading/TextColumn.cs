using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>UTF-8 text. An empty CSV field is null, a quoted empty one is the empty text.</summary>
sealed class TextColumn() : ValueColumn(ArrowType.String)
{
    readonly BufferBuilder<byte> _data = new();
    readonly BufferBuilder<int> _offsets = new();
    readonly ValidityBuilder _validity = new();
    byte[] _scratch = [];

    public override int Length => _validity.Length;

    public override int VariableBytes => _data.Length;

    /// <summary>Whether the last value came as null.</summary>
    public bool LastIsNull { get; private set; }

    public ReadOnlySpan<byte> Bytes(int row)
    {
        var offsets = _offsets.Span;
        var start = row == 0 ? 0 : offsets[row];
        return _data.Span[start..(row + 1 < offsets.Length ? offsets[row + 1] : _data.Length)];
    }

    public override void AppendCsv(CsvTokenizer rows, int column, string name, string file, LoadErrors errors)
    {
        var count = rows.Rows;
        var starts = _offsets.AppendUninitialized(count);
        var quote = rows.Quote;
        for (var row = 0; row < count; row++)
        {
            starts[row] = _data.Length;
            var field = rows.Field(row, column);
            if (field.IsEmpty)
            {
                _validity.AppendNull();
                continue;
            }

            if (field[0] == quote)
            {
                field = CsvTokenizer.Unquote(field, quote, ref _scratch);
            }

            _data.Append(field);
            _validity.AppendValid();
        }
    }

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        _offsets.Append(_data.Length);
        if (reader.ValueIsEscaped)
        {
            if (_scratch.Length < reader.ValueSpan.Length)
            {
                _scratch = new byte[Math.Max(256, reader.ValueSpan.Length)];
            }

            _data.Append(_scratch.AsSpan(0, reader.CopyString(_scratch)));
        }
        else
        {
            _data.Append(reader.ValueSpan);
        }

        _validity.AppendValid();
        LastIsNull = false;
        return true;
    }

    public override void AppendNull()
    {
        _offsets.Append(_data.Length);
        _validity.AppendNull();
        LastIsNull = true;
    }

    public override ArrowArray Build()
    {
        var length = Length;
        _offsets.Append(_data.Length);
        var (validity, nulls) = _validity.Build();
        return ArrowArray.Create(Type, length, nulls, 0, [validity, _offsets.Build(), _data.Build()]);
    }
}
