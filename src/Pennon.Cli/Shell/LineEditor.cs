using System.Text;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Shell;

/// <summary>
/// Edits one line: cursor movement, word jumps, deletion, history, completion. A line longer than the screen scrolls
/// sideways. Line breaks inside a recalled statement are shown as a sign and kept.
/// </summary>
internal sealed class LineEditor(IKeyboard keyboard, History history, Func<string, int, Completion> complete)
{
    readonly StringBuilder _text = new();
    int _cursor;
    string _prompt = "";

    /// <summary>Reads one line; null when the user ends the input (Ctrl-D on an empty line). Ctrl-C throws <see cref="LineAbandonedException"/>.</summary>
    public string? ReadLine(string prompt)
    {
        _prompt = prompt;
        _text.Clear();
        _cursor = 0;
        history.Rewind();
        Draw();
        while (true)
        {
            var key = keyboard.ReadKey();
            var control = (key.Modifiers & ConsoleModifiers.Control) != 0;
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    keyboard.Write("\r\n");
                    return _text.ToString();
                case ConsoleKey.C when control:
                    keyboard.Write("^C\r\n");
                    throw new LineAbandonedException();
                case ConsoleKey.D when control && _text.Length == 0:
                    keyboard.Write("\r\n");
                    return null;
                case ConsoleKey.Tab:
                    Complete();
                    break;
                default:
                    Apply(key, control);
                    break;
            }

            Draw();
        }
    }

    void Apply(ConsoleKeyInfo key, bool control)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                _cursor = control ? WordStart() : StepBack(_cursor);
                break;
            case ConsoleKey.RightArrow:
                _cursor = control ? WordEnd() : StepForward(_cursor);
                break;
            case ConsoleKey.Home or ConsoleKey.A when key.Key == ConsoleKey.Home || control:
                _cursor = 0;
                break;
            case ConsoleKey.End or ConsoleKey.E when key.Key == ConsoleKey.End || control:
                _cursor = _text.Length;
                break;
            case ConsoleKey.UpArrow:
                Replace(history.Older(_text.ToString()));
                break;
            case ConsoleKey.DownArrow:
                Replace(history.Newer());
                break;
            case ConsoleKey.Backspace:
                Remove(control ? WordStart() : StepBack(_cursor), _cursor);
                break;
            case ConsoleKey.Delete or ConsoleKey.D when key.Key == ConsoleKey.Delete || control:
                Remove(_cursor, StepForward(_cursor));
                break;
            case ConsoleKey.W when control:
                Remove(WordStart(), _cursor);
                break;
            case ConsoleKey.U when control:
                Remove(0, _cursor);
                break;
            case ConsoleKey.K when control:
                Remove(_cursor, _text.Length);
                break;
            case ConsoleKey.L when control:
                keyboard.Write("\x1b[2J\x1b[H");
                break;
            case ConsoleKey.Escape:
                Replace("");
                break;
            default:
                if (key.KeyChar >= ' ' && !control)
                {
                    _text.Insert(_cursor, key.KeyChar);
                    _cursor++;
                }

                break;
        }
    }

    void Complete()
    {
        var found = complete(_text.ToString(), _cursor);
        if (found.Candidates.Count == 0)
        {
            return;
        }

        var common = found.CommonPrefix;
        var typed = _cursor - found.Start;
        if (common.Length > typed || found.Candidates.Count == 1)
        {
            Remove(found.Start, _cursor);
            _text.Insert(_cursor, common);
            _cursor += common.Length;
            return;
        }

        keyboard.Write("\r\n" + string.Join("  ", found.Candidates.Take(60)) + "\r\n");
    }

    void Remove(int from, int to)
    {
        _text.Remove(from, to - from);
        _cursor = from;
    }

    void Replace(string? text)
    {
        if (text is null)
        {
            return;
        }

        _text.Clear().Append(text);
        _cursor = _text.Length;
    }

    int StepBack(int at) => at == 0 ? 0 : at > 1 && char.IsLowSurrogate(_text[at - 1]) ? at - 2 : at - 1;

    int StepForward(int at) => at == _text.Length ? at : at + 1 < _text.Length && char.IsHighSurrogate(_text[at]) ? at + 2 : at + 1;

    int WordStart()
    {
        var at = _cursor;
        while (at > 0 && !IsWordCharacter(_text[at - 1]))
        {
            at--;
        }

        while (at > 0 && IsWordCharacter(_text[at - 1]))
        {
            at--;
        }

        return at;
    }

    int WordEnd()
    {
        var at = _cursor;
        while (at < _text.Length && !IsWordCharacter(_text[at]))
        {
            at++;
        }

        while (at < _text.Length && IsWordCharacter(_text[at]))
        {
            at++;
        }

        return at;
    }

    static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_';

    void Draw()
    {
        var room = Math.Max(8, keyboard.Width - DisplayWidth.Of(_prompt) - 1);
        var shown = _text.ToString().Replace('\n', '⏎');
        var start = 0;
        while (DisplayWidth.Of(shown[start.._cursor]) >= room)
        {
            start = StepForward(start);
        }

        var end = _cursor;
        while (end < shown.Length && DisplayWidth.Of(shown[start..StepForward(end)]) <= room)
        {
            end = StepForward(end);
        }

        var column = DisplayWidth.Of(_prompt) + DisplayWidth.Of(shown[start.._cursor]);
        keyboard.Write($"\r{_prompt}{shown[start..end]}\x1b[K\r{(column > 0 ? $"\x1b[{column}C" : "")}");
    }
}
