using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>A function of values; the arguments' number has been checked and, under <see cref="NullRule.NullIfAnyNull"/>, none is null.</summary>
internal delegate CypherValue ScalarFunction(ReadOnlySpan<CypherValue> arguments, FunctionContext context);

internal enum NullRule
{
    /// <summary>The result is null when any argument is null, and the function is not called.</summary>
    NullIfAnyNull,

    /// <summary>The function sees nulls and decides itself.</summary>
    SeesNulls,
}

/// <summary>What is known of a function: its name as documented, its arity, what it does with nulls, and its body.</summary>
internal sealed class FunctionInfo
{
    /// <summary>The name as it is documented; look-up ignores case.</summary>
    public required string Name { get; init; }

    public required int MinArguments { get; init; }

    /// <summary>The largest number of arguments; <see cref="int.MaxValue"/> for any number.</summary>
    public required int MaxArguments { get; init; }

    public NullRule NullRule { get; init; }

    /// <summary>Whether equal arguments give equal results within a statement, so that a call on constants can be folded.</summary>
    public bool IsDeterministic { get; init; } = true;

    /// <summary>The body; null for an aggregate.</summary>
    public ScalarFunction? Scalar { get; init; }

    /// <summary>Makes an empty accumulator; null for a scalar function.</summary>
    public Func<Accumulator>? Aggregate { get; init; }

    public bool IsAggregate => Aggregate is not null;

    /// <summary>Whether the function takes so many arguments.</summary>
    public bool Takes(int count) => count >= MinArguments && count <= MaxArguments;

    /// <summary>"2 arguments", "1 to 3 arguments", for messages.</summary>
    public string Arity => MinArguments == MaxArguments ? $"{MinArguments} argument{(MinArguments == 1 ? "" : "s")}"
        : MaxArguments == int.MaxValue ? $"{MinArguments} or more arguments"
        : $"{MinArguments} to {MaxArguments} arguments";

    /// <summary>Calls a scalar function under its null rule.</summary>
    /// <param name="arguments">As many as <see cref="Takes"/> allows.</param>
    /// <param name="context">The execution's context.</param>
    public CypherValue Evaluate(ReadOnlySpan<CypherValue> arguments, FunctionContext context)
    {
        if (!Takes(arguments.Length))
        {
            throw new CypherRuntimeException($"{Name}() takes {Arity}, not {arguments.Length}.", "InvalidNumberOfArguments");
        }
        if (NullRule == NullRule.NullIfAnyNull)
        {
            foreach (ref readonly var argument in arguments)
            {
                if (argument.IsNull)
                {
                    return default;
                }
            }
        }
        return Scalar!(arguments, context);
    }

    /// <summary>An empty accumulator, one that drops repeated arguments if <paramref name="distinct"/>.</summary>
    public Accumulator CreateAccumulator(bool distinct) => distinct ? new DistinctAccumulator(Aggregate!()) : Aggregate!();
}
