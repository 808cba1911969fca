using System.Text.Json;
using Pennon.Lance.Indexes.Text;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Indexes.Text;

public sealed class EnglishAnalysisTests
{
    static JsonElement Expected()
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables", "analyzer_english.expected.json");
        return JsonDocument.Parse(File.ReadAllText(SharedData.Path("lance", "fixtures", "tables", "analyzer_english.expected.json"))).RootElement;
    }

    [Fact]
    public void Every_recorded_word_has_its_stem()
    {
        var analyzer = new TextAnalyzer(new TextParameters { RemoveStopWords = false });
        AssertWords(Expected().GetProperty("stem"), analyzer);
    }

    [Fact]
    public void Every_recorded_word_passes_the_default_chain_as_recorded()
    {
        var analyzer = new TextAnalyzer(new TextParameters());
        AssertWords(Expected().GetProperty("full"), analyzer);
    }

    [Fact]
    public void Exactly_the_recorded_stop_words_are_dropped()
    {
        var expected = Expected();
        var analyzer = new TextAnalyzer(new TextParameters { Stem = false });
        var dropped = expected.GetProperty("stem").EnumerateObject().Select(p => p.Name).Where(w => analyzer.Filter(w) is null);
        var recorded = expected.GetProperty("stopWords").EnumerateArray().Select(w => w.GetString()!).ToArray();
        Assert.Equal(recorded.Order(StringComparer.Ordinal), dropped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Recorded_sentences_give_their_words_and_positions()
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables", "idx_fts.expected.json");
        var file = JsonDocument.Parse(File.ReadAllText(SharedData.Path("lance", "fixtures", "tables", "idx_fts.expected.json"))).RootElement;
        var analyzer = new TextAnalyzer(new TextParameters());
        foreach (var sentence in file.GetProperty("tokenize").EnumerateObject())
        {
            var expected = sentence.Value.EnumerateArray().Select(t => (t.GetProperty("text").GetString()!, t.GetProperty("position").GetInt32()));
            // The engine's tokenize call counts from the first word that is left.
            var words = analyzer.Analyze(sentence.Name);
            Assert.Equal(expected, words.Select(w => (w.Word, w.Position - words[0].Position)));
        }
    }

    [Theory]
    [InlineData("İSTANBUL", "i̇stanbul")]
    [InlineData("STRASSE ß", "strasse ß")]
    [InlineData("Ⅷ ½ x²", "ⅷ ½ x²")]
    [InlineData("𐐀𐐁 a𝒜b", "𐐨𐐩 a𝒜b")]
    public void Lower_case_follows_single_code_points(string text, string words)
    {
        var analyzer = new TextAnalyzer(new TextParameters { Stem = false, RemoveStopWords = false, AsciiFolding = false });
        Assert.Equal(words, string.Join(' ', analyzer.Analyze(text).Select(w => w.Word)));
    }

    [Theory]
    [InlineData("naïve", "naive")]
    [InlineData("Æsir øl ßs ﬁx Ωmega", "AEsir ol sss fix Ωmega")]
    [InlineData("e\u0301x", "e\u0301x")]
    public void Folding_replaces_what_stands_for_ascii(string text, string words)
    {
        var analyzer = new TextAnalyzer(new TextParameters
        {
            Tokenizer = TextTokenizer.Whitespace,
            LowerCase = false,
            Stem = false,
            RemoveStopWords = false,
        });
        Assert.Equal(words, string.Join(' ', analyzer.Analyze(text).Select(w => w.Word)));
    }

    [Fact]
    public void Words_of_forty_bytes_are_dropped_and_keep_their_position()
    {
        var analyzer = new TextAnalyzer(new TextParameters { Stem = false });
        var words = analyzer.Analyze($"{new string('a', 39)} {new string('a', 40)} {new string('é', 20)} end");
        Assert.Equal([(new string('a', 39), 0), ("end", 3)], words);
    }

    [Fact]
    public void Grams_are_all_stretches_of_the_text()
    {
        var parameters = new TextParameters
        {
            Tokenizer = TextTokenizer.NGram,
            MinimumNGramLength = 2,
            MaximumNGramLength = 3,
            Stem = false,
            RemoveStopWords = false,
        };
        Assert.Equal("ab|ab |b |b c| c", string.Join('|', new TextAnalyzer(parameters).Analyze("Ab c").Select(w => w.Word)));
        Assert.Equal("ab|ab ", string.Join('|', new TextAnalyzer(parameters with { PrefixOnly = true }).Analyze("Ab c").Select(w => w.Word)));
        Assert.Equal("😀😀", string.Join('|', new TextAnalyzer(parameters).Analyze("😀😀").Select(w => w.Word)));
        Assert.Empty(new TextAnalyzer(parameters).Analyze("a"));
    }

    [Fact]
    public void Raw_text_is_one_word() =>
        Assert.Equal(
            [("two words", 0)],
            new TextAnalyzer(new TextParameters { Tokenizer = TextTokenizer.Raw, Stem = false, RemoveStopWords = false }).Analyze("Two Words"));

    [Theory]
    [InlineData("", "")]
    [InlineData("'", "'")]
    [InlineData("yyy", "yyy")]
    [InlineData("sayyids", "sayyid")]
    [InlineData("generations", "generat")]
    [InlineData("communism", "communism")]
    public void Odd_words_have_stems(string word, string stem) => Assert.Equal(stem, new EnglishStemmer().Stem(word).ToString());

    static void AssertWords(JsonElement words, TextAnalyzer analyzer)
    {
        var wrong = new List<string>();
        foreach (var word in words.EnumerateObject())
        {
            var actual = string.Join(' ', analyzer.Analyze(word.Name).Select(w => w.Word));
            if (actual != word.Value.GetString())
                wrong.Add($"{word.Name}: {actual}, not {word.Value.GetString()}");
        }
        Assert.Empty(wrong);
    }
}
