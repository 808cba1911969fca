using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Keeps the rows whose two bound nodes are joined by an edge, once for each such edge, by a search in the sorted neighbours.</summary>
internal sealed class ExpandIntoOperator(Hop hop, BoundVariable from, BoundVariable to, BoundVariable relationship, bool withEnds) : PlanOperator
{
    public override string Name => "ExpandInto";

    public override string Detail => HopText.Of(hop, from, to);

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(from);
        reads.Add(to);
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [relationship];

    public override void AddResources(ISet<IResource> resources) => hop.AddResources(resources);

    public override Sink Open(Sink next, ExecutionContext context) => new IntoSink(hop, from, to, relationship, withEnds, this, next, context);

    sealed class IntoSink(
        Hop hop, BoundVariable from, BoundVariable to, BoundVariable relationship, bool withEnds, ExpandIntoOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        readonly bool _wantsEdge = plan.IsLive(relationship);

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var origins = ((NodeVector)batch.Column(from.Slot)).Refs;
            var targets = ((NodeVector)batch.Column(to.Slot)).Refs;
            var rows = new Buffer<int>(batch.Count);
            var edges = new Buffer<long>();
            var starts = new Buffer<long>();
            var ends = new Buffer<long>();
            for (int row = 0; row < origins.Length; row++)
            {
                if (origins[row] < 0 || targets[row] < 0)
                {
                    continue;
                }
                int origin = NodeVector.Local(origins[row]), target = NodeVector.Local(targets[row]), targetTable = NodeVector.Table(targets[row]);
                foreach (var way in hop.From(NodeVector.Table(origins[row])))
                {
                    if (way.ToTable != targetTable || (way.SkipLoops && origin == target))
                    {
                        continue;
                    }
                    var neighbours = way.Csr.NeighboursOf(origin);
                    for (int at = Sorted.LowerBound(neighbours, (uint)target); at < neighbours.Length && neighbours[at] == target; at++)
                    {
                        rows.Append(row);
                        if (_wantsEdge)
                        {
                            edges.Append(way.EdgeBase | way.Csr.EdgeIdsOf(origin)[at]);
                            starts.Append(way.Outgoing ? origins[row] : targets[row]);
                            ends.Append(way.Outgoing ? targets[row] : origins[row]);
                        }
                    }
                }
            }
            if (rows.Count == 0)
            {
                return true;
            }
            var joined = batch.Take(rows.Span, plan.Live);
            if (_wantsEdge)
            {
                joined.Columns[relationship.Slot] =
                    new RelationshipVector(edges.Items, withEnds ? starts.Items : null, withEnds ? ends.Items : null, edges.Count);
            }
            return Next.Push(joined);
        }
    }
}
