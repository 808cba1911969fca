using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Functions of numbers. Outside its domain a function gives NaN, as in IEEE 754.</summary>
internal static class MathFunctions
{
    public static void Register(FunctionTable table)
    {
        table.Add("abs", 1, (arguments, _) => arguments[0].Type == CypherType.Integer
            ? arguments[0].AsInteger() < 0 ? CypherOperators.Negate(arguments[0]) : arguments[0]
            : Math.Abs(Argument.Number("abs", arguments[0])));
        table.Add("sign", 1, (arguments, _) => arguments[0].Type == CypherType.Integer
            ? Math.Sign(arguments[0].AsInteger())
            : Argument.Number("sign", arguments[0]) is var value && double.IsNaN(value) ? default : (CypherValue)(long)Math.Sign(value));
        table.Add("round", 1, 3, (arguments, _) => Round(arguments));
        table.Add("isNaN", 1, (arguments, _) => double.IsNaN(Argument.Number("isNaN", arguments[0])));
        table.Add("atan2", 2, (arguments, _) => Math.Atan2(Argument.Number("atan2", arguments[0]), Argument.Number("atan2", arguments[1])));
        table.Add("pi", 0, (_, _) => Math.PI);
        table.Add("e", 0, (_, _) => Math.E);
        Unary("ceil", Math.Ceiling);
        Unary("floor", Math.Floor);
        Unary("sqrt", Math.Sqrt);
        Unary("exp", Math.Exp);
        Unary("log", Math.Log);
        table.Alias("ln", "log");
        Unary("log10", Math.Log10);
        Unary("sin", Math.Sin);
        Unary("cos", Math.Cos);
        Unary("tan", Math.Tan);
        Unary("cot", value => 1 / Math.Tan(value));
        Unary("asin", Math.Asin);
        Unary("acos", Math.Acos);
        Unary("atan", Math.Atan);
        Unary("sinh", Math.Sinh);
        Unary("cosh", Math.Cosh);
        Unary("tanh", Math.Tanh);
        Unary("degrees", double.RadiansToDegrees);
        Unary("radians", double.DegreesToRadians);
        Unary("haversin", value => (1 - Math.Cos(value)) / 2);

        void Unary(string name, Func<double, double> body) => table.Add(name, 1, (arguments, _) => body(Argument.Number(name, arguments[0])));
    }

    /// <summary>Without a precision halves go up (towards positive infinity); with one, away from zero unless a mode says otherwise.</summary>
    static CypherValue Round(ReadOnlySpan<CypherValue> arguments)
    {
        const int MaxDigits = 15;
        double value = Argument.Number("round", arguments[0]);
        if (arguments.Length == 1)
        {
            // Adding a half first would round 0.49999999999999994 up.
            double floor = Math.Floor(value);
            return value - floor >= 0.5 ? floor + 1 : floor;
        }
        int digits = Argument.Count("round", arguments[1]);
        var mode = arguments.Length == 2 ? "HALF_UP" : Argument.Text("round", arguments[2]).ToUpperInvariant();
        if (!double.IsFinite(value) || digits > MaxDigits || Math.Abs(value) >= (double)decimal.MaxValue / 10)
        {
            return value;
        }
        decimal exact = (decimal)value;
        var rounded = mode switch
        {
            "UP" => Away(exact, digits),
            "DOWN" => decimal.Round(exact, digits, MidpointRounding.ToZero),
            "CEILING" => decimal.Round(exact, digits, MidpointRounding.ToPositiveInfinity),
            "FLOOR" => decimal.Round(exact, digits, MidpointRounding.ToNegativeInfinity),
            "HALF_UP" => decimal.Round(exact, digits, MidpointRounding.AwayFromZero),
            "HALF_EVEN" => decimal.Round(exact, digits, MidpointRounding.ToEven),
            "HALF_DOWN" => HalfDown(exact, digits),
            _ => throw new CypherRuntimeException(
                $"round() knows the modes UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN and HALF_EVEN, not {arguments[2]}.", "InvalidArgumentValue"),
        };
        return (double)rounded;
    }

    static decimal Away(decimal value, int digits) =>
        decimal.Round(value, digits, value < 0 ? MidpointRounding.ToNegativeInfinity : MidpointRounding.ToPositiveInfinity);

    static decimal HalfDown(decimal value, int digits)
    {
        decimal towardsZero = decimal.Round(value, digits, MidpointRounding.ToZero);
        decimal half = 0.5m;
        for (int i = 0; i < digits; i++)
        {
            half /= 10;
        }
        return Math.Abs(value - towardsZero) > half ? Away(value, digits) : towardsZero;
    }
}
