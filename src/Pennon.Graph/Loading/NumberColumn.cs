using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>How values of one number type are read from text; a struct, so that the loop over a column has no virtual call.</summary>
interface INumberParser<T>
    where T : unmanaged
{
    static abstract bool TryParse(ReadOnlySpan<byte> text, out T value);

    static abstract bool TryRead(ref Utf8JsonReader reader, out T value);
}

/// <summary>Numbers of one fixed width, dates and timestamps among them.</summary>
sealed class NumberColumn<T, TParser>(ArrowType type) : ValueColumn(type)
    where T : unmanaged
    where TParser : struct, INumberParser<T>
{
    readonly BufferBuilder<T> _values = new();
    readonly ValidityBuilder _validity = new();
    byte[] _scratch = [];

    public override int Length => _values.Length;

    /// <summary>The values collected so far; undefined where null.</summary>
    public ReadOnlySpan<T> Values => _values.Span;

    public int NullCount => _validity.NullCount;

    /// <summary>Whether the last value came as null.</summary>
    public bool LastIsNull { get; private set; }

    public override void AppendCsv(CsvTokenizer rows, int column, string name, string file, LoadErrors errors)
    {
        var count = rows.Rows;
        var target = _values.AppendUninitialized(count);
        var valid = 0;
        for (var row = 0; row < count; row++)
        {
            var field = rows.Field(row, column);
            if (TParser.TryParse(field, out target[row]))
            {
                valid++;
                continue;
            }

            target[row] = default;
            if (field.Length > 0 && field[0] == rows.Quote)
            {
                field = CsvTokenizer.Unquote(field, rows.Quote, ref _scratch);
                if (TParser.TryParse(field, out target[row]))
                {
                    valid++;
                    continue;
                }
            }

            _validity.AppendValid(valid);
            valid = 0;
            _validity.AppendNull();
            if (field.Length > 0)
            {
                errors.Add(file, rows.LineOf(row), $"'{Shown(field)}' in column '{name}' is no {PropertyTypeName.Format(Type)}.");
            }
        }

        _validity.AppendValid(valid);
    }

    public override bool TryAppendJson(ref Utf8JsonReader reader)
    {
        if (!TParser.TryRead(ref reader, out var value))
        {
            return false;
        }

        _values.Append(value);
        _validity.AppendValid();
        LastIsNull = false;
        return true;
    }

    public override void AppendNull()
    {
        _values.Append(default(T));
        _validity.AppendNull();
        LastIsNull = true;
    }

    public override ArrowArray Build()
    {
        var length = _values.Length;
        var (validity, nulls) = _validity.Build();
        return ArrowArray.Create(Type, length, nulls, 0, [validity, _values.Build()]);
    }
}
