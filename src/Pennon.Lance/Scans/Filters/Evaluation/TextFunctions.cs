using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Functions of text. Arguments are text or int64; a row with a null argument is null.</summary>
static class TextFunctions
{
    public static ArrowArray Lower(ReadOnlySpan<FilterVector> arguments, int rows) => Map(arguments, rows, static s => s.ToLowerInvariant());

    public static ArrowArray Upper(ReadOnlySpan<FilterVector> arguments, int rows) => Map(arguments, rows, static s => s.ToUpperInvariant());

    public static ArrowArray Reverse(ReadOnlySpan<FilterVector> arguments, int rows) => Map(arguments, rows, static s =>
    {
        var runes = s.EnumerateRunes().ToArray();
        Array.Reverse(runes);
        return string.Concat(runes);
    });

    public static ArrowArray Length(ReadOnlySpan<FilterVector> arguments, int rows) => Measure(arguments, rows, static t => TextValues.CountCharacters(t));

    public static ArrowArray ByteLength(ReadOnlySpan<FilterVector> arguments, int rows) => Measure(arguments, rows, static t => t.Length);

    public static ArrowArray BitLength(ReadOnlySpan<FilterVector> arguments, int rows) => Measure(arguments, rows, static t => t.Length * 8L);

    public static ArrowArray StartsWith(ReadOnlySpan<FilterVector> arguments, int rows) => Test(arguments, rows, static (t, p) => t.StartsWith(p));

    public static ArrowArray EndsWith(ReadOnlySpan<FilterVector> arguments, int rows) => Test(arguments, rows, static (t, p) => t.EndsWith(p));

    public static ArrowArray Contains(ReadOnlySpan<FilterVector> arguments, int rows) => Test(arguments, rows, static (t, p) => t.IndexOf(p) >= 0);

