using System.Diagnostics;
using Pennon.Cypher.Execution.Operators;

namespace Pennon.Cypher.Execution;

/// <summary>True rows and own time of each operator of one run.</summary>
internal sealed class QueryProfile
{
    readonly Dictionary<PlanOperator, Measure> _measures = [];
    readonly Stack<Measure?> _running = new();
    long _since = Stopwatch.GetTimestamp();

    public bool TryGet(PlanOperator op, out long rows, out TimeSpan time)
    {
        bool found = _measures.TryGetValue(op, out var measure);
        rows = measure?.Rows ?? 0;
        time = Stopwatch.GetElapsedTime(0, measure?.Ticks ?? 0);
        return found;
    }

    /// <summary>Counts what <paramref name="op"/> hands to <paramref name="next"/>, whose time belongs to <paramref name="nextOp"/>.</summary>
    public Sink Wrap(PlanOperator op, PlanOperator? nextOp, Sink next) =>
        new CountingSink(this, Of(op), nextOp is null ? null : Of(nextOp), next);

    public Sink Enter(Pipeline pipeline, Sink first) => pipeline.Operators.Count == 0 ? first : new TimingSink(this, Of(pipeline.Operators[0]), first);

    Measure Of(PlanOperator op)
    {
        if (!_measures.TryGetValue(op, out var measure))
        {
            _measures.Add(op, measure = new Measure());
        }
        return measure;
    }

    void Switch(Measure? to)
    {
        long now = Stopwatch.GetTimestamp();
        if (_running.TryPeek(out var current) && current is not null)
        {
            current.Ticks += now - _since;
        }
        _since = now;
        _running.Push(to);
    }

    void Return()
    {
        long now = Stopwatch.GetTimestamp();
        if (_running.Pop() is { } current)
        {
            current.Ticks += now - _since;
        }
        _since = now;
    }

    sealed class Measure
    {
        public long Rows;
        public long Ticks;
    }

    sealed class CountingSink(QueryProfile profile, Measure own, Measure? following, Sink next) : Sink
    {
        public override bool Push(Batch batch)
        {
            own.Rows += batch.Count;
            profile.Switch(following);
            bool more = next.Push(batch);
            profile.Return();
            return more;
        }

        public override void Finish()
        {
            profile.Switch(following);
            next.Finish();
            profile.Return();
        }
    }

    sealed class TimingSink(QueryProfile profile, Measure first, Sink next) : Sink
    {
        public override bool Push(Batch batch)
        {
            profile.Switch(first);
            bool more = next.Push(batch);
            profile.Return();
            return more;
        }

        public override void Finish()
        {
            profile.Switch(first);
            next.Finish();
            profile.Return();
        }
    }
}
