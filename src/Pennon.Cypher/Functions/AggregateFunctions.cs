using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>count, sum, avg, min, max, collect, stDev, stDevP, percentileCont, percentileDisc. All of them skip nulls.</summary>
internal static class AggregateFunctions
{
    public static void Register(FunctionTable table)
    {
        table.AddAggregate("count", 1, () => new Count());
        table.AddAggregate("sum", 1, () => new Sum("sum", average: false));
        table.AddAggregate("avg", 1, () => new Sum("avg", average: true));
        table.AddAggregate("min", 1, () => new Extreme(-1));
        table.AddAggregate("max", 1, () => new Extreme(1));
        table.AddAggregate("collect", 1, () => new Collect());
        table.AddAggregate("stDev", 1, () => new Deviation("stDev", sample: true));
        table.AddAggregate("stDevP", 1, () => new Deviation("stDevP", sample: false));
        table.AddAggregate("percentileCont", 2, () => new Percentile("percentileCont", continuous: true));
        table.AddAggregate("percentileDisc", 2, () => new Percentile("percentileDisc", continuous: false));
    }

    sealed class Count : Accumulator
    {
        long _count;

        public override void Add(ReadOnlySpan<CypherValue> arguments) => _count += arguments[0].IsNull ? 0 : 1;

        public override CypherValue Result() => _count;
    }

    /// <summary>Integers add up in 128 bits, so that only a result out of range fails, whatever the order; floats with compensation.</summary>
    sealed class Sum(string name, bool average) : Accumulator
    {
        Int128 _integers;
        double _floats, _lost;
        CypherDuration? _durations;
        long _count;
        bool _anyFloat, _anyInteger;

        public override void Add(ReadOnlySpan<CypherValue> arguments)
        {
            var value = arguments[0];
            switch (value.Type)
            {
                case CypherType.Null:
                    return;
                case CypherType.Integer:
                    _integers += value.AsInteger();
                    _anyInteger = true;
                    break;
                case CypherType.Float:
                    AddFloat(value.AsFloat());
                    break;
                case CypherType.Duration:
                    _durations = TemporalArithmetic.Add(_durations ?? TemporalArithmetic.Zero, value.AsDuration(), 1);
                    break;
                default:
                    throw Argument.Wrong(name, "numbers or Durations", value);
            }
            if (_durations is not null && (_anyFloat || _anyInteger))
            {
                throw new CypherTypeException($"{name}() cannot add numbers and Durations together.");
            }
            _count++;
        }

        void AddFloat(double value)
        {
            _anyFloat = true;
            double sum = _floats + value;
            // The larger operand keeps its digits; what the smaller one loses is kept apart.
            _lost += double.IsFinite(sum) ? Math.Abs(_floats) >= Math.Abs(value) ? _floats - sum + value : value - sum + _floats : 0;
            _floats = sum;
        }

        public override CypherValue Result()
        {
            if (_durations is { } total)
            {
                return average ? TemporalArithmetic.Scale(total, 1.0 / _count, _count) : total;
            }
            double floats = _floats + _lost;
            if (average)
            {
                return _count == 0 ? default : (CypherValue)(((double)_integers + floats) / _count);
            }
            if (_anyFloat)
            {
                return (double)_integers + floats;
            }
            return _integers >= long.MinValue && _integers <= long.MaxValue
                ? (long)_integers
                : throw new CypherRuntimeException($"sum() is {_integers}, which does not fit in a 64-bit integer.", "IntegerOverflow");
        }
    }

    /// <summary>min (sign -1) or max (sign 1) in the order of ORDER BY.</summary>
    sealed class Extreme(int sign) : Accumulator
    {
        CypherValue _best;

        public override void Add(ReadOnlySpan<CypherValue> arguments)
        {
            if (!arguments[0].IsNull && (_best.IsNull || Math.Sign(arguments[0].CompareTo(_best)) == sign))
            {
                _best = arguments[0];
            }
        }

        public override CypherValue Result() => _best;
    }

    sealed class Collect : Accumulator
    {
        readonly List<CypherValue> _items = [];

        public override void Add(ReadOnlySpan<CypherValue> arguments)
        {
            if (!arguments[0].IsNull)
            {
                _items.Add(arguments[0]);
            }
        }

        public override CypherValue Result() => CypherValue.List([.. _items]);
    }

    /// <summary>Standard deviation in one pass (Welford); 0.0 when too few values say anything.</summary>
    sealed class Deviation(string name, bool sample) : Accumulator
    {
        long _count;
        double _mean, _squares;

        public override void Add(ReadOnlySpan<CypherValue> arguments)
        {
            if (arguments[0].IsNull)
            {
                return;
            }
            double value = Argument.Number(name, arguments[0]);
            _count++;
            double before = value - _mean;
            _mean += before / _count;
            _squares += before * (value - _mean);
        }

        public override CypherValue Result()
        {
            long divisor = sample ? _count - 1 : _count;
            return divisor < 1 ? 0.0 : Math.Sqrt(_squares / divisor);
        }
    }

    sealed class Percentile(string name, bool continuous) : Accumulator
    {
        readonly List<CypherValue> _values = [];
        double? _fraction;

        public override void Add(ReadOnlySpan<CypherValue> arguments)
        {
            if (_fraction is null)
            {
                double fraction = Argument.Number(name, arguments[1]);
                _fraction = fraction is >= 0 and <= 1
                    ? fraction
                    : throw Argument.OutOfRange($"{name}() takes a percentile between 0.0 and 1.0, but it is {arguments[1]}.");
            }
            if (!arguments[0].IsNull)
            {
                Argument.Number(name, arguments[0]);
                _values.Add(arguments[0]);
            }
        }

        public override CypherValue Result()
        {
            if (_values.Count == 0)
            {
                return default;
            }
            _values.Sort();
            double fraction = _fraction!.Value;
            if (!continuous)
            {
                return _values[Math.Max(0, (int)Math.Ceiling(fraction * _values.Count) - 1)];
            }
            double position = fraction * (_values.Count - 1);
            int below = (int)Math.Floor(position), above = (int)Math.Ceiling(position);
            double low = _values[below].AsFloat(), high = _values[above].AsFloat();
            return below == above ? low : (low * (above - position)) + (high * (position - below));
        }
    }
}
