using System.Text;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Output;

/// <summary>
/// A boxed table that fits the terminal. The first rows decide the column widths; rows after them are written as they
/// come, cut to those widths, so that a result of any size needs little memory.
/// </summary>
internal sealed class TextTable
{
    const int RowsThatDecideWidths = 500;
    const int NarrowestColumn = 4;

    readonly TextWriter _writer;
    readonly int? _maxWidth;
    readonly string[] _titles;
    readonly bool[] _rightAligned;
    readonly List<string[]> _waiting = [];
    int[]? _widths;

    public TextTable(TextWriter writer, IReadOnlyList<string> titles, int? maxWidth)
    {
        _writer = writer;
        _maxWidth = maxWidth;
        _titles = [.. titles.Select(OneLine)];
        _rightAligned = new bool[titles.Count];
    }

    /// <summary>Rows written so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Says that a column holds numbers; to be called before the table's first lines are written.</summary>
    public void AlignRight(int column) => _rightAligned[column] = true;

    public void Add(string[] cells)
    {
        RowCount++;
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = OneLine(cells[i]);
        }

        if (_widths is not null)
        {
            WriteRow(cells);
            return;
        }

        _waiting.Add(cells);
        if (_waiting.Count == RowsThatDecideWidths)
        {
            Begin();
        }
    }

    /// <summary>Writes what is left and the bottom rule.</summary>
    public void Finish()
    {
        if (_widths is null)
        {
            Begin();
        }

        WriteRule('└', '┴', '┘');
    }

    void Begin()
    {
        _widths = ChooseWidths();
        WriteRule('┌', '┬', '┐');
        WriteRow(_titles);
        WriteRule('├', '┼', '┤');
        foreach (var row in _waiting)
        {
            WriteRow(row);
        }

        _waiting.Clear();
    }

    int[] ChooseWidths()
    {
        var widths = new int[_titles.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = Math.Max(1, DisplayWidth.Of(_titles[i]));
            foreach (var row in _waiting)
            {
                widths[i] = Math.Max(widths[i], DisplayWidth.Of(row[i]));
            }
        }

        if (_maxWidth is { } max)
        {
            Shrink(widths, max - (3 * widths.Length) - 1);
        }

        return widths;
    }

    // The widest columns give way first, one column of the terminal at a time, down to a readable minimum.
    static void Shrink(int[] widths, int room)
    {
        for (var excess = widths.Sum() - room; excess > 0; excess--)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= NarrowestColumn)
            {
                return;
            }

            widths[widest]--;
        }
    }

    void WriteRule(char left, char middle, char right)
    {
        var line = new StringBuilder();
        for (var i = 0; i < _widths!.Length; i++)
        {
            line.Append(i == 0 ? left : middle).Append('─', _widths[i] + 2);
        }

        _writer.WriteLine(line.Append(right).ToString());
    }

    void WriteRow(string[] cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = _maxWidth is null ? cells[i] : DisplayWidth.Fit(cells[i], _widths![i]);
            var padding = Math.Max(0, _widths![i] - DisplayWidth.Of(cell));
            line.Append("│ ");
            if (_rightAligned[i])
            {
                line.Append(' ', padding).Append(cell);
            }
            else
            {
                line.Append(cell).Append(' ', padding);
            }

            line.Append(' ');
        }

        _writer.WriteLine(line.Append('│').ToString());
    }

    // A cell is one line: line breaks, tabs and control characters would tear the box (and a terminal may act on them).
    static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(c switch { '\n' => '⏎', '\t' => ' ', '\r' => ' ', _ when char.IsControl(c) => '�', _ => c });
        }

        return clean.ToString();
    }
}
