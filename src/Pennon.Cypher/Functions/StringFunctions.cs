using System.Text;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Functions of text. Characters are Unicode code points.</summary>
internal static class StringFunctions
{
    public static void Register(FunctionTable table)
    {
        Mapped("toLower", text => text.ToLowerInvariant());
        Mapped("toUpper", text => text.ToUpperInvariant());
        table.Alias("lower", "toLower");
        table.Alias("upper", "toUpper");
        table.Add("trim", 1, 2, (arguments, _) => Trim("trim", arguments, start: true, end: true));
        table.Alias("btrim", "trim");
        table.Add("ltrim", 1, 2, (arguments, _) => Trim("ltrim", arguments, start: true, end: false));
        table.Add("rtrim", 1, 2, (arguments, _) => Trim("rtrim", arguments, start: false, end: true));
        table.Add("left", 2, (arguments, _) => Part(Argument.Text("left", arguments[0]), 0, Argument.Count("left", arguments[1])));
        table.Add("right", 2, (arguments, _) =>
        {
            var text = Argument.Text("right", arguments[0]);
            int count = Argument.Count("right", arguments[1]);
            return Part(text, Math.Max(0, Length(text) - count), count);
        });
        table.Add("substring", 2, 3, (arguments, _) => Part(
            Argument.Text("substring", arguments[0]),
            Argument.Count("substring", arguments[1]),
            arguments.Length == 3 ? Argument.Count("substring", arguments[2]) : int.MaxValue));
        table.Add("replace", 3, (arguments, _) =>
        {
            var text = Argument.Text("replace", arguments[0]);
            var search = Argument.Text("replace", arguments[1]);
            var replacement = Argument.Text("replace", arguments[2]);
            return search.Length == 0 ? text : text.Replace(search, replacement, StringComparison.Ordinal);
        });
        table.Add("split", 2, (arguments, _) => Split(arguments));
        table.Add("char_length", 1, (arguments, _) => (long)Length(Argument.Text("char_length", arguments[0])));
        table.Alias("character_length", "char_length");
        table.Add("normalize", 1, (arguments, _) => Argument.Text("normalize", arguments[0]).Normalize());

        void Mapped(string name, Func<string, string> body) => table.Add(name, 1, (arguments, _) => body(Argument.Text(name, arguments[0])));
    }

    /// <summary>The number of code points.</summary>
    public static int Length(string text)
    {
        int pairs = 0;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                pairs++;
                i++;
            }
        }
        return text.Length - pairs;
    }

    public static string Reverse(string text)
    {
        var reversed = new char[text.Length];
        int at = text.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            at -= rune.Utf16SequenceLength;
            rune.EncodeToUtf16(reversed.AsSpan(at));
        }
        return new string(reversed);
    }

    static string Part(string text, int start, int count)
    {
        int from = OffsetOf(text, 0, start);
        return text[from..OffsetOf(text, from, count)];
    }

    static int OffsetOf(string text, int from, int characters)
    {
        int at = from;
        for (; characters > 0 && at < text.Length; characters--)
        {
            at += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        }
        return at;
    }

    static string Trim(string function, ReadOnlySpan<CypherValue> arguments, bool start, bool end)
    {
        var text = Argument.Text(function, arguments[0]);
        var characters = arguments.Length == 2 ? Argument.Text(function, arguments[1]).ToCharArray() : null;
        text = start ? text.TrimStart(characters) : text;
        return end ? text.TrimEnd(characters) : text;
    }

    static CypherValue Split(ReadOnlySpan<CypherValue> arguments)
    {
        var text = Argument.Text("split", arguments[0]);
        var separators = arguments[1].Type == CypherType.List ? arguments[1].AsList().ToArray() : [arguments[1]];
        var texts = Array.ConvertAll(separators, separator => Argument.Text("split", separator));
        IEnumerable<string> parts = texts is [""] && text.Length > 0
            ? text.EnumerateRunes().Select(rune => rune.ToString())
            : text.Split(texts, StringSplitOptions.None);
        return CypherValue.List([.. parts.Select(part => (CypherValue)part)]);
    }
}
