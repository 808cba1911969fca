namespace Pennon.Cli.Shell;

/// <summary>The names that completion offers.</summary>
/// <param name="Labels">Node labels.</param>
/// <param name="Types">Relationship types.</param>
/// <param name="Properties">Property names of both.</param>
internal sealed record SchemaWords(IReadOnlyList<string> Labels, IReadOnlyList<string> Types, IReadOnlyList<string> Properties)
{
    public static SchemaWords Empty { get; } = new([], [], []);
}

/// <summary>
/// Proposes what can stand at the cursor: shell commands after a leading colon, labels after <c>(…:</c>, relationship types
/// after <c>[…:</c>, property names after a dot, and otherwise keywords.
/// </summary>
internal sealed class Completer(SchemaWords words)
{
    static readonly string[] Keywords =
    [
        "ALL", "AND", "ANY", "AS", "ASC", "BY", "CALL", "CASE", "CONTAINS", "COUNT", "CREATE", "DELETE", "DESC", "DETACH", "DISTINCT", "ELSE",
        "END", "ENDS", "EXISTS", "FALSE", "IN", "IS", "LIMIT", "MATCH", "MERGE", "NONE", "NOT", "NULL", "ON", "OPTIONAL", "OR", "ORDER",
        "REMOVE", "RETURN", "SET", "SINGLE", "SKIP", "STARTS", "THEN", "TRUE", "UNION", "UNWIND", "WHEN", "WHERE", "WITH", "XOR", "YIELD",
    ];

    public Completion Complete(string text, int cursor)
    {
        var start = cursor;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
        {
            start--;
        }

        var typed = text[start..cursor];
        if (start == 1 && text[0] == ':')
        {
            return Matching(0, text[..cursor], ShellCommands.Names, StringComparison.Ordinal);
        }

        var before = start > 0 ? text[start - 1] : ' ';
        return before switch
        {
            ':' or '|' => Matching(start, typed, IsInsideBrackets(text, start) ? words.Types : words.Labels, StringComparison.OrdinalIgnoreCase),
            '.' => Matching(start, typed, words.Properties, StringComparison.OrdinalIgnoreCase),
            _ when typed.Length > 0 => CompleteKeyword(start, typed),
            _ => Completion.None,
        };
    }

    // Keywords follow the case that the user has begun with.
    static Completion CompleteKeyword(int start, string typed)
    {
        var found = Matching(start, typed, Keywords, StringComparison.OrdinalIgnoreCase);
        return char.IsLower(typed[0]) ? found with { Candidates = [.. found.Candidates.Select(k => k.ToLowerInvariant())] } : found;
    }

    static Completion Matching(int start, string typed, IReadOnlyList<string> among, StringComparison comparison) =>
        new(start, [.. among.Where(word => word.StartsWith(typed, comparison)).Distinct().Order(StringComparer.Ordinal)]);

    static bool IsInsideBrackets(string text, int at)
    {
        for (var i = at - 1; i >= 0; i--)
        {
            if (text[i] is '[' or '(' or ')' or ']')
            {
                return text[i] == '[';
            }
        }

        return false;
    }
}
