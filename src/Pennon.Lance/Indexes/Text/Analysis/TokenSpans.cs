using System.Buffers;
using System.Text;

namespace Pennon.Lance.Indexes.Text;

/// <summary>A word before it is filtered: where it lies in the text, and its position among the words.</summary>
readonly record struct TokenSpan(int Start, int Length, int Position);

/// <summary>Cuts text into words (TABLE 17.10).</summary>
static class TokenSpans
{
    static readonly SearchValues<char> s_whitespace = SearchValues.Create(" \t\n\f\r");

    /// <summary>Adds the words of a text.</summary>
    public static void Split(ReadOnlySpan<char> text, TextTokenizer tokenizer, int minimumNGram, int maximumNGram, bool prefixOnly, List<TokenSpan> tokens)
    {
        switch (tokenizer)
        {
            case TextTokenizer.Simple:
                Words(text, tokens);
                break;
            case TextTokenizer.Whitespace:
                BetweenSpaces(text, tokens);
                break;
            case TextTokenizer.Raw:
                tokens.Add(new TokenSpan(0, text.Length, 0));
                break;
            default:
                NGrams(text, minimumNGram, maximumNGram, prefixOnly, tokens);
                break;
        }
    }

    static void Words(ReadOnlySpan<char> text, List<TokenSpan> tokens)
    {
        var position = 0;
        var start = -1;
        for (var i = 0; i < text.Length;)
        {
            var size = 1;
            bool inside;
            if (char.IsSurrogate(text[i]))
            {
                Rune.DecodeFromUtf16(text[i..], out var rune, out size);
                inside = Alphanumerics.Contains(rune);
            }
            else
            {
                inside = Alphanumerics.Contains(text[i]);
            }
            if (inside && start < 0)
                start = i;
            else if (!inside && start >= 0)
            {
                tokens.Add(new TokenSpan(start, i - start, position++));
                start = -1;
            }
            i += size;
        }
        if (start >= 0)
            tokens.Add(new TokenSpan(start, text.Length - start, position));
    }

    static void BetweenSpaces(ReadOnlySpan<char> text, List<TokenSpan> tokens)
    {
        var position = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOfAny(s_whitespace);
            if (length < 0)
                length = text.Length - at;
            if (length > 0)
                tokens.Add(new TokenSpan(at, length, position++));
            at += length + 1;
        }
    }

    static void NGrams(ReadOnlySpan<char> text, int minimum, int maximum, bool prefixOnly, List<TokenSpan> tokens)
    {
        for (var start = 0; start < text.Length; start += Size(text, start))
        {
            var end = start;
            for (var length = 1; length <= maximum && end < text.Length; length++)
            {
                end += Size(text, end);
                if (length >= minimum)
                    tokens.Add(new TokenSpan(start, end - start, 0));
            }
            if (prefixOnly)
                return;
        }
    }

    static int Size(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
}
