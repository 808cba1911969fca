using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Functions of lists, some of which take strings too.</summary>
internal static class ListFunctions
{
    const long MaxRange = 1 << 26;

    public static void Register(FunctionTable table)
    {
        table.Add("size", 1, (arguments, _) => arguments[0].Type switch
        {
            CypherType.List => (long)arguments[0].AsList().Length,
            CypherType.String => (long)StringFunctions.Length(arguments[0].AsString()),
            CypherType.Map => (long)arguments[0].AsMap().Count,
            CypherType.Bytes => (long)arguments[0].AsBytes().Length,
            _ => throw Argument.Wrong("size", "a List or a String", arguments[0]),
        });
        table.Add("head", 1, (arguments, _) => List("head", arguments[0]) is [var first, ..] ? first : default);
        table.Add("last", 1, (arguments, _) => List("last", arguments[0]) is [.., var last] ? last : default);
        table.Add("tail", 1, (arguments, _) => List("tail", arguments[0]) is [_, .. var rest] ? CypherValue.List(rest.ToArray()) : CypherValue.List());
        table.Add("reverse", 1, (arguments, _) =>
        {
            if (arguments[0].Type == CypherType.String)
            {
                return StringFunctions.Reverse(arguments[0].AsString());
            }
            var items = List("reverse", arguments[0]).ToArray();
            Array.Reverse(items);
            return CypherValue.List(items);
        });
        table.Add("range", 2, 3, (arguments, _) => Range(
            Argument.Integer("range", arguments[0]),
            Argument.Integer("range", arguments[1]),
            arguments.Length == 3 ? Argument.Integer("range", arguments[2]) : 1));
    }

    static ReadOnlySpan<CypherValue> List(string function, in CypherValue value) =>
        value.Type == CypherType.List ? value.AsList() : throw Argument.Wrong(function, "a List", value);

    /// <summary>The integers from start to end, both included.</summary>
    static CypherValue Range(long start, long end, long step)
    {
        if (step == 0)
        {
            throw Argument.OutOfRange("range() cannot take a step of 0.");
        }
        if (step > 0 ? start > end : start < end)
        {
            return CypherValue.List();
        }
        var count = ((Int128)end - start) / step + 1;
        if (count > MaxRange)
        {
            throw Argument.OutOfRange($"range({start}, {end}, {step}) would have {count} elements; at most {MaxRange} are built.");
        }
        var items = new CypherValue[(int)count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = start + (i * step);
        }
        return CypherValue.List(items);
    }
}
