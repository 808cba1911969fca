using Pennon.Cypher.Binding;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// One step of a physical plan. Immutable once planned; each run opens its own <see cref="Sink"/>, so that plans can be cached and run
/// concurrently.
/// </summary>
internal abstract class PlanOperator
{
    /// <summary>The operator's name in EXPLAIN, which is the name of its technique.</summary>
    public abstract string Name { get; }

    /// <summary>What it works on, for EXPLAIN.</summary>
    public virtual string Detail => "";

    public double EstimatedRows { get; set; } = 1;

    /// <summary>Rows and edges that the operator is thought to touch.</summary>
    public double Cost { get; set; }

    /// <summary>The slots that are read after this operator, hence the columns its batches carry.</summary>
    public int[] Live { get; set; } = [];

    /// <summary>Plans that run inside this operator, for EXPLAIN.</summary>
    public virtual IReadOnlyList<Pipeline> Nested => [];

    public abstract void AddReads(ISet<BoundVariable> reads);

    /// <summary>The variables whose columns this operator makes.</summary>
    public virtual IReadOnlyList<BoundVariable> Writes => [];

    /// <summary>True when every column from before is gone after it.</summary>
    public virtual bool IsBarrier => false;

    /// <summary>
    /// True when each batch is worked on by itself, so that several threads, each with sinks of its own, may share the rows among them.
    /// </summary>
    public virtual bool IsRowWise => false;

    public virtual void AddResources(ISet<IResource> resources)
    {
    }

    /// <summary>Makes what all sinks of a run share, before several of them are opened.</summary>
    public virtual void Prepare(ExecutionContext context)
    {
    }

    public abstract Sink Open(Sink next, ExecutionContext context);

    /// <summary>Called by the planner once <see cref="Live"/> is known.</summary>
    public bool IsLive(BoundVariable? variable) => variable is not null && Array.IndexOf(Live, variable.Slot) >= 0;
}

/// <summary>
/// The running side of an operator. Guarantees: <see cref="Push"/> is called from one thread at a time, <see cref="Finish"/> once after the
/// last batch. Requirements: a batch handed on is not changed afterwards.
/// </summary>
internal abstract class Sink
{
    /// <summary>Takes a batch; false when no further batch can change the outcome.</summary>
    public abstract bool Push(Batch batch);

    public abstract void Finish();
}

/// <summary>A sink that turns one batch at a time into batches for the next.</summary>
internal abstract class PassSink(Sink next) : Sink
{
    protected Sink Next => next;

    public override void Finish() => next.Finish();
}
