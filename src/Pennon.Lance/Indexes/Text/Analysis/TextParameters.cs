namespace Pennon.Lance.Indexes.Text;

/// <summary>How an index turns text into words (TABLE 17.1, 17.2).</summary>
sealed record TextParameters
{
    public TextTokenizer Tokenizer { get; init; } = TextTokenizer.Simple;

    public TextLanguage Language { get; init; } = TextLanguage.English;

    public bool WithPositions { get; init; }

    /// <summary>Words of at least so many UTF-8 bytes are dropped; null keeps all.</summary>
    public int? MaximumTokenLength { get; init; } = 40;

    public bool LowerCase { get; init; } = true;

    public bool Stem { get; init; } = true;

    public bool RemoveStopWords { get; init; } = true;

    /// <summary>Stop words instead of the language's; null for the language's.</summary>
    public IReadOnlyList<string>? CustomStopWords { get; init; }

    public bool AsciiFolding { get; init; } = true;

    public int MinimumNGramLength { get; init; } = 3;

    public int MaximumNGramLength { get; init; } = 3;

    public bool PrefixOnly { get; init; }
}
