using Pennon.Cypher.Syntax;

namespace Pennon.Cypher;

/// <summary>
/// The query is well-formed Cypher but has no meaning: an undefined variable, a type that an operation does not take, an aggregate where
/// none may stand. The message shows the line with a caret.
/// </summary>
public sealed class CypherSemanticException : CypherException
{
    CypherSemanticException(string message, int line, int column, int offset, string code)
        : base(message, code)
    {
        Line = line;
        Column = column;
        Offset = offset;
    }

    /// <summary>The line of the error, from 1.</summary>
    public int Line { get; }

    /// <summary>The column of the error in its line, from 1, in UTF-16 code units.</summary>
    public int Column { get; }

    /// <summary>The offset of the error in the query text, from 0, in UTF-16 code units.</summary>
    public int Offset { get; }

    internal static CypherSemanticException At(ReadOnlySpan<char> text, SourceSpan span, string message, string code)
    {
        var (line, column, excerpt) = SourceExcerpt.Of(text, span.Start);
        return new CypherSemanticException($"{message} (line {line}, column {column})\n{excerpt}", line, column, span.Start, code);
    }
}
