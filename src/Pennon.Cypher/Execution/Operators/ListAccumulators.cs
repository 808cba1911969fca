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

/// <summary>percentileCont and percentileDisc over pairs of a value and the percentile that is asked for.</summary>
internal sealed class PercentileAccumulator(bool continuous) : ListAccumulator("percentile()")
{
    string Name => continuous ? "percentileCont" : "percentileDisc";

    protected override void Check(CypherValue value)
    {
        var (number, percentile) = (value.AsList()[0], value.AsList()[1]);
        Number(Name, number);
        Number(Name, percentile);
        if (!(percentile.AsFloat() >= 0 && percentile.AsFloat() <= 1))
        {
            throw new CypherRuntimeException($"{Name}() takes a percentile from 0.0 to 1.0, not {percentile}.", "NumberOutOfRange");
        }
    }

    protected override CypherValue Finish(List<CypherValue> values)
    {
        if (values.Count == 0)
        {
            return CypherValue.Null;
        }
        double percentile = values[0].AsList()[1].AsFloat();
        var numbers = values.ConvertAll(static pair => pair.AsList()[0]);
        numbers.Sort();
        if (!continuous)
        {
            return numbers[Math.Max(0, (int)Math.Ceiling(percentile * numbers.Count) - 1)];
        }
        double at = percentile * (numbers.Count - 1);
        int low = (int)Math.Floor(at), high = (int)Math.Ceiling(at);
        double from = numbers[low].AsFloat();
        return low == high ? from : from + ((numbers[high].AsFloat() - from) * (at - low));
    }
}
