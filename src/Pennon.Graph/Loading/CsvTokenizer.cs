using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Graph;

/// <summary>
/// Cuts bytes into rows and fields, many rows at a time, so that each column can then be parsed in a loop of its own. A field that begins with
/// the quote may hold delimiters, line ends and doubled quotes; a quote elsewhere is text. Blank lines are passed over.
/// </summary>
sealed class CsvTokenizer
{
    readonly byte _delimiter;
    readonly byte _quote;
    readonly int[] _starts;
    readonly int[] _ends;
    readonly int[] _lines;
    byte[] _buffer = [];
    long _firstLine;

    public CsvTokenizer(byte delimiter, byte quote, int columns)
    {
        _delimiter = delimiter;
        _quote = quote;
        Columns = columns;
        MaxRows = Math.Clamp(32_768 / columns, 64, 8_192);
        _starts = new int[MaxRows];
        _lines = new int[MaxRows];
        _ends = new int[MaxRows * columns];
    }

    public int Columns { get; }

    public int MaxRows { get; }

    public int Rows { get; private set; }

    public byte Quote => _quote;

    /// <summary>All bytes of the tokenised rows.</summary>
    public ReadOnlySpan<byte> Raw => Rows == 0 ? default : _buffer.AsSpan(_starts[0], _ends[(Rows * Columns) - 1] - _starts[0]);

    /// <summary>Takes the first row, which names the columns, out.</summary>
    public void DropFirst()
    {
        Rows--;
        _starts.AsSpan(1, Rows).CopyTo(_starts);
        _lines.AsSpan(1, Rows).CopyTo(_lines);
        _ends.AsSpan(Columns, Rows * Columns).CopyTo(_ends);
    }

    public long LineOf(int row) => _firstLine + _lines[row];

    /// <summary>The bytes of a field, quotes included.</summary>
    public ReadOnlySpan<byte> Field(int row, int column)
    {
        var start = column == 0 ? _starts[row] : _ends[(row * Columns) + column - 1] + 1;
        return _buffer.AsSpan(start, _ends[(row * Columns) + column] - start);
    }

    /// <summary>The bytes of a row.</summary>
    public ReadOnlySpan<byte> Row(int row)
    {
        var start = _starts[row];
        return _buffer.AsSpan(start, _ends[(row * Columns) + Columns - 1] - start);
    }

    /// <summary>
    /// Tokenises whole rows from the front of the feed and takes them off it. Gives false when the feed has to be filled before there is one more row.
    /// </summary>
    public bool Read(RowFeed feed, LoadErrors errors)
    {
        Rows = 0;
        _buffer = feed.Buffer;
        _firstLine = feed.Line;
        var buffer = _buffer;
        ref var origin = ref MemoryMarshal.GetArrayDataReference(buffer);
        var end = feed.End;
        var delimiter = Vector256.Create(_delimiter);
        var newline = Vector256.Create((byte)'\n');
        var quote = Vector256.Create(_quote);

        var columns = Columns;
        var position = feed.Start;
        var rowStart = position;
        var fieldStart = position;
        var column = 0;
        var write = 0;
        var line = 0;
        var rowLine = 0;

        while (position < end)
        {
            var bytes = Vector256.LoadUnsafe(ref origin, (nuint)position);
            var mask = (Vector256.Equals(bytes, delimiter) | Vector256.Equals(bytes, newline) | Vector256.Equals(bytes, quote)).ExtractMostSignificantBits();
            if (end - position < 32)
            {
                mask &= (1u << (end - position)) - 1;
            }

            var next = position + 32;
            while (mask != 0)
            {
                var at = position + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                var value = buffer[at];
                if (value == _delimiter)
                {
                    if (column < columns)
                    {
                        _ends[write + column] = at;
                    }

                    column++;
                    fieldStart = at + 1;
                }
                else if (value == (byte)'\n')
                {
                    var stop = at > fieldStart && buffer[at - 1] == (byte)'\r' ? at - 1 : at;
                    if (column == columns - 1 && (stop > rowStart || columns > 1))
                    {
                        _ends[write + column] = stop;
                        _starts[Rows] = rowStart;
                        _lines[Rows] = rowLine;
                        write += columns;
                        Rows++;
                    }
                    else if (column > 0 || stop > rowStart)
                    {
                        errors.Add(feed.Path, _firstLine + rowLine, $"The row has {column + 1} fields instead of {columns}.");
                    }

                    line++;
                    rowLine = line;
                    rowStart = fieldStart = at + 1;
                    column = 0;
                    if (Rows == MaxRows)
                    {
                        feed.Start = rowStart;
                        feed.Line = _firstLine + line;
                        return true;
                    }
                }
                else if (at == fieldStart)
                {
                    var close = ClosingQuote(buffer, at + 1, end, feed.IsLast);
                    if (close < 0)
                    {
                        if (feed.IsLast)
                        {
                            errors.Add(feed.Path, _firstLine + line, "A quoted field is not closed before the file ends.");
                            feed.Start = end;
                            return Rows > 0;
                        }

                        next = end;
                        break;
                    }

                    line += buffer.AsSpan(at, close - at).Count((byte)'\n');
                    next = close + 1;
                    break;
                }
            }

            position = next;
        }

        feed.Start = rowStart;
        feed.Line = _firstLine + rowLine;
        return Rows > 0;
    }

    int ClosingQuote(byte[] buffer, int from, int end, bool isLast)
    {
        while (true)
        {
            var found = buffer.AsSpan(from, end - from).IndexOf(_quote);
            if (found < 0 || (from + found + 1 == end && !isLast))
            {
                return -1;
            }

            var at = from + found;
            if (at + 1 == end || buffer[at + 1] != _quote)
            {
                return at;
            }

            from = at + 2;
        }
    }

    /// <summary>
    /// The text of a field that begins with the quote, without its quotes and with doubled ones halved, in the scratch span; what follows the
    /// closing quote is text too.
    /// </summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> field, byte quote, scoped ref byte[] scratch)
    {
        var inner = field[1..];
        var found = inner.IndexOf(quote);
        if (found == inner.Length - 1)
        {
            return inner[..found];
        }

        if (scratch.Length < field.Length)
        {
            scratch = new byte[Math.Max(field.Length, 256)];
        }

        var length = 0;
        while (true)
        {
            if (found < 0)
            {
                inner.CopyTo(scratch.AsSpan(length));
                return scratch.AsSpan(0, length + inner.Length);
            }

            inner[..found].CopyTo(scratch.AsSpan(length));
            length += found;
            inner = inner[(found + 1)..];
            if (inner.IsEmpty || inner[0] != quote)
            {
                inner.CopyTo(scratch.AsSpan(length));
                return scratch.AsSpan(0, length + inner.Length);
            }

            scratch[length++] = quote;
            inner = inner[1..];
            found = inner.IndexOf(quote);
        }
    }
}
