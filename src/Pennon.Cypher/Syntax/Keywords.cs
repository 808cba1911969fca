using System.Collections.Frozen;

namespace Pennon.Cypher.Syntax;

/// <summary>The words that have a meaning in the grammar. Case does not matter; all may also be used as names where that is not ambiguous.</summary>
internal enum Keyword : byte
{
    None,
    All, And, Any, As, Asc, Ascending, By, Call, Case, Collect, Contains, Count, Create, Delete, Desc, Descending, Detach, Distinct,
    Else, End, Ends, Exists, Explain, False, Foreach, In, Is, Limit, Match, Merge, None_, Not, Null, On, Offset, Optional, Or, Order, Profile,
    Reduce, Remove, Return, Set, Single, Skip, Starts, Then, True, Union, Unwind, When, Where, With, Xor, Yield,
}

internal static class Keywords
{
    const int LongestKeyword = 10;

    static readonly FrozenDictionary<string, Keyword> _byText = Enum.GetValues<Keyword>()
        .Where(keyword => keyword != Keyword.None)
        .ToFrozenDictionary(TextOf, StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, Keyword>.AlternateLookup<ReadOnlySpan<char>> _lookup = _byText.GetAlternateLookup<ReadOnlySpan<char>>();

    public static Keyword Find(ReadOnlySpan<char> word) =>
        word.Length <= LongestKeyword && _lookup.TryGetValue(word, out var keyword) ? keyword : Keyword.None;

    public static bool IsKeyword(ReadOnlySpan<char> word) => Find(word) != Keyword.None;

    /// <summary>Whether the word cannot be the name of a variable without backticks. Labels, types, keys and functions may bear any word.</summary>
    public static bool IsReserved(Keyword keyword) => keyword is not (Keyword.None or Keyword.Any or Keyword.Call or Keyword.Collect or Keyword.Count
        or Keyword.Explain or Keyword.Foreach or Keyword.None_ or Keyword.Offset or Keyword.Profile or Keyword.Reduce or Keyword.Single or Keyword.Yield);

    public static string TextOf(Keyword keyword) => keyword.ToString().TrimEnd('_').ToUpperInvariant();
}
