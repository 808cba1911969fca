using System.Text;

namespace Pennon.Lance.Scans;

/// <summary>A LIKE pattern, ready to match UTF-8 text.</summary>
sealed class LikePattern
{
    readonly List<Part> _parts;
    readonly bool _ignoreCase;
    readonly bool _startsOpen;
    readonly bool _endsOpen;

    // A stretch without %; a negative entry stands for any one character.
    sealed record Part(short[] Units, bool HasWildcards, byte[] Bytes);

    public LikePattern(ReadOnlySpan<byte> pattern, char? escape, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        if (ignoreCase)
            pattern = Lower(pattern);
        var escapeBytes = escape is { } e ? Encoding.UTF8.GetBytes([e]) : [];
        _parts = [];
        var units = new List<short>();
        var any = false;
        for (var i = 0; i < pattern.Length;)
        {
            if (escapeBytes.Length > 0 && pattern[i..].StartsWith(escapeBytes) && i + escapeBytes.Length < pattern.Length)
            {
                i += escapeBytes.Length;
                units.Add(pattern[i++]);
            }
            else if (pattern[i] == '%')
            {
                if (i == 0)
                    _startsOpen = true;
                if (i == pattern.Length - 1)
                    _endsOpen = true;
                Close(units);
                any = true;
                i++;
            }
            else if (pattern[i] == '_')
            {
                units.Add(-1);
                i++;
            }
            else
            {
                units.Add(pattern[i++]);
            }
        }
        IsExact = !any;
        if (units.Count > 0 || IsExact)
            Add(units);
    }

    bool IsExact { get; }

    /// <summary>The pattern's text and its place, when it is one stretch of text without wildcards inside and letters count as they are.</summary>
    public bool TryGetLiteral(out LikePlace place, out ReadOnlySpan<byte> literal)
    {
        place = IsExact ? LikePlace.Whole : _startsOpen && _endsOpen ? LikePlace.Anywhere : _startsOpen ? LikePlace.End : LikePlace.Start;
        literal = default;
        if (_ignoreCase || _parts.Count != 1 || _parts[0].HasWildcards)
            return false;
        literal = _parts[0].Bytes;
        return true;
    }

    /// <summary>Whether a text matches.</summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (_ignoreCase)
            text = Lower(text);
        if (IsExact)
            return MatchAt(text, 0, _parts[0]) == text.Length;
        var at = 0;
        var first = 0;
        var last = _parts.Count;
        if (!_startsOpen)
        {
            at = MatchAt(text, 0, _parts[0]);
            if (at < 0)
                return false;
            first = 1;
        }
        if (!_endsOpen && last > first)
            last--;
        // Each middle part takes its first match; taking a later one could never help those that follow.
        for (var i = first; i < last; i++)
        {
            at = Find(text, at, _parts[i]);
            if (at < 0)
                return false;
        }
        return _endsOpen || last == _parts.Count || EndsWith(text, at, _parts[last]);
    }

    static int MatchAt(ReadOnlySpan<byte> text, int at, Part part)
    {
        if (!part.HasWildcards)
            return text[at..].StartsWith(part.Bytes) ? at + part.Bytes.Length : -1;
        foreach (var unit in part.Units)
        {
            if (at >= text.Length)
                return -1;
            if (unit < 0)
                at = TextValues.Advance(text, at, 1);
            else if (text[at++] != unit)
                return -1;
        }
        return at;
    }

    static int Find(ReadOnlySpan<byte> text, int at, Part part)
    {
        if (!part.HasWildcards)
        {
            var found = text[at..].IndexOf(part.Bytes);
            return found < 0 ? -1 : at + found + part.Bytes.Length;
        }
        for (; at <= text.Length; at = TextValues.Advance(text, at, 1))
        {
            var end = MatchAt(text, at, part);
            if (end >= 0)
                return end;
            if (at == text.Length)
                break;
        }
        return -1;
    }

    static bool EndsWith(ReadOnlySpan<byte> text, int at, Part part)
    {
        if (!part.HasWildcards)
            return text[at..].EndsWith(part.Bytes);
        // Wildcards stand for one to four bytes, so the end is found by trying each start that leaves room.
        for (; at <= text.Length; at = TextValues.Advance(text, at, 1))
        {
            if (MatchAt(text, at, part) == text.Length)
                return true;
            if (at == text.Length)
                break;
        }
        return false;
    }

    static byte[] Lower(ReadOnlySpan<byte> text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLowerInvariant());

    void Close(List<short> units)
    {
        if (units.Count > 0)
            Add(units);
        units.Clear();
    }

    void Add(List<short> units)
    {
        var wild = units.Exists(u => u < 0);
        _parts.Add(new Part([.. units], wild, wild ? [] : [.. units.Select(u => (byte)u)]));
    }
}
