using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// The state of one aggregate for all groups, in arrays by group number. <see cref="Add"/> takes rows with their groups and weights;
/// rows whose group is negative are left out.
/// </summary>
internal abstract class Accumulator
{
    public abstract void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context);

    public abstract Vector Result(int groupCount, ExecutionContext context);

    /// <summary>Adds the groups of another accumulator of the same aggregate; <paramref name="groups"/> has this one's number of each.</summary>
    public virtual void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount) =>
        throw new InvalidOperationException("This aggregate depends on the order of its rows and is not computed in parts.");

    /// <summary>Whether the aggregate of parts of the rows gives that of all rows to the last bit, in whatever order the parts come.</summary>
    public static bool CanMerge(Aggregate aggregate)
    {
        var kind = aggregate.Argument?.Kind ?? ValueKind.Any;
        return aggregate.Function switch
        {
            AggregateFunction.CountRows or AggregateFunction.Count => true,
            AggregateFunction.Sum or AggregateFunction.Average => kind == ValueKind.Int64,
            AggregateFunction.Min or AggregateFunction.Max => kind is ValueKind.Int64 or ValueKind.String,
            _ => false,
        };
    }

    public static Accumulator For(Aggregate aggregate)
    {
        var kind = aggregate.Argument?.Kind ?? ValueKind.Any;
        switch (aggregate.Function)
        {
            case AggregateFunction.CountRows or AggregateFunction.Count:
                return new CountAccumulator();
            case AggregateFunction.Sum:
                return kind switch
                {
                    ValueKind.Int64 => new IntegerSumAccumulator(),
                    ValueKind.Float64 => new FloatSumAccumulator(),
                    _ => new ValueSumAccumulator(),
                };
            case AggregateFunction.Average:
                return new AverageAccumulator();
            case AggregateFunction.Min or AggregateFunction.Max:
                bool max = aggregate.Function == AggregateFunction.Max;
                return kind switch
                {
                    ValueKind.Int64 => new IntegerExtremeAccumulator(max),
                    ValueKind.String => new TextExtremeAccumulator(max),
                    _ => new ValueExtremeAccumulator(max, aggregate.Result.Kind),
                };
            case AggregateFunction.Collect:
                return new CollectAccumulator();
            case AggregateFunction.StandardDeviation or AggregateFunction.PopulationStandardDeviation:
                return new DeviationAccumulator(aggregate.Function == AggregateFunction.PopulationStandardDeviation);
            default:
                return new PercentileAccumulator(aggregate.Function == AggregateFunction.PercentileContinuous);
        }
    }

    protected static void Reserve<T>(ref T[] state, int groups)
    {
        if (state.Length < groups)
        {
            Array.Resize(ref state, Math.Max(groups, Math.Max(16, 2 * state.Length)));
        }
    }
}

/// <summary>count(*) without an argument, count(x) with one.</summary>
internal sealed class CountAccumulator : Accumulator
{
    long[] _counts = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _counts, groupCount);
        if (weights.IsEmpty && argument is null or Int64Vector { Nulls: null })
        {
            // One more at a time does not pass the largest integer.
            var counts = _counts;
            foreach (int group in groups)
            {
                if (group >= 0)
                {
                    counts[group]++;
                }
            }
            return;
        }
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] >= 0 && (argument is null || !argument.IsNull(i)))
            {
                ref long count = ref _counts[groups[i]];
                long weight = weights.IsEmpty ? 1 : weights[i];
                long sum = unchecked(count + weight);
                count = sum >= count ? sum : throw Overflow.Of("The count");
            }
        }
    }

    public override void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount)
    {
        Reserve(ref _counts, groupCount);
        var counts = ((CountAccumulator)other)._counts;
        for (int g = 0; g < groups.Length && g < counts.Length; g++)
        {
            ref long count = ref _counts[groups[g]];
            long sum = unchecked(count + counts[g]);
            count = sum >= count ? sum : throw Overflow.Of("The count");
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _counts, groupCount);
        return new Int64Vector(_counts, null, groupCount);
    }
}

