using Pennon.Cypher.Syntax;

namespace Pennon.Cypher;

/// <summary>The text of a query is not Cypher. The message says what was found and expected, and shows the line with a caret.</summary>
public sealed class CypherSyntaxException : CypherException
{
    internal CypherSyntaxException(string message, int line, int column, int offset, string code = "UnexpectedSyntax")
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

    /// <summary>An error at <paramref name="offset"/> of <paramref name="text"/>; line, column and the excerpt are worked out here.</summary>
    /// <param name="text">The whole query.</param>
    /// <param name="offset">Where the error is, from 0.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="code">The stable name of the kind of error, as the openCypher TCK names it.</param>
    internal static CypherSyntaxException At(ReadOnlySpan<char> text, int offset, string message, string code = "UnexpectedSyntax")
    {
        var (line, column, excerpt) = SourceExcerpt.Of(text, offset);
        return new CypherSyntaxException($"{message} (line {line}, column {column})\n{excerpt}", line, column, offset, code);
    }
}
