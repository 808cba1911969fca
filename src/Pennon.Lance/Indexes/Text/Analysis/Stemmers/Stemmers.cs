namespace Pennon.Lance.Indexes.Text;

/// <summary>The stemmer of each language.</summary>
static class Stemmers
{
    /// <exception cref="LanceNotSupportedException">There is no stemmer for the language.</exception>
    public static Stemmer Create(TextLanguage language) => language switch
    {
        TextLanguage.English => new EnglishStemmer(),
        _ => throw new LanceNotSupportedException("text-stemmer",
            $"There is no stemmer for {language}; create the index without stemming, or with the n-gram tokenizer."),
    };
}
