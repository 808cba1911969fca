namespace Pennon.Cli.Output;

/// <summary>Comma-separated values as RFC 4180 has them, with <c>\n</c> line ends: quoted only where needed, null is empty, an empty string is <c>""</c>.</summary>
internal sealed class CsvWriter(TextWriter writer)
{
    static readonly System.Buffers.SearchValues<char> NeedsQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    public void WriteRow(IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(',');
            }

            WriteCell(cells[i], alone: cells.Count == 1);
        }

        writer.Write('\n');
    }

    void WriteCell(string? cell, bool alone)
    {
        if (cell is null)
        {
            return;
        }

        // A lone empty cell would be an empty line, which most readers skip; leading or trailing blanks are lost on some.
        var quote = cell.Length == 0 || alone && string.IsNullOrWhiteSpace(cell) || cell.AsSpan().ContainsAny(NeedsQuotes)
            || cell[0] == ' ' || cell[^1] == ' ';
        if (!quote)
        {
            writer.Write(cell);
            return;
        }

        writer.Write('"');
        writer.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }
}
