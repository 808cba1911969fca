namespace Pennon.Cypher.Syntax;

/// <summary>Turns an offset into line and column, and cuts out the line with a caret under the place.</summary>
internal static class SourceExcerpt
{
    const int MaxWidth = 100;

    public static (int Line, int Column, string Excerpt) Of(ReadOnlySpan<char> text, int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        int line = 1, start = 0;
        for (int i = 0; i < offset; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                line++;
                start = i + 1;
            }
        }
        int length = text[start..].IndexOfAny('\n', '\r');
        int end = length < 0 ? text.Length : start + length;
        int column = offset - start + 1;

        // A one-line query of thousands of characters is cut to the neighbourhood of the error.
        int from = end - start > MaxWidth ? Math.Max(start, Math.Min(offset - (MaxWidth / 2), end - MaxWidth)) : start;
        int to = Math.Min(end, from + MaxWidth);
        string before = from > start ? "…" : "", after = to < end ? "…" : "";
        string shown = before + text[from..Math.Max(from, to)].ToString().Replace('\t', ' ') + after;
        return (line, column, $"  {shown}\n  {new string(' ', before.Length + Math.Max(0, offset - from))}^");
    }
}