    /// <summary>The 1-based position of a text in another, counted in characters; 0 if it is not there.</summary>
    public static ArrowArray Position(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var texts = new TextValues(arguments[0]);
        var needles = new TextValues(arguments[1]);
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i) || needles.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            var at = texts[i].IndexOf(needles[i]);
            builder.Append(at < 0 ? 0L : TextValues.CountCharacters(texts[i][..at]) + 1L);
        }
        return builder.Build();
    }

    /// <summary>The part of a text from a 1-based character on, with an optional length; positions before the start count.</summary>
    public static ArrowArray Substring(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var texts = new TextValues(arguments[0]);
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (AnyNull(arguments, i))
            {
                builder.AppendNull();
                continue;
            }
            var start = Number(arguments[1], i);
            var length = arguments.Length > 2 ? Number(arguments[2], i) : long.MaxValue;
            if (length < 0)
                throw new LanceFilterException($"A part of a text cannot have the length {length}", -1);
            var end = length > long.MaxValue - Math.Max(start, 0) ? long.MaxValue : start + length;
            var text = texts[i];
            var from = TextValues.Advance(text, 0, start - 1);
            var to = end == long.MaxValue ? text.Length : TextValues.Advance(text, from, end - Math.Max(start, 1));
            builder.Append(text[from..Math.Max(from, to)]);
        }
        return builder.Build();
    }

    public static ArrowArray Left(ReadOnlySpan<FilterVector> arguments, int rows) => Side(arguments, rows, left: true);

    public static ArrowArray Right(ReadOnlySpan<FilterVector> arguments, int rows) => Side(arguments, rows, left: false);

    public static FilterFunction Trim(bool start, bool end) => (arguments, rows) =>
    {
        var texts = new TextValues(arguments[0]);
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (AnyNull(arguments, i))
            {
                builder.AppendNull();
                continue;
            }
            var characters = arguments.Length > 1 ? TextValues.Decode(new TextValues(arguments[1])[i]) : " ";
            var set = characters.EnumerateRunes().ToHashSet();
            var text = texts[i];
            while (start && Rune.DecodeFromUtf8(text, out var rune, out var used) == System.Buffers.OperationStatus.Done && set.Contains(rune))
                text = text[used..];
            while (end && Rune.DecodeLastFromUtf8(text, out var rune, out var used) == System.Buffers.OperationStatus.Done && set.Contains(rune))
                text = text[..^used];
            builder.Append(text);
        }
        return builder.Build();
    };

    public static ArrowArray Replace(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var texts = new TextValues(arguments[0]);
        var olds = new TextValues(arguments[1]);
        var news = new TextValues(arguments[2]);
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (AnyNull(arguments, i))
            {
                builder.AppendNull();
                continue;
            }
            var rest = texts[i];
            var old = olds[i];
            for (var at = old.IsEmpty ? -1 : rest.IndexOf(old); at >= 0; at = rest.IndexOf(old))
            {
                builder.AppendPart(rest[..at]);
                builder.AppendPart(news[i]);
                rest = rest[(at + old.Length)..];
            }
            builder.AppendPart(rest);
            builder.EndRow();
        }
        return builder.Build();
    }

    /// <summary>Joins texts; nulls count as empty.</summary>
    public static ArrowArray Concat(ReadOnlySpan<FilterVector> arguments, int rows) => Join(arguments, rows, nullAsEmpty: true);

    /// <summary>Joins texts; a null makes the row null, as the operator does.</summary>
    public static ArrowArray ConcatOperator(ReadOnlySpan<FilterVector> arguments, int rows) => Join(arguments, rows, nullAsEmpty: false);

    static ArrowArray Join(ReadOnlySpan<FilterVector> arguments, int rows, bool nullAsEmpty)
    {
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (!nullAsEmpty && AnyNull(arguments, i))
            {
                builder.AppendNull();
                continue;
            }
            foreach (var argument in arguments)
            {
                var texts = new TextValues(argument);
                if (!texts.IsNull(i))
                    builder.AppendPart(texts[i]);
            }
            builder.EndRow();
        }
        return builder.Build();
    }

    static ArrowArray Side(ReadOnlySpan<FilterVector> arguments, int rows, bool left)
    {
        var texts = new TextValues(arguments[0]);
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (AnyNull(arguments, i))
            {
                builder.AppendNull();
                continue;
            }
            var text = texts[i];
            var count = Number(arguments[1], i);
            // A negative count drops characters from the other side.
            var characters = TextValues.CountCharacters(text);
            var kept = count < 0 ? Math.Max(characters + count, 0) : Math.Min(count, characters);
            builder.Append(left ? text[..TextValues.Advance(text, 0, kept)] : text[TextValues.Advance(text, 0, characters - kept)..]);
        }
        return builder.Build();
    }

    static ArrowArray Map(ReadOnlySpan<FilterVector> arguments, int rows, Func<string, string> map)
    {
        var texts = new TextValues(arguments[0]);
        var builder = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i))
                builder.AppendNull();
            else
                builder.Append(map(TextValues.Decode(texts[i])));
        }
        return builder.Build();
    }

    delegate long Measurement(ReadOnlySpan<byte> text);

    delegate bool TextTest(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part);

    static ArrowArray Measure(ReadOnlySpan<FilterVector> arguments, int rows, Measurement measure)
    {
        var texts = new TextValues(arguments[0]);
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i))
                builder.AppendNull();
            else
                builder.Append(measure(texts[i]));
        }
        return builder.Build();
    }

    static ArrowArray Test(ReadOnlySpan<FilterVector> arguments, int rows, TextTest test)
    {
        var texts = new TextValues(arguments[0]);
        var parts = new TextValues(arguments[1]);
        var builder = new BooleanBuilder();
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i) || parts.IsNull(i))
                builder.AppendNull();
            else
                builder.Append(test(texts[i], parts[i]));
        }
        return builder.Build();
    }

    static long Number(FilterVector vector, int row) => ((PrimitiveArray<long>)vector.Array).Values[vector.Row(row)];

    static bool AnyNull(ReadOnlySpan<FilterVector> arguments, int row)
    {
        foreach (var argument in arguments)
        {
            if (argument.Array.IsNull(argument.Row(row)))
                return true;
        }
        return false;
    }
}
