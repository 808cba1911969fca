namespace Pennon.Cypher;

/// <summary>A query could not be understood or could not be run. <see cref="Code"/> names the kind of error and does not change between releases.</summary>
public abstract class CypherException : Exception
{
    private protected CypherException(string message, string code, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
    }

    /// <summary>A stable name such as <c>UnexpectedSyntax</c>, <c>InvalidArgumentType</c> or <c>DivisionByZero</c>, as used by the openCypher TCK where it has one.</summary>
    public string Code { get; }
}

/// <summary>A value met while a query ran does not allow the operation: division by zero, overflow, a number out of range.</summary>
public class CypherRuntimeException : CypherException
{
    /// <summary>An error with a message of one sentence and a stable code.</summary>
    /// <param name="message">What went wrong, with which values, and what would be right.</param>
    /// <param name="code">The stable name of the kind of error.</param>
    /// <param name="inner">The cause, if another exception was one.</param>
    public CypherRuntimeException(string message, string code, Exception? inner = null)
        : base(message, code, inner)
    {
    }
}

/// <summary>A value met while a query ran has a type that the operation does not take.</summary>
public sealed class CypherTypeException : CypherRuntimeException
{
    /// <summary>An error with a message of one sentence and a stable code.</summary>
    /// <param name="message">What was given and what is taken.</param>
    /// <param name="code">The stable name of the kind of error.</param>
    public CypherTypeException(string message, string code = "InvalidArgumentType")
        : base(message, code)
    {
    }
}