internal sealed class IntegerSumAccumulator : Accumulator
{
    Int128[] _sums = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        var typed = (Int64Vector)argument!;
        var values = typed.Values;
        if (weights.IsEmpty && typed.Nulls is null)
        {
            var sums = _sums;
            for (int i = 0; i < groups.Length && i < values.Length; i++)
            {
                if (groups[i] >= 0)
                {
                    sums[groups[i]] += values[i];
                }
            }
            return;
        }
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] >= 0 && !typed.IsNull(i))
            {
                _sums[groups[i]] += weights.IsEmpty ? typed.Values[i] : (Int128)typed.Values[i] * weights[i];
            }
        }
    }

    public override void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount)
    {
        Reserve(ref _sums, groupCount);
        var sums = ((IntegerSumAccumulator)other)._sums;
        for (int g = 0; g < groups.Length && g < sums.Length; g++)
        {
            _sums[groups[g]] += sums[g];
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        var result = new long[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            result[g] = _sums[g] >= long.MinValue && _sums[g] <= long.MaxValue ? (long)_sums[g] : throw Overflow.Of("The sum");
        }
        return new Int64Vector(result, null, groupCount);
    }
}

internal sealed class FloatSumAccumulator : Accumulator
{
    double[] _sums = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        var typed = (Float64Vector)argument!;
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] >= 0 && !typed.IsNull(i))
            {
                _sums[groups[i]] += typed.Values[i] * (weights.IsEmpty ? 1 : weights[i]);
            }
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        return new Float64Vector(_sums, null, groupCount);
    }
}

/// <summary>Sums of values that are only known when they come: integers, floats or durations.</summary>
internal sealed class ValueSumAccumulator : Accumulator
{
    CypherValue[] _sums = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] < 0 || argument!.IsNull(i))
            {
                continue;
            }
            var value = argument.Value(i, context);
            if (!value.IsNumber && value.Type != CypherType.Duration)
            {
                throw new CypherTypeException($"sum() takes numbers or durations, not {value}.");
            }
            if (!weights.IsEmpty && weights[i] != 1)
            {
                value = CypherOperators.Multiply(value, weights[i]);
            }
            ref var sum = ref _sums[groups[i]];
            sum = sum.IsNull ? value : CypherOperators.Add(sum, value);
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _sums, groupCount);
        var result = new CypherValue[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            result[g] = _sums[g].IsNull ? 0L : _sums[g];
        }
        return new ValueVector(result, groupCount);
    }
}

internal sealed class AverageAccumulator : Accumulator
{
    Int128[] _integers = [];
    double[] _floats = [];
    double[] _means = [];
    long[] _counts = [];
    CypherValue[] _durations = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        ReserveAll(groupCount);
        for (int i = 0; i < groups.Length; i++)
        {
            int group = groups[i];
            if (group < 0 || argument!.IsNull(i))
            {
                continue;
            }
            var value = argument.Value(i, context);
            long weight = weights.IsEmpty ? 1 : weights[i];
            _counts[group] += weight;
            if (value.Type == CypherType.Duration)
            {
                var weighted = CypherOperators.Multiply(value, weight);
                _durations[group] = _durations[group].IsNull ? weighted : CypherOperators.Add(_durations[group], weighted);
            }
            else if (value.IsNumber)
            {
                if (value.Type == CypherType.Integer)
                {
                    _integers[group] += (Int128)value.AsInteger() * weight;
                }
                else
                {
                    _floats[group] += value.AsFloat() * weight;
                }
                // The running mean rounds at every step, but cannot overflow where the sum can.
                _means[group] += (value.AsFloat() - _means[group]) * weight / _counts[group];
            }
            else
            {
                throw new CypherTypeException($"avg() takes numbers or durations, not {value}.");
            }
        }
    }

    // Only of integers: their sum is exact, and finite, so that the running means are never asked for.
    public override void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount)
    {
        ReserveAll(groupCount);
        var part = (AverageAccumulator)other;
        for (int g = 0; g < groups.Length && g < part._counts.Length; g++)
        {
            _integers[groups[g]] += part._integers[g];
            _counts[groups[g]] += part._counts[g];
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        ReserveAll(groupCount);
        var result = new CypherValue[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            result[g] = _counts[g] == 0 ? CypherValue.Null
                : _durations[g].IsNull ? Mean(g) : CypherOperators.Divide(_durations[g], _counts[g]);
        }
        return new ValueVector(result, groupCount);
    }

    double Mean(int group)
    {
        double sum = (double)_integers[group] + _floats[group];
        return double.IsFinite(sum) ? sum / _counts[group] : _means[group];
    }

    void ReserveAll(int groupCount)
    {
        Reserve(ref _integers, groupCount);
        Reserve(ref _floats, groupCount);
        Reserve(ref _means, groupCount);
        Reserve(ref _counts, groupCount);
        Reserve(ref _durations, groupCount);
    }
}

