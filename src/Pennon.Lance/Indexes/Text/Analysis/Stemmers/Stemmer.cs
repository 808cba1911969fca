namespace Pennon.Lance.Indexes.Text;

/// <summary>Cuts a lower-case word down to its stem. Not safe for concurrent use; the result depends on nothing but the word.</summary>
abstract class Stemmer
{
    // Characters before the word, where a stem that grows has room.
    const int Room = 16;

    protected char[] Word { get; private set; } = new char[64];

    /// <summary>The number of characters of the word.</summary>
    protected int Limit { get; set; }

    /// <summary>The stem, valid until the next call.</summary>
    public ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        if (word.Length + Room > Word.Length)
            Word = new char[word.Length * 2 + Room];
        word.CopyTo(Word);
        Limit = word.Length;
        Run();
        return Word.AsSpan(0, Limit);
    }

    /// <summary>Stems <see cref="Word"/> in place.</summary>
    protected abstract void Run();

    /// <summary>Replaces a stretch of the word.</summary>
    protected void Replace(int start, int end, ReadOnlySpan<char> by)
    {
        var growth = by.Length - (end - start);
        if (Limit + growth > Word.Length)
        {
            var longer = new char[(Limit + growth) * 2];
            Word.AsSpan(0, Limit).CopyTo(longer);
            Word = longer;
        }
        Word.AsSpan(end, Limit - end).CopyTo(Word.AsSpan(end + growth));
        by.CopyTo(Word.AsSpan(start));
        Limit += growth;
    }
}
