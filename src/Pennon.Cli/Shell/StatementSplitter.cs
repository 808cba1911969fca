using System.Text;

namespace Pennon.Cli.Shell;

/// <summary>
/// Collects lines until a statement is whole: a semicolon outside quotes and comments ends it. Several statements may
/// stand on one line.
/// </summary>
internal sealed class StatementSplitter
{
    enum Inside
    {
        Code,
        SingleQuotes,
        DoubleQuotes,
        Backticks,
        LineComment,
        BlockComment,
    }

    readonly StringBuilder _current = new();
    Inside _inside = Inside.Code;

    /// <summary>True when nothing but blanks and comments has been collected since the last whole statement.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Adds one line (without its line end) and gives the statements that it completes, without their semicolons.</summary>
    public List<string> Add(string line)
    {
        var complete = new List<string>();
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            var next = i + 1 < line.Length ? line[i + 1] : '\0';
            if (_inside == Inside.Code && c == ';')
            {
                Take(complete);
                continue;
            }

            var pair = Advance(c, next);
            _current.Append(c);
            if (_inside is not (Inside.LineComment or Inside.BlockComment) && !pair && !char.IsWhiteSpace(c))
            {
                IsEmpty = false;
            }

            if (pair)
            {
                _current.Append(next);
                i++;
            }
        }

        if (_inside == Inside.LineComment)
        {
            _inside = Inside.Code;
        }

        _current.Append('\n');
        return complete;
    }

    /// <summary>The unfinished rest at the end of the input, or null when there is none; the splitter is empty afterwards.</summary>
    public string? TakeRest()
    {
        var complete = new List<string>();
        Take(complete);
        return complete.Count == 0 ? null : complete[0];
    }

    void Take(List<string> into)
    {
        if (!IsEmpty)
        {
            into.Add(_current.ToString().Trim());
        }

        _current.Clear();
        _inside = Inside.Code;
        IsEmpty = true;
    }

    // True when two characters belong together: an escape, the begin or end of a comment.
    bool Advance(char c, char next)
    {
        switch (_inside)
        {
            case Inside.Code:
                if (c == '/' && (next is '/' or '*'))
                {
                    _inside = next == '/' ? Inside.LineComment : Inside.BlockComment;
                    return true;
                }

                _inside = c switch { '\'' => Inside.SingleQuotes, '"' => Inside.DoubleQuotes, '`' => Inside.Backticks, _ => Inside.Code };
                return false;
            case Inside.SingleQuotes or Inside.DoubleQuotes:
                if (c == '\\' && next != '\0')
                {
                    IsEmpty = false;
                    return true;
                }

                if (c == (_inside == Inside.SingleQuotes ? '\'' : '"'))
                {
                    _inside = Inside.Code;
                }

                return false;
            case Inside.Backticks:
                if (c == '`')
                {
                    _inside = Inside.Code;
                }

                return false;
            case Inside.BlockComment:
                if (c == '*' && next == '/')
                {
                    _inside = Inside.Code;
                    return true;
                }

                return false;
            default:
                return false;
        }
    }
}
