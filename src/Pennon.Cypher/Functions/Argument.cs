using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Errors about arguments, worded alike.</summary>
internal static class Argument
{
    public static CypherTypeException Wrong(string function, string wanted, in CypherValue value, string code = "InvalidArgumentType") =>
        new($"{function}() takes {wanted}, but the value is {value.Describe()}.", code);

    public static CypherRuntimeException OutOfRange(string message) => new(message, "NumberOutOfRange");

    public static string Text(string function, in CypherValue value) =>
        value.Type == CypherType.String ? value.AsString() : throw Wrong(function, "a String", value);

    public static long Integer(string function, in CypherValue value) =>
        value.Type == CypherType.Integer ? value.AsInteger() : throw Wrong(function, "an Integer", value);

    public static double Number(string function, in CypherValue value) => value.IsNumber ? value.AsFloat() : throw Wrong(function, "a number", value);

    /// <summary>A count of characters or elements: not negative, and cut to what a string or list can hold.</summary>
    public static int Count(string function, in CypherValue value)
    {
        long count = Integer(function, value);
        return count >= 0 ? (int)Math.Min(count, int.MaxValue) : throw OutOfRange($"{function}() takes a count of 0 or more, but it is {count}.");
    }
}
