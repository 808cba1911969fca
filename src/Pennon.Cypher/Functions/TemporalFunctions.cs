using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>The constructors of temporal values with their clocks and truncations, and durations.</summary>
internal static class TemporalFunctions
{
    public static void Register(FunctionTable table)
    {
        Register(table, "date", CypherType.Date);
        Register(table, "localtime", CypherType.LocalTime);
        Register(table, "time", CypherType.Time);
        Register(table, "localdatetime", CypherType.LocalDateTime);
        Register(table, "datetime", CypherType.DateTime);
        table.Add("datetime.fromepoch", 2, (arguments, _) => FromEpoch(
            Argument.Integer("datetime.fromepoch", arguments[0]), Argument.Integer("datetime.fromepoch", arguments[1])));
        table.Add("datetime.fromepochmillis", 1, (arguments, _) =>
        {
            long millis = Argument.Integer("datetime.fromepochmillis", arguments[0]);
            return FromEpoch(Calendar.FloorDivide(millis, 1000), Calendar.FloorModulo(millis, 1000) * 1_000_000);
        });

        table.Add("duration", 1, (arguments, _) => Duration(arguments[0]));
        Between("between", DurationBetween.Between);
        Between("inMonths", DurationBetween.InMonths);
        Between("inDays", DurationBetween.InDays);
        Between("inSeconds", DurationBetween.InSeconds);

        void Between(string name, BetweenFunction body)
        {
            var full = $"duration.{name}";
            table.Add(full, 2, (arguments, _) => body(Temporal(full, arguments[0]), Temporal(full, arguments[1])));
        }
    }

    delegate CypherDuration BetweenFunction(in CypherValue from, in CypherValue to);

    static CypherValue Temporal(string function, in CypherValue value) =>
        TemporalParts.IsTemporal(value) ? value : throw Argument.Wrong(function, "temporal values", value);

    static void Register(FunctionTable table, string name, CypherType type)
    {
        table.AddVolatile(name, 0, 1, (arguments, context) =>
            arguments.Length == 0 ? Now(type, context.StatementTime, context.DefaultZone) : Create(name, type, arguments[0], context));
        foreach (var clock in (ReadOnlySpan<string>)["transaction", "statement", "realtime"])
        {
            bool live = clock == "realtime";
            var full = $"{name}.{clock}";
            table.AddVolatile(full, 0, 1, (arguments, context) => Now(
                type,
                live ? context.Now() : context.StatementTime,
                arguments.Length == 0 ? context.DefaultZone : Argument.Text(full, arguments[0])));
        }
        var truncate = $"{name}.truncate";
        table.AddVolatile(truncate, 1, 3, (arguments, context) => TemporalTruncation.Truncate(
            type,
            Argument.Text(truncate, arguments[0]),
            arguments.Length == 1 ? Now(type, context.StatementTime, context.DefaultZone) : Temporal(truncate, arguments[1]),
            arguments.Length < 3 ? CypherMap.Empty : arguments[2].Type == CypherType.Map ? arguments[2].AsMap() : throw Argument.Wrong(truncate, "a Map of components", arguments[2]),
            context.DefaultZone));
    }

    static CypherValue Now(CypherType type, CypherDateTime instant, string zone) =>
        TemporalParts.Of(instant with { Zone = TimeZones.AtInstant(zone, instant.EpochSecond) }).To(type);

    static CypherValue Create(string name, CypherType type, in CypherValue argument, FunctionContext context)
    {
        switch (argument.Type)
        {
            case CypherType.String:
                return TemporalParser.TryParse(type, argument.AsString(), out var parsed)
                    ? parsed
                    : throw new CypherRuntimeException($"{argument} is not a {type} in ISO 8601 form.", "InvalidArgumentValue");
            case CypherType.Map:
                var map = argument.AsMap();
                return map.Count == 1 && map.TryGetValue("timezone", out var zone)
                    ? Now(type, context.StatementTime, Argument.Text(name, zone))
                    : TemporalBuilder.Build(type, map, context.DefaultZone);
            default:
                var parts = TemporalParts.Of(Temporal(name, argument));
                bool lacksDate = type is CypherType.Date or CypherType.LocalDateTime or CypherType.DateTime && !parts.HasDate;
                if (lacksDate)
                {
                    throw Argument.Wrong(name, "a value that has a date", argument);
                }
                if (type is CypherType.Time or CypherType.DateTime && parts.OffsetSeconds is null)
                {
                    var here = TimeZones.AtLocal(context.DefaultZone, parts.LocalSecond);
                    parts = parts with { OffsetSeconds = here.OffsetSeconds, Zone = here };
                }
                return parts.To(type);
        }
    }

    static CypherDateTime FromEpoch(long seconds, long nanoseconds)
    {
        if (nanoseconds is < 0 or >= Calendar.NanosecondsPerSecond)
        {
            throw Argument.OutOfRange($"Nanoseconds lie between 0 and 999,999,999, but they are {nanoseconds}.");
        }
        return TemporalArithmetic.Add(new CypherDateTime(0, 0, CypherZone.Utc), TemporalArithmetic.Create(0, 0, seconds, nanoseconds), 1).AsDateTime();
    }

    static CypherValue Duration(in CypherValue argument)
    {
        switch (argument.Type)
        {
            case CypherType.Duration:
                return argument;
            case CypherType.String:
                return TemporalParser.TryParse(CypherType.Duration, argument.AsString(), out var parsed)
                    ? parsed
                    : throw new CypherRuntimeException($"{argument} is not a Duration in ISO 8601 form.", "InvalidArgumentValue");
            case CypherType.Map:
                return DurationOf(argument.AsMap());
            default:
                throw Argument.Wrong("duration", "a Map of components or a String", argument);
        }
    }

    static CypherValue DurationOf(CypherMap map)
    {
        decimal months = 0, days = 0, seconds = 0, nanoseconds = 0;
        if (map.Count == 0)
        {
            throw new CypherRuntimeException("duration() needs at least one component.", "InvalidArgumentValue");
        }
        foreach (var (key, value) in map)
        {
            if (value.IsNull)
            {
                return default;
            }
            decimal amount;
            try
            {
                amount = value.Type == CypherType.Integer ? value.AsInteger() : (decimal)Argument.Number("duration", value);
            }
            catch (OverflowException error)
            {
                throw new CypherRuntimeException($"The component '{key}' of a Duration is too large: {value}.", "NumberOutOfRange", error);
            }
            switch (key)
            {
                case "years": months += amount * 12; break;
                case "quarters": months += amount * 3; break;
                case "months": months += amount; break;
                case "weeks": days += amount * 7; break;
                case "days": days += amount; break;
                case "hours": seconds += amount * 3600; break;
                case "minutes": seconds += amount * 60; break;
                case "seconds": seconds += amount; break;
                case "milliseconds": nanoseconds += amount * 1_000_000; break;
                case "microseconds": nanoseconds += amount * 1_000; break;
                case "nanoseconds": nanoseconds += amount; break;
                default: throw new CypherRuntimeException($"A Duration has no component '{key}'.", "InvalidArgumentValue");
            }
        }
        return TemporalArithmetic.FromFractions(months, days, seconds, nanoseconds);
    }
}
