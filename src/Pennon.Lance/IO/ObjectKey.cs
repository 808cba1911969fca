namespace Pennon.Lance.IO;

/// <summary>The rules for keys of an <see cref="IObjectStore"/>.</summary>
/// <remarks>
/// A key has 1 to 1024 characters: segments joined by '/'. A segment is not empty, not <c>.</c> or <c>..</c>, does not end
/// in a space or a full stop, does not start with <c>.tmp_</c> (kept for unfinished writes), and holds no control character,
/// backslash or colon.
/// </remarks>
public static class ObjectKey
{
    /// <summary>The largest number of characters in a key.</summary>
    public const int MaximumLength = 1024;

    /// <summary>How names of unfinished writes start; listings leave them out.</summary>
    internal const string TemporaryPrefix = ".tmp_";

    /// <summary>Tells whether a string is a valid key.</summary>
    /// <param name="path">The candidate.</param>
    public static bool IsValid(string? path) => Problem(path) is null;

    /// <summary>Refuses a string that is no valid key.</summary>
    /// <param name="path">The candidate.</param>
    /// <exception cref="ArgumentException">The string breaks a rule; the message names it.</exception>
    public static void Check(string? path)
    {
        if (Problem(path) is { } problem)
            throw new ArgumentException($"'{path}' is not a valid object key: {problem}.", nameof(path));
    }

    /// <summary>Joins two parts with one '/'; an empty part adds nothing.</summary>
    /// <param name="first">The leading part, without a trailing '/'.</param>
    /// <param name="second">The trailing part, without a leading '/'.</param>
    public static string Combine(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : $"{first}/{second}";

    /// <summary>Checks a listing prefix: like a key, but may be empty or end inside a segment or after a '/'.</summary>
    internal static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
            return;
        var folder = prefix.LastIndexOf('/');
        if (folder == 0)
            throw new ArgumentException($"'{prefix}' is not a valid prefix: it starts with '/'.", nameof(prefix));
        if (folder > 0)
            Check(prefix[..folder]);
        if (folder + 1 < prefix.Length && prefix.AsSpan(folder + 1).IndexOfAny('\\', ':', '\0') >= 0)
            throw new ArgumentException($"'{prefix}' is not a valid prefix: it holds a backslash, colon or NUL.", nameof(prefix));
    }

    static string? Problem(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return "it is empty";
        if (path.Length > MaximumLength)
            return $"it has more than {MaximumLength} characters";
        var rest = path.AsSpan();
        while (true)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            if (segment.Length == 0)
                return "it has an empty segment";
            if (segment is "." or "..")
                return "it has a relative segment";
            if (segment[^1] is ' ' or '.')
                return "a segment ends in a space or a full stop";
            if (segment.StartsWith(TemporaryPrefix, StringComparison.Ordinal))
                return "a segment starts with '.tmp_'";
            foreach (var c in segment)
            {
                if (c is '\\' or ':' || char.IsControl(c))
                    return "it holds a backslash, a colon or a control character";
            }
            if (slash < 0)
                return null;
            rest = rest[(slash + 1)..];
        }
    }
}
