using System.Globalization;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>toBoolean, toInteger, toFloat, toString, their …OrNull forms (null instead of an error for a type that cannot be converted) and their …List forms.</summary>
internal static class ConversionFunctions
{
    delegate CypherValue? Conversion(in CypherValue value);

    public static void Register(FunctionTable table)
    {
        Register(table, "toBoolean", "a Boolean, a String or an Integer", ToBoolean);
        Register(table, "toInteger", "a number, a Boolean or a String", ToInteger);
        Register(table, "toFloat", "a number or a String", ToFloat);
        Register(table, "toString", "a Boolean, a number, a String, a temporal value or a Point", ToText);
        table.Alias("toInt", "toInteger");
    }

    static void Register(FunctionTable table, string name, string wanted, Conversion convert)
    {
        table.Add(name, 1, (arguments, _) => convert(arguments[0]) ?? throw Argument.Wrong(name, wanted, arguments[0], "InvalidArgumentValue"));
        table.Add($"{name}OrNull", 1, (arguments, _) => convert(arguments[0]) ?? default);
        table.Add($"{name}List", 1, (arguments, _) =>
        {
            if (arguments[0].Type != CypherType.List)
            {
                throw Argument.Wrong($"{name}List", "a List", arguments[0]);
            }
            var items = arguments[0].AsList().ToArray();
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = convert(items[i]) ?? default;
            }
            return CypherValue.List(items);
        });
    }

    // Null (the C# one) for a type that cannot be converted; the absent value for a text that says nothing sensible.
    static CypherValue? ToBoolean(in CypherValue value) => value.Type switch
    {
        CypherType.Boolean => value,
        CypherType.Integer => value.AsInteger() != 0,
        CypherType.String => bool.TryParse(value.AsString().Trim(), out bool parsed) ? parsed : default(CypherValue),
        _ => (CypherValue?)null,
    };

    static CypherValue? ToInteger(in CypherValue value)
    {
        switch (value.Type)
        {
            case CypherType.Integer: return value;
            case CypherType.Boolean: return value.AsBoolean() ? 1 : 0;
            case CypherType.Float: return Truncate(value.AsFloat());
            case CypherType.String:
                var text = value.AsString().AsSpan().Trim();
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
                {
                    return whole;
                }
                return TryParseFloat(text, out double number) && double.IsFinite(number) && IsInRange(number) ? (long)number : default(CypherValue);
            default: return null;
        }
    }

    static CypherValue Truncate(double value) => double.IsNaN(value) ? CypherValue.Null
        : IsInRange(value) ? (long)value
        : throw new CypherRuntimeException(string.Create(CultureInfo.InvariantCulture, $"toInteger({value:R}) does not fit in a 64-bit integer."), "IntegerOverflow");

    static bool IsInRange(double value) => value is >= long.MinValue and < 9223372036854775808.0;

    static CypherValue? ToFloat(in CypherValue value) => value.Type switch
    {
        CypherType.Integer or CypherType.Float => value.AsFloat(),
        CypherType.String => TryParseFloat(value.AsString().AsSpan().Trim(), out double parsed) ? parsed : default(CypherValue),
        _ => (CypherValue?)null,
    };

    static bool TryParseFloat(ReadOnlySpan<char> text, out double value) => double.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);

    static CypherValue? ToText(in CypherValue value) => value.Type switch
    {
        CypherType.String => value,
        CypherType.Boolean or CypherType.Integer or CypherType.Float or >= CypherType.Date => value.ToString(),
        _ => (CypherValue?)null,
    };
}
