using System.Collections.Frozen;

namespace Pennon.Lance.Indexes.Text;

/// <summary>The English (Porter 2) algorithm of the Snowball project.</summary>
sealed class EnglishStemmer : Stemmer
{
    static readonly FrozenDictionary<string, string> s_exceptions = new Dictionary<string, string>
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    }.ToFrozenDictionary();

    // Starts of words that keep their ending -ing or -eed.
    static readonly FrozenSet<string> s_beforeIng = FrozenSet.ToFrozenSet(["inn", "out", "cann", "herr", "earr", "even"]);

    static readonly FrozenSet<string> s_beforeEed = FrozenSet.ToFrozenSet(["proc", "exc", "succ"]);

    // Starts after which the first region begins at once, so that for example university and universe stay apart.
    static readonly string[] s_longRegions = ["gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter"];

    static readonly (string Suffix, string By)[] s_step2 =
    [
        ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"),
        ("biliti", "ble"), ("lessli", "less"), ("tional", "tion"),
        ("alism", "al"), ("ogist", "og"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"), ("iviti", "ive"), ("ousli", "ous"),
        ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"),
        ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    static readonly (string Suffix, string By)[] s_step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"),
        ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    static readonly string[] s_step4 =
    [
        "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti", "ive", "ize", "ous", "al", "er", "ic",
    ];

    int _r1;
    int _r2;

    protected override void Run()
    {
        if (Limit <= 2)
            return;
        if (s_exceptions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Word.AsSpan(0, Limit), out var stem))
        {
            Replace(0, Limit, stem);
            return;
        }
        var marked = MarkConsonantY();
        FindRegions();
        RemovePlural();
        RemovePast();
        ReplaceFinalY();
        Step2();
        Step3();
        Step4();
        RemoveFinalLetter();
        if (marked)
            Word.AsSpan(0, Limit).Replace('Y', 'y');
    }

    // A y that acts as a consonant is written Y while the word is worked on.
    bool MarkConsonantY()
    {
        var marked = false;
        if (Word[0] == '\'')
            Replace(0, 1, "");
        for (var i = 0; i < Limit; i++)
        {
            if (Word[i] == 'y' && (i == 0 || IsVowel(Word[i - 1])))
            {
                Word[i] = 'Y';
                marked = true;
            }
        }
        return marked;
    }

    void FindRegions()
    {
        var special = Array.Find(s_longRegions, start => Word.AsSpan(0, Limit).StartsWith(start));
        _r1 = special?.Length ?? AfterVowelAndConsonant(0);
        _r2 = AfterVowelAndConsonant(_r1);
    }

    int AfterVowelAndConsonant(int at)
    {
        while (at < Limit && !IsVowel(Word[at]))
            at++;
        while (at < Limit && IsVowel(Word[at]))
            at++;
        return Math.Min(at + 1, Limit);
    }

    void RemovePlural()
    {
        if (Ends("'s'"))
            Cut(3);
        else if (Ends("'s"))
            Cut(2);
        else if (Ends("'"))
            Cut(1);
        if (Ends("sses"))
            Cut(2);
        else if (Ends("ied") || Ends("ies"))
            Cut(Limit > 4 ? 2 : 1);
        else if (Ends("s") && !Ends("us") && !Ends("ss") && HasVowel(Limit - 2))
            Cut(1);
    }

    void RemovePast()
    {
        var eed = Ends("eedly") ? 5 : Ends("eed") ? 3 : 0;
        if (eed > 0)
        {
            if (Limit - eed >= _r1 && !StartIsOneOf(s_beforeEed, Limit - eed))
                Cut(eed - 2);
            return;
        }
        if (Ends("ing"))
        {
            if (Limit == 5 && Word[1] == 'y' && !IsVowel(Word[0]))
            {
                Replace(1, Limit, "ie");
                return;
            }
            if (StartIsOneOf(s_beforeIng, Limit - 3))
                return;
        }
        var length = Ends("ingly") ? 5 : Ends("edly") ? 4 : Ends("ing") ? 3 : Ends("ed") ? 2 : 0;
        if (length == 0 || !HasVowel(Limit - length))
            return;
        Cut(length);
        if (Ends("at") || Ends("bl") || Ends("iz"))
            Replace(Limit, Limit, "e");
        else if (Limit >= 2 && Word[Limit - 2] == Word[Limit - 1] && IsDoubled(Word[Limit - 1]))
        {
            if (Limit != 3 || Word[0] is not ('a' or 'e' or 'o'))
                Cut(1);
        }
        else if (Limit == _r1 && EndsInShortSyllable(Limit))
            Replace(Limit, Limit, "e");
    }

    void ReplaceFinalY()
    {
        if (Limit > 2 && (Word[Limit - 1] is 'y' or 'Y') && !IsVowel(Word[Limit - 2]))
            Word[Limit - 1] = 'i';
    }

    void Step2()
    {
        foreach (var (suffix, by) in s_step2)
        {
            if (!Ends(suffix))
                continue;
            var start = Limit - suffix.Length;
            if (start < _r1)
                return;
            var before = start > 0 ? Word[start - 1] : '\0';
            var fits = suffix switch
            {
                "ogi" => before == 'l',
                "li" => before is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                _ => true,
            };
            if (fits)
                Replace(start, Limit, by);
            return;
        }
    }

    void Step3()
    {
        foreach (var (suffix, by) in s_step3)
        {
            if (!Ends(suffix))
                continue;
            var start = Limit - suffix.Length;
            if (start >= (suffix == "ative" ? Math.Max(_r1, _r2) : _r1))
                Replace(start, Limit, by);
            return;
        }
    }

    void Step4()
    {
        foreach (var suffix in s_step4)
        {
            if (!Ends(suffix))
                continue;
            var start = Limit - suffix.Length;
            if (start >= _r2 && (suffix != "ion" || start > 0 && (Word[start - 1] is 's' or 't')))
                Cut(suffix.Length);
            return;
        }
    }

    void RemoveFinalLetter()
    {
        var start = Limit - 1;
        if (Ends("e"))
        {
            if (start >= _r2 || start >= _r1 && !EndsInShortSyllable(start))
                Cut(1);
        }
        else if (Ends("ll") && start >= _r2)
        {
            Cut(1);
        }
    }

    // Consonant, vowel, consonant other than w, x and Y; or a word that begins with a vowel and a consonant and ends there;
    // or "past".
    bool EndsInShortSyllable(int end)
    {
        if (end >= 3 && !IsVowel(Word[end - 1]) && Word[end - 1] is not ('w' or 'x' or 'Y') && IsVowel(Word[end - 2]) && !IsVowel(Word[end - 3]))
            return true;
        return end == 2 && !IsVowel(Word[1]) && IsVowel(Word[0]) || Word.AsSpan(0, end).EndsWith("past");
    }

    bool StartIsOneOf(FrozenSet<string> starts, int end) => starts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Word.AsSpan(0, end));

    bool HasVowel(int end)
    {
        for (var i = 0; i < end; i++)
        {
            if (IsVowel(Word[i]))
                return true;
        }
        return false;
    }

    bool Ends(string suffix) => Word.AsSpan(0, Limit).EndsWith(suffix);

    void Cut(int length) => Limit -= length;

    static bool IsDoubled(char c) => c is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';

    static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
