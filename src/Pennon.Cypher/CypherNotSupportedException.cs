using Pennon.Cypher.Syntax;

namespace Pennon.Cypher;

/// <summary>The query is valid Cypher that this version does not execute. The message names the feature and shows where it stands.</summary>
public sealed class CypherNotSupportedException : CypherException
{
    CypherNotSupportedException(string message, string feature, int line, int column, int offset)
        : base(message, "NotSupported")
    {
        Feature = feature;
        Line = line;
        Column = column;
        Offset = offset;
    }

    /// <summary>What is not executed, such as <c>CREATE</c>.</summary>
    public string Feature { get; }

    /// <summary>The line of the feature, from 1.</summary>
    public int Line { get; }

    /// <summary>The column of the feature in its line, from 1, in UTF-16 code units.</summary>
    public int Column { get; }

    /// <summary>The offset of the feature in the query text, from 0, in UTF-16 code units.</summary>
    public int Offset { get; }

    internal static CypherNotSupportedException At(ReadOnlySpan<char> text, SourceSpan span, string feature, string? instead = null)
    {
        var (line, column, excerpt) = SourceExcerpt.Of(text, span.Start);
        string hint = instead is null ? "" : $" {instead}";
        return new CypherNotSupportedException(
            $"{feature} is not executed yet.{hint} (line {line}, column {column})\n{excerpt}", feature, line, column, span.Start);
    }
}
