using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Aggregates that keep all values of a group: each is charged to the memory limit as it comes.</summary>
internal abstract class ListAccumulator(string resource) : Accumulator
{
    const int BytesPerValue = 32;

    List<CypherValue>?[] _values = [];

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
            Check(value);
            long repeats = weights.IsEmpty ? 1 : weights[i];
            context.Memory.Charge(resource, checked(BytesPerValue * repeats));
            var list = _values[groups[i]] ??= [];
            for (long r = 0; r < repeats; r++)
            {
                list.Add(value);
            }
        }
    }

    public override Vector Result(int groupCount, ExecutionContext context)
    {
        Reserve(ref _values, groupCount);
        var result = new CypherValue[groupCount];
        for (int g = 0; g < groupCount; g++)
        {
            result[g] = Finish(_values[g] ?? []);
        }
        return new ValueVector(result, groupCount, Kind);
    }

    protected virtual ValueKind Kind => ValueKind.Any;

    protected virtual void Check(CypherValue value)
    {
    }

    protected abstract CypherValue Finish(List<CypherValue> values);

    protected static void Number(string function, CypherValue value)
    {
        if (!value.IsNumber)
        {
            throw new CypherTypeException($"{function}() takes numbers, not {value}.");
        }
    }
}

internal sealed class CollectAccumulator() : ListAccumulator("collect()")
{
    protected override ValueKind Kind => ValueKind.List;

    protected override CypherValue Finish(List<CypherValue> values) => CypherValue.List([.. values]);
}

internal sealed class DeviationAccumulator(bool population) : ListAccumulator("stDev()")
{
    protected override void Check(CypherValue value) => Number(population ? "stDevP" : "stDev", value);

    protected override CypherValue Finish(List<CypherValue> values)
    {
        int divisor = values.Count - (population ? 0 : 1);
        if (divisor <= 0)
        {
            return 0.0;
        }
        double mean = 0, squares = 0;
        for (int i = 0; i < values.Count; i++)
        {
            double value = values[i].AsFloat(), delta = value - mean;
            mean += delta / (i + 1);
            squares += delta * (value - mean);
        }
        return Math.Sqrt(squares / divisor);
    }
}

internal sealed class PercentileAccumulator : ListAccumulator
{
    readonly bool _continuous;
    readonly double _percentile;

    public PercentileAccumulator(Aggregate aggregate, ExecutionContext context)
        : base("percentile()")
    {
        _continuous = aggregate.Function == AggregateFunction.PercentileContinuous;
        var percentile = aggregate.Parameter!.EvaluateConstant(context);
        Number(Name, percentile);
        _percentile = percentile.AsFloat();
        if (!(_percentile >= 0 && _percentile <= 1))
        {
            throw new CypherRuntimeException($"{Name}() takes a percentile from 0.0 to 1.0, not {percentile}.", "NumberOutOfRange");
        }
    }

    string Name => _continuous ? "percentileCont" : "percentileDisc";

    protected override void Check(CypherValue value) => Number(Name, value);

    protected override CypherValue Finish(List<CypherValue> values)
    {
        if (values.Count == 0)
        {
            return CypherValue.Null;
        }
        values.Sort();
        if (!_continuous)
        {
            return values[Math.Max(0, (int)Math.Ceiling(_percentile * values.Count) - 1)];
        }
        double at = _percentile * (values.Count - 1);
        int low = (int)Math.Floor(at), high = (int)Math.Ceiling(at);
        double from = values[low].AsFloat();
        return low == high ? from : from + ((values[high].AsFloat() - from) * (at - low));
    }
}
