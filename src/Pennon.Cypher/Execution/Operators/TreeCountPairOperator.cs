using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Counts two branches whose first nodes must differ: the product of both counts less the cases in which they meet, which an intersection of
/// the two neighbour lists gives. Neither node is enumerated.
/// </summary>
internal sealed class TreeCountPairOperator(TreeCountPairOperator.Side left, TreeCountPairOperator.Side right, bool sparse) : PlanOperator
{
    /// <summary>A branch and the bound node it hangs on.</summary>
    internal sealed record Side(BoundVariable Parent, CountBranch Branch);

    public override string Name => "TreeCount";

    public override string Detail =>
        $"{Describe(left)} and {Describe(right)}, {left.Branch.Child.Variable.Name} <> {right.Branch.Child.Variable.Name}";

    static string Describe(Side side) => HopText.Of(side.Branch.Hop, side.Parent, side.Branch.Child.Variable);

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(left.Parent);
        reads.Add(right.Parent);
    }

    public override void AddResources(ISet<IResource> resources)
    {
        left.Branch.AddResources(resources);
        right.Branch.AddResources(resources);
    }

    public override void Prepare(ExecutionContext context)
    {
        context.Counts(left.Branch.Child, sparse).Prepare();
        context.Counts(right.Branch.Child, sparse).Prepare();
    }

    public override Sink Open(Sink next, ExecutionContext context) => new PairSink(left, right, sparse, this, next, context);

    sealed class PairSink(Side left, Side right, bool sparse, TreeCountPairOperator plan, Sink next, ExecutionContext context) : PassSink(next)
    {
        readonly TreeCounts _left = context.Counts(left.Branch.Child, sparse);
        readonly TreeCounts _right = context.Counts(right.Branch.Child, sparse);

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var lefts = ((NodeVector)batch.Column(left.Parent.Slot)).Refs;
            var rights = ((NodeVector)batch.Column(right.Parent.Slot)).Refs;
            var rows = new int[lefts.Length];
            var weights = new long[lefts.Length];
            int kept = 0;
            try
            {
                for (int row = 0; row < lefts.Length; row++)
                {
                    long count = lefts[row] < 0 || rights[row] < 0 ? 0 : Count(lefts[row], rights[row]);
                    if (count != 0)
                    {
                        rows[kept] = row;
                        weights[kept++] = checked(count * (batch.Weights?[row] ?? 1));
                    }
                }
            }
            catch (OverflowException)
            {
                throw Overflow.Of("The number of matches");
            }
            return kept == 0
                || Next.Push((kept == batch.Count ? batch.Keep(plan.Live) : batch.Take(rows.AsSpan(0, kept), plan.Live)).WithWeights(weights));
        }

        [MethodImpl(Hot.Loop)]
        long Count(long leftRef, long rightRef)
        {
            long a = _left.SumOver(left.Branch.Hop, NodeVector.Table(leftRef), NodeVector.Local(leftRef));
            if (a == 0)
            {
                return 0;
            }
            long b = _right.SumOver(right.Branch.Hop, NodeVector.Table(rightRef), NodeVector.Local(rightRef));
            if (b == 0)
            {
                return 0;
            }
            Int128 count = (Int128)a * b;
            foreach (var leftWay in left.Branch.Hop.From(NodeVector.Table(leftRef)))
            {
                foreach (var rightWay in right.Branch.Hop.From(NodeVector.Table(rightRef)))
                {
                    if (leftWay.ToTable == rightWay.ToTable)
                    {
                        count -= Common(leftWay, NodeVector.Local(leftRef), rightWay, NodeVector.Local(rightRef));
                    }
                }
            }
            return checked((long)count);
        }

        // The pairs of matches that end in the same node; parallel edges stand side by side and multiply.
        [MethodImpl(Hot.Loop)]
        Int128 Common(HopWay leftWay, int leftLocal, HopWay rightWay, int rightLocal)
        {
            var a = leftWay.Csr.NeighboursOf(leftLocal);
            var b = rightWay.Csr.NeighboursOf(rightLocal);
            Int128 common = 0;
            for (int i = 0, j = 0; i < a.Length && j < b.Length;)
            {
                uint value = a[i];
                if (value != b[j])
                {
                    if (value < b[j])
                    {
                        i++;
                    }
                    else
                    {
                        j++;
                    }
                    continue;
                }
                long leftEdges = 0, rightEdges = 0;
                for (; i < a.Length && a[i] == value; i++)
                {
                    leftEdges++;
                }
                for (; j < b.Length && b[j] == value; j++)
                {
                    rightEdges++;
                }
                if ((leftWay.SkipLoops && value == leftLocal) || (rightWay.SkipLoops && value == rightLocal))
                {
                    continue;
                }
                common += (Int128)leftEdges * rightEdges * _left.At(leftWay.ToTable, (int)value) * _right.At(rightWay.ToTable, (int)value);
            }
            return common;
        }
    }
}
