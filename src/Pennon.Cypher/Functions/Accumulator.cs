using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>The state of one aggregate over one group.</summary>
internal abstract class Accumulator
{
    /// <summary>Takes one row's arguments; nulls are allowed and mostly ignored.</summary>
    public abstract void Add(ReadOnlySpan<CypherValue> arguments);

    /// <summary>The aggregate of what was added so far.</summary>
    public abstract CypherValue Result();
}

/// <summary>Passes on only the first of equivalent arguments.</summary>
internal sealed class DistinctAccumulator(Accumulator inner) : Accumulator
{
    readonly HashSet<CypherValue> _seen = [];

    public override void Add(ReadOnlySpan<CypherValue> arguments)
    {
        // Only the value decides; a second argument (a percentile) is the same for all rows.
        if (!arguments[0].IsNull && _seen.Add(arguments[0]))
        {
            inner.Add(arguments);
        }
    }

    public override CypherValue Result() => inner.Result();
}
