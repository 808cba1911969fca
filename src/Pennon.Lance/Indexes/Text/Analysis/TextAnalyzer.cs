using System.Collections.Frozen;
using System.Text;

namespace Pennon.Lance.Indexes.Text;

/// <summary>
/// Turns text into the words an index holds: cut, drop what is too long, lower case, stem, drop stop words, fold to ASCII, in this
/// order (TABLE 17.10). The words depend on nothing but text and parameters. Not safe for concurrent use.
/// </summary>
sealed class TextAnalyzer
{
    readonly TextParameters _parameters;
    readonly Stemmer? _stemmer;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>? _stopWords;
    readonly StringBuilder _lower = new();
    readonly List<TokenSpan> _spans = [];

    /// <exception cref="LanceNotSupportedException">The language has no stemmer or no stop words.</exception>
    public TextAnalyzer(TextParameters parameters)
    {
        _parameters = parameters;
        _stemmer = parameters.Stem ? Stemmers.Create(parameters.Language) : null;
        if (parameters.RemoveStopWords)
        {
            var words = parameters.CustomStopWords is { } custom ? custom.ToFrozenSet() : StopWords.Of(parameters.Language);
            _stopWords = words.GetAlternateLookup<ReadOnlySpan<char>>();
        }
    }

    public TextParameters Parameters => _parameters;

    /// <summary>Cuts a text. The list is valid until the next call.</summary>
    public List<TokenSpan> Split(ReadOnlySpan<char> text)
    {
        _spans.Clear();
        TokenSpans.Split(
            text, _parameters.Tokenizer, _parameters.MinimumNGramLength, _parameters.MaximumNGramLength, _parameters.PrefixOnly, _spans);
        return _spans;
    }

    /// <summary>Filters one word as the text has it; null if it is dropped.</summary>
    public string? Filter(ReadOnlySpan<char> word)
    {
        if (_parameters.MaximumTokenLength is { } maximum && Encoding.UTF8.GetByteCount(word) >= maximum)
            return null;
        scoped ReadOnlySpan<char> current = word;
        string? lower = null;
        if (_parameters.LowerCase)
            current = lower = Lower(word);
        if (_stemmer is not null)
        {
            current = _stemmer.Stem(current);
            lower = null;
        }
        if (_stopWords is { } stopWords && stopWords.Contains(current))
            return null;
        var result = lower ?? current.ToString();
        return _parameters.AsciiFolding ? AsciiFolding.Fold(result) : result;
    }

    /// <summary>The words of a text that are not dropped, with their positions.</summary>
    public List<(string Word, int Position)> Analyze(ReadOnlySpan<char> text)
    {
        var words = new List<(string, int)>();
        foreach (var span in Split(text))
        {
            if (Filter(text.Slice(span.Start, span.Length)) is { } word)
                words.Add((word, span.Position));
        }
        return words;
    }

    string Lower(ReadOnlySpan<char> word)
    {
        if (Ascii.IsValid(word))
        {
            Span<char> ascii = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
            Ascii.ToLower(word, ascii, out _);
            return new string(ascii);
        }
        _lower.Clear();
        foreach (var rune in word.EnumerateRunes())
        {
            // The one code point whose lower case is two.
            if (rune.Value == 0x130)
                _lower.Append("i\u0307");
            else
                _lower.Append(Rune.ToLowerInvariant(rune).ToString());
        }
        return _lower.ToString();
    }
}
