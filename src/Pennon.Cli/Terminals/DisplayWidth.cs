using System.Globalization;
using System.Text;

namespace Pennon.Cli.Terminals;

/// <summary>How many columns a text takes on a terminal: combining marks take none, East Asian wide characters and emoji take two.</summary>
internal static class DisplayWidth
{
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    public static int Of(Rune rune)
    {
        var value = rune.Value;
        if (value < 0x300)
        {
            return value is < 32 or (>= 0x7F and < 0xA0) ? 0 : 1;
        }

        var category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        return IsWide(value) ? 2 : 1;
    }

    /// <summary>The longest beginning of the text that takes at most the given columns; an ellipsis stands for what was cut.</summary>
    public static string Fit(string text, int columns)
    {
        if (text.Length <= columns && Of(text) <= columns)
        {
            return text;
        }

        var kept = new StringBuilder();
        var width = 0;
        var total = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var step = Of(rune);
            total += step;
            if (total > columns)
            {
                return kept.Append('…').ToString();
            }

            if (width + step <= columns - 1)
            {
                width += step;
                kept.Append(rune.ToString());
            }
        }

        return text;
    }

    static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0x33FF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x4E00 and <= 0x9FFF) or (>= 0xA000 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F)
        or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD);
}
