using System.Text.RegularExpressions;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>Finds functions by name and fits their arguments.</summary>
static class FilterCalls
{
    public static BoundNode Bind(CallNode call, BoundNode[] arguments) => Bind(call.Name, arguments, call.Position);

    /// <summary>Binds a call.</summary>
    /// <exception cref="LanceFilterException">The function is unknown, or the arguments do not fit.</exception>
    public static BoundNode Bind(string name, BoundNode[] arguments, int position)
    {
        switch (name.ToLowerInvariant())
        {
            case "lower" or "lcase": return Text(TextFunctions.Lower, 1, 1);
            case "upper" or "ucase": return Text(TextFunctions.Upper, 1, 1);
            case "reverse": return Text(TextFunctions.Reverse, 1, 1);
            case "length" or "char_length" or "character_length": return Text(TextFunctions.Length, 1, 1, ArrowType.Int64);
            case "octet_length": return Text(TextFunctions.ByteLength, 1, 1, ArrowType.Int64);
            case "bit_length": return Text(TextFunctions.BitLength, 1, 1, ArrowType.Int64);
            case "starts_with": return Text(TextFunctions.StartsWith, 2, 2, ArrowType.Boolean);
            case "ends_with": return Text(TextFunctions.EndsWith, 2, 2, ArrowType.Boolean);
            case "contains": return Text(TextFunctions.Contains, 2, 2, ArrowType.Boolean);
            case "strpos" or "instr" or "position": return Text(TextFunctions.Position, 2, 2, ArrowType.Int64);
            case "replace": return Text(TextFunctions.Replace, 3, 3);
            case "trim" or "btrim": return Text(TextFunctions.Trim(true, true), 1, 2);
            case "ltrim": return Text(TextFunctions.Trim(true, false), 1, 2);
            case "rtrim": return Text(TextFunctions.Trim(false, true), 1, 2);
            case "concat": return Text(TextFunctions.Concat, 1, int.MaxValue);
            case "||": return Text(TextFunctions.ConcatOperator, 2, 2);
            case "substr" or "substring": return TextAndNumbers(TextFunctions.Substring, 2, 3);
            case "left": return TextAndNumbers(TextFunctions.Left, 2, 2);
            case "right": return TextAndNumbers(TextFunctions.Right, 2, 2);
            case "regexp_like": return RegularExpression();
            case "date_part" or "datepart": return DatePart();
            case "date_trunc" or "datetrunc": return DateTruncate();
            case "array_length" or "list_length" or "array_size" or "cardinality": return ArrayLength();
            case "array_has" or "array_contains" or "list_has" or "list_contains" or "array_element_in": return ArrayHas();
            case "array_has_any" or "list_has_any" or "arrays_overlap": return ArrayOverlap(ListFunctions.HasAny);
            case "array_has_all" or "list_has_all": return ArrayOverlap(ListFunctions.HasAll);
            case "coalesce" or "ifnull" or "nvl": return Chosen(NumberFunctions.Coalesce, 1);
            case "nullif": return NullIf();
            case "abs": return Absolute();
            case "floor": return Doubles(NumberFunctions.OfDouble(Math.Floor));
            case "ceil" or "ceiling": return Doubles(NumberFunctions.OfDouble(Math.Ceiling));
            case "round": return Doubles(NumberFunctions.OfDouble(v => Math.Round(v, MidpointRounding.AwayFromZero)));
            case "trunc": return Doubles(NumberFunctions.OfDouble(Math.Truncate));
            case "sqrt": return Doubles(NumberFunctions.OfDouble(Math.Sqrt));
            case "exp": return Doubles(NumberFunctions.OfDouble(Math.Exp));
            case "ln": return Doubles(NumberFunctions.OfDouble(Math.Log));
            case "power" or "pow":
                Count(2, 2);
                return new BoundCall(NumberFunctions.Power, [Number(arguments[0]), Number(arguments[1])], ArrowType.Float64, position);
            case "isnan":
                Count(1, 1);
                return new BoundCall(NumberFunctions.IsNaN, [Number(arguments[0])], ArrowType.Boolean, position);
            default:
                throw new LanceFilterException($"There is no function '{name}'", position);
        }

        void Count(int least, int most)
        {
            if (arguments.Length < least || arguments.Length > most)
            {
                var wanted = least == most ? $"{least}" : most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
                throw new LanceFilterException($"'{name}' takes {wanted} arguments, not {arguments.Length}", position);
            }
        }

        BoundNode AsText(BoundNode node)
        {
            if (FilterCoercion.IsText(node.Type))
                return node;
            if (node.Type.Id != ArrowTypeId.Null && (node.Type.IsNested || !Cast.CanCast(node.Type, ArrowType.String)))
                throw new LanceFilterException($"'{name}' takes text, not {node.Type}", node.Position);
            return FilterCoercion.To(node, ArrowType.String);
        }

        BoundNode Text(FilterFunction function, int least, int most, ArrowType? result = null)
        {
            Count(least, most);
            return new BoundCall(function, [.. arguments.Select(AsText)], result ?? ArrowType.String, position);
        }

        BoundNode TextAndNumbers(FilterFunction function, int least, int most)
        {
            Count(least, most);
            return new BoundCall(function, [AsText(arguments[0]), .. arguments.Skip(1).Select(Whole)], ArrowType.String, position);
        }

        BoundNode Whole(BoundNode node) => node.Type.IsInteger || node.Type.Id == ArrowTypeId.Null
            ? FilterCoercion.To(node, ArrowType.Int64)
            : throw new LanceFilterException($"'{name}' takes a whole number here, not {node.Type}", node.Position);

        BoundNode Number(BoundNode node) => FilterCoercion.IsNumber(node.Type) || node.Type.Id == ArrowTypeId.Null
            ? FilterCoercion.To(node, ArrowType.Float64)
            : throw new LanceFilterException($"'{name}' takes a number, not {node.Type}", node.Position);

        BoundNode Doubles(FilterFunction function)
        {
            Count(1, 1);
            return new BoundCall(function, [Number(arguments[0])], ArrowType.Float64, position);
        }

        BoundNode Absolute()
        {
            Count(1, 1);
            return arguments[0].Type.IsInteger && arguments[0].Type.Id != ArrowTypeId.UInt64
                ? new BoundCall(NumberFunctions.AbsoluteInteger, [Whole(arguments[0])], ArrowType.Int64, position)
                : arguments[0].Type.Id == ArrowTypeId.UInt64 ? arguments[0] : Doubles(NumberFunctions.OfDouble(Math.Abs));
        }

        string Constant(BoundNode node, string what) => node is BoundLiteral { IsNull: false } literal && FilterCoercion.IsText(literal.Type)
            ? TextValues.Decode(new TextValues(new FilterVector(literal.Value, true))[0])
            : throw new LanceFilterException($"'{name}' takes {what} as a text constant", node.Position);

        BoundNode RegularExpression()
        {
            Count(2, 2);
            try
            {
                var expression = new Regex(Constant(arguments[1], "the expression"), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                return new BoundCall(NumberFunctions.Matches(expression), [AsText(arguments[0])], ArrowType.Boolean, position);
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                throw new LanceFilterException($"The regular expression cannot be used: {error.Message.TrimEnd('.')}", arguments[1].Position, error);
            }
        }

        BoundNode Moment(BoundNode node, bool times)
        {
            if (node.Type.Id == ArrowTypeId.Null)
                return FilterCoercion.To(node, new TimestampType(TimeUnit.Microsecond));
            return FilterCoercion.IsDateOrTimestamp(node.Type) || (times && FilterCoercion.IsTemporal(node.Type) && node.Type is not DurationType)
                ? node
                : throw new LanceFilterException($"'{name}' takes a date or timestamp, not {node.Type}", node.Position);
        }

        BoundNode DatePart()
        {
            Count(2, 2);
            var part = Constant(arguments[0], "the part");
            if (!DateFunctions.IsPart(part))
                throw new LanceFilterException($"A date has no part '{part}'", arguments[0].Position);
            var moment = Moment(arguments[1], times: true);
            return new BoundCall(DateFunctions.Part(part, moment.Type), [moment], DateFunctions.IsFractional(part) ? ArrowType.Float64 : ArrowType.Int32, position);
        }

        BoundNode DateTruncate()
        {
            Count(2, 2);
            var part = Constant(arguments[0], "the unit");
            if (!DateFunctions.IsPart(part) || part.ToLowerInvariant() is "epoch" or "dow" or "dayofweek" or "isodow" or "doy" or "dayofyear" or "isoyear")
                throw new LanceFilterException($"A timestamp cannot be cut down to '{part}'", arguments[0].Position);
            var moment = Moment(arguments[1], times: false);
            if (moment.Type is not TimestampType)
                moment = FilterCoercion.To(moment, new TimestampType(TimeUnit.Microsecond));
            return new BoundCall(DateFunctions.Truncate(part, moment.Type), [moment], moment.Type, position);
        }

        BoundNode ArrayLength()
        {
            Count(1, 1);
            List(arguments[0]);
            return new BoundCall(ListFunctions.Length, arguments, ArrowType.Int64, position);
        }

        BoundNode ArrayHas()
        {
            Count(2, 2);
            var item = List(arguments[0]);
            var value = arguments[1];
            var fitting = value is BoundLiteral literal ? FilterCoercion.Adapt(literal, item) : null;
            if (fitting is null && value is not BoundLiteral && value.Type != item && FilterCoercion.Common(value.Type, item) == item)
                value = FilterCoercion.To(value, item);
            value = fitting ?? value;
            if (value.Type != item || item.IsNested)
                throw new LanceFilterException($"A list of {item} cannot be searched for {arguments[1].Type}", position);
            return new BoundCall(ListFunctions.Has, [arguments[0], value], ArrowType.Boolean, position);
        }

        BoundNode ArrayOverlap(FilterFunction function)
        {
            Count(2, 2);
            var item = List(arguments[0]);
            var wanted = arguments[1];
            var other = List(wanted);
            if (wanted is BoundLiteral literal && other != item)
            {
                // The list of constants takes the type of the column's items.
                wanted = FilterCoercion.Common(other, item) is not null && Cast.CanCast(other, item)
                    ? FilterCoercion.To(literal, new ListType(item))
                    : wanted;
                other = ItemOf(wanted.Type)!;
            }
            if (other != item || item.IsNested)
                throw new LanceFilterException($"A list of {item} cannot be searched for items of {ItemOf(arguments[1].Type)}", position);
            return new BoundCall(function, [arguments[0], wanted], ArrowType.Boolean, position);
        }

        ArrowType List(BoundNode node) => ItemOf(node.Type)
            ?? throw new LanceFilterException($"'{name}' takes a list, not {node.Type}", node.Position);

        BoundNode Chosen(FilterFunction function, int least)
        {
            Count(least, int.MaxValue);
            ArrowType type = ArrowType.Null;
            foreach (var argument in arguments)
            {
                type = FilterCoercion.Common(type, argument.Type)
                    ?? throw new LanceFilterException($"'{name}' cannot choose between {type} and {argument.Type}", argument.Position);
            }
            return new BoundCall(function, [.. arguments.Select(a => FilterCoercion.To(a, type))], type, position);
        }

        BoundNode NullIf()
        {
            Count(2, 2);
            var (left, right) = (arguments[0], arguments[1]);
            FilterCoercion.ForComparison(ref left, ref right, position);
            return new BoundCall(NumberFunctions.NullIf, [left, right], left.Type, position);
        }
    }

    /// <summary>The type of a list's items; null for everything else.</summary>
    public static ArrowType? ItemOf(ArrowType type) => type switch
    {
        ListType list => list.Item.Type,
        LargeListType list => list.Item.Type,
        FixedSizeListType list => list.Item.Type,
        _ => null,
    };
}
