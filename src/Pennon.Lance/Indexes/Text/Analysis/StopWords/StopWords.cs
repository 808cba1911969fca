using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Pennon.Lance.Indexes.Text;

/// <summary>The words of each language that are left out of an index.</summary>
static class StopWords
{
    static readonly ConcurrentDictionary<TextLanguage, FrozenSet<string>> s_sets = new();

    /// <exception cref="LanceNotSupportedException">There is no list for the language.</exception>
    public static FrozenSet<string> Of(TextLanguage language) => s_sets.GetOrAdd(language, static l =>
        ListOf(l).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet());

    static string ListOf(TextLanguage language) => language switch
    {
        TextLanguage.English => EnglishStopWords.Words,
        _ => throw new LanceNotSupportedException("text-stop-words",
            $"There is no list of stop words for {language}; create the index with stop words of your own, or keep them."),
    };
}