internal sealed class IntegerExtremeAccumulator(bool max) : Accumulator
{
    long[] _values = [];
    bool[] _known = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        Reserve(ref _known, groupCount);
        var typed = (Int64Vector)argument!;
        for (int i = 0; i < groups.Length; i++)
        {
            int group = groups[i];
            if (group < 0 || typed.IsNull(i))
            {
                continue;
            }
            long value = typed.Values[i];
            if (!_known[group] || (max ? value > _values[group] : value < _values[group]))
            {
                _values[group] = value;
                _known[group] = true;
            }
        }
    }

    public override void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount)
    {
        Reserve(ref _values, groupCount);
        Reserve(ref _known, groupCount);
        var part = (IntegerExtremeAccumulator)other;
        for (int g = 0; g < groups.Length && g < part._known.Length; g++)
        {
            int group = groups[g];
            if (part._known[g] && (!_known[group] || (max ? part._values[g] > _values[group] : part._values[g] < _values[group])))
            {
                _values[group] = part._values[g];
                _known[group] = true;
            }
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        Reserve(ref _known, groupCount);
        var nulls = new bool[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            nulls[g] = !_known[g];
        }
        return new Int64Vector(_values, nulls, groupCount);
    }
}

internal sealed class TextExtremeAccumulator(bool max) : Accumulator
{
    (Utf8Source? Source, int Row)[] _values = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        var typed = (StringVector)argument!;
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] < 0 || typed.IsNull(i))
            {
                continue;
            }
            ref var best = ref _values[groups[i]];
            if (best.Source is null || (max ? Utf8Order.Compare(typed.Bytes(i), best.Source[best.Row]) > 0 : Utf8Order.Compare(typed.Bytes(i), best.Source[best.Row]) < 0))
            {
                best = (typed.Sources[typed.Refs[i] >> 32], (int)typed.Refs[i]);
            }
        }
    }

    public override void Merge(Accumulator other, ReadOnlySpan<int> groups, int groupCount)
    {
        Reserve(ref _values, groupCount);
        var values = ((TextExtremeAccumulator)other)._values;
        for (int g = 0; g < groups.Length && g < values.Length; g++)
        {
            ref var best = ref _values[groups[g]];
            if (values[g] is ({ } source, var row)
                && (best.Source is null || (max ? Utf8Order.Compare(source[row], best.Source[best.Row]) > 0 : Utf8Order.Compare(source[row], best.Source[best.Row]) < 0)))
            {
                best = values[g];
            }
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        var texts = new string?[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            texts[g] = _values[g].Source is { } source ? System.Text.Encoding.UTF8.GetString(source[_values[g].Row]) : null;
        }
        return StringVector.FromTexts(texts);
    }
}

internal sealed class ValueExtremeAccumulator(bool max, ValueKind kind) : Accumulator
{
    CypherValue[] _values = [];

    [MethodImpl(Hot.Loop)]
    public override void Add(Vector? argument, ReadOnlySpan<int> groups, ReadOnlySpan<long> weights, int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] < 0 || argument!.IsNull(i))
            {
                continue;
            }
            var value = argument.Value(i, context);
            ref var best = ref _values[groups[i]];
            if (best.IsNull || (max ? value.CompareTo(best) > 0 : value.CompareTo(best) < 0))
            {
                best = value;
            }
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        return Expressions.Broadcast.Pack(_values.AsSpan(0, groupCount).ToArray(), kind, context);
    }
}
