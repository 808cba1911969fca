using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// A part of the pattern that hangs on one variable and is only counted: how many ways there are to complete it from each node of that
/// variable. The count of a node is the product over the branches of the sum over the neighbours of theirs, so one pass over each adjacency
/// replaces the enumeration of all combinations.
/// </summary>
internal sealed class CountTree(BoundVariable variable, NodeTable[] tables, NodeMask? mask, IReadOnlyList<CountBranch> branches)
{
    public BoundVariable Variable => variable;

    public NodeTable[] Tables => tables;

    public NodeMask? Mask => mask;

    public IReadOnlyList<CountBranch> Branches => branches;

    /// <summary>True when every node counts once, so that the degree is the sum.</summary>
    public bool IsOnes => mask is null && branches.Count == 0;

    /// <summary>Edges and nodes that a dense evaluation touches.</summary>
    public double DenseCost => IsOnes ? 0
        : tables.Sum(static t => (double)t.RowCount)
            + branches.Sum(static b => b.Child.DenseCost + (b.Child.IsOnes ? 0 : b.Hop.Ways.Sum(static w => (double)w.Pair.EdgeCount)));

    /// <summary>What masked nodes cost at once: they are evaluated for their whole table, and below them is on demand.</summary>
    public double MaskCost => (mask is null ? 0 : tables.Sum(t => t.RowCount * (1 + branches.Sum(b => b.Hop.AverageDegree(tables) * b.Child.SparseCost))))
        + branches.Sum(static b => b.Child.MaskCost);

    /// <summary>Edges that evaluation on demand touches for a single node.</summary>
    public double SparseCost => mask is not null || branches.Count == 0 ? 1 : 1 + branches.Sum(b => b.Child.IsOnes ? 1 : b.Hop.AverageDegree(tables) * b.Child.SparseCost);

    public void AddResources(ISet<IResource> resources)
    {
        mask?.Predicate.AddResources(resources);
        foreach (var branch in branches)
        {
            branch.AddResources(resources);
        }
    }
}

/// <summary>One step down a <see cref="CountTree"/>. An optional branch counts once where it has no match.</summary>
internal sealed class CountBranch(Hop hop, CountTree child, bool optional)
{
    public Hop Hop => hop;

    public CountTree Child => child;

    public bool Optional => optional;

    public CountBranch AsRequired() => new(hop, child, optional: false);

    public void AddResources(ISet<IResource> resources)
    {
        hop.AddResources(resources);
        child.AddResources(resources);
    }
}

/// <summary>The counts of a <see cref="CountTree"/>'s nodes in one run: dense vectors made on first use, or single nodes on demand.</summary>
internal sealed class TreeCounts
{
    const int MorselNodes = 8192;

    readonly CountTree _tree;
    readonly ExecutionContext _context;
    readonly TreeCounts[] _children;
    readonly bool _sparse;
    readonly Lock _making = new();
    long[]?[]? _dense;

    public TreeCounts(CountTree tree, bool sparse, ExecutionContext context)
    {
        _tree = tree;
        _context = context;
        // A mask is made for a whole table in any case.
        _sparse = sparse && tree.Mask is null;
        _children = [.. tree.Branches.Select(branch => new TreeCounts(branch.Child, sparse, context))];
    }

    /// <summary>Makes the dense vectors now, where they will be used.</summary>
    public void Prepare()
    {
        if (_sparse)
        {
            foreach (var child in _children)
            {
                child.Prepare();
            }
        }
        else if (!_tree.IsOnes)
        {
            Dense();
        }
    }

    /// <summary>The ways to complete the tree from a node.</summary>
    [MethodImpl(Hot.Loop)]
    public long At(int table, int local)
    {
        if (_tree.IsOnes)
        {
            return 1;
        }
        if (!_sparse)
        {
            return (_dense ?? Dense())[table] is { } counts ? counts[local] : 0;
        }
        long product = 1;
        for (int b = 0; b < _children.Length && product != 0; b++)
        {
            long sum = _children[b].SumOver(_tree.Branches[b].Hop, table, local);
            product = checked(product * (_tree.Branches[b].Optional ? Math.Max(1, sum) : sum));
        }
        return product;
    }

    /// <summary>The sum of this tree's counts over the nodes that a step from the given node reaches.</summary>
    [MethodImpl(Hot.Loop)]
    public long SumOver(Hop hop, int table, int local)
    {
        long sum = 0;
        foreach (var way in hop.From(table))
        {
            sum = checked(sum + SumOver(way, local));
        }
        return sum;
    }

    [MethodImpl(Hot.Loop)]
    long SumOver(HopWay way, int local)
    {
        var csr = way.Csr;
        if (_tree.IsOnes)
        {
            return csr.DegreeOf(local) - (way.SkipLoops ? way.Csr.NeighboursOf(local).Length == 0 ? 0 : Sorted.Count(csr.NeighboursOf(local), (uint)local) : 0);
        }
        long sum = 0;
        if (_sparse)
        {
            foreach (uint neighbour in csr.NeighboursOf(local))
            {
                if (!(way.SkipLoops && neighbour == local))
                {
                    sum = checked(sum + At(way.ToTable, (int)neighbour));
                }
            }
            return sum;
        }
        if ((_dense ?? Dense())[way.ToTable] is not { } counts)
        {
            return 0;
        }
        foreach (uint neighbour in csr.NeighboursOf(local))
        {
            sum = checked(sum + counts[neighbour]);
        }
        return way.SkipLoops ? sum - (Sorted.Count(csr.NeighboursOf(local), (uint)local) * counts[local]) : sum;
    }

    long[]?[] Dense()
    {
        lock (_making)
        {
            return _dense ??= Evaluate();
        }
    }

    [MethodImpl(Hot.Loop)]
    long[]?[] Evaluate()
    {
        var dense = new long[_context.Graph.Snapshot.NodeTables.Count][];
        var bits = _tree.Mask is { } mask ? _context.Bits(mask) : null;
        foreach (var child in _children)
        {
            child.Prepare();
        }
        foreach (var table in _tree.Tables)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            _context.Memory.Charge("tree count", 8L * table.RowCount);
            var counts = dense[table.Index] = new long[table.RowCount];
            if (bits is null)
            {
                counts.AsSpan().Fill(1);
            }
            else if (bits[table.Index] is { } words)
            {
                for (int i = 0; i < counts.Length; i++)
                {
                    counts[i] = (long)(words[i >> 6] >> i & 1);
                }
            }
            for (int b = 0; b < _children.Length; b++)
            {
                var (branch, child) = (_tree.Branches[b], _children[b]);
                var ways = branch.Hop.From(table.Index);
                Morsels.ForRanges(_context.Threads, counts.Length, MorselNodes, (from, to) => Multiply(counts, from, to, ways, branch.Optional, child));
            }
        }
        return dense;
    }

    [MethodImpl(Hot.Loop)]
    static void Multiply(long[] counts, int from, int to, HopWay[] ways, bool optional, TreeCounts child)
    {
        for (int i = from; i < to; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }
            long sum = 0;
            foreach (var way in ways)
            {
                sum = checked(sum + child.SumOver(way, i));
            }
            counts[i] = checked(counts[i] * (optional ? Math.Max(1, sum) : sum));
        }
    }
}
