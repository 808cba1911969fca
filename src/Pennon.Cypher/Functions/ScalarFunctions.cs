using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Functions about values of any type.</summary>
internal static class ScalarFunctions
{
    public static void Register(FunctionTable table)
    {
        table.AddSeeingNulls("coalesce", 1, int.MaxValue, (arguments, _) =>
        {
            foreach (ref readonly var argument in arguments)
            {
                if (!argument.IsNull)
                {
                    return argument;
                }
            }
            return default;
        });
        table.AddSeeingNulls("exists", 1, 1, (arguments, _) => !arguments[0].IsNull);
        table.AddSeeingNulls("nullIf", 2, 2, (arguments, _) => CypherValue.AreEqual(arguments[0], arguments[1]) == true ? default : arguments[0]);
        table.AddSeeingNulls("valueType", 1, 1, (arguments, _) => arguments[0].Type.ToString().ToUpperInvariant());
        table.Add("isEmpty", 1, (arguments, _) => arguments[0].Type switch
        {
            CypherType.String => arguments[0].AsString().Length == 0,
            CypherType.List => arguments[0].AsList().Length == 0,
            CypherType.Map => arguments[0].AsMap().Count == 0,
            _ => throw Argument.Wrong("isEmpty", "a String, a List or a Map", arguments[0]),
        });
        table.AddVolatile("rand", 0, 0, (_, context) => context.Random.NextDouble());
        table.AddVolatile("timestamp", 0, 0, (_, context) =>
            (context.StatementTime.EpochSecond * 1000) + (context.StatementTime.Nanosecond / 1_000_000));
        table.AddVolatile("randomUUID", 0, 0, (_, context) => RandomUuid(context));
    }

    static string RandomUuid(FunctionContext context)
    {
        Span<byte> bytes = stackalloc byte[16];
        context.Random.NextBytes(bytes);
        // Version 4, variant 1 of RFC 9562.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
