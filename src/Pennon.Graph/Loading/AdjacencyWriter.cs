using Pennon.Arrow;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>
/// Builds the adjacency of every edge type that a load changed and writes it both ways: a row for each vertex with edges, holding the ids of its neighbours and
/// of the edges to them, pair by pair.
/// </summary>
sealed class AdjacencyWriter(LoadState state)
{
    const int BatchRows = 65_536;
    const int BatchEdges = 1 << 19;

    static readonly ListType Ids = new(new Field("item", ArrowType.UInt64));

    public static Schema Schema { get; } = new(
    [
        new Field(ColumnNames.Vertex, ArrowType.UInt64, nullable: false),
        new Field(ColumnNames.Neighbours, Ids, nullable: false),
        new Field(ColumnNames.Edges, Ids, nullable: false),
    ]);

    /// <summary>Writes both tables of a type and gives the entries of its pairs, with what a snapshot would have to load again.</summary>
    public async ValueTask<IReadOnlyList<BuiltPair>> WriteAsync(EdgeTypeLoad type, TableSink outgoing, TableSink incoming, CancellationToken cancellationToken)
    {
        var built = new List<BuiltPair>();
        ulong outRow = 0;
        ulong inRow = 0;
        foreach (var pair in type.Pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (outIndex, inIndex) = await BuildAsync(pair, cancellationToken).ConfigureAwait(false);
            var eids = pair.Eids.ToBlocks();
            await WriteAsync(outgoing, outIndex, pair.Source.Vids, pair.Target.Vids, eids, cancellationToken).ConfigureAwait(false);
            await WriteAsync(incoming, inIndex, pair.Target.Vids, pair.Source.Vids, eids, cancellationToken).ConfigureAwait(false);
            built.Add(new BuiltPair(
                pair, outIndex, inIndex, (outRow, outIndex.NodesWithEdges), (inRow, inIndex.NodesWithEdges),
                CsrBuilder.Measure(outIndex, inIndex, ReferenceEquals(pair.Source, pair.Target))));
            outRow += (ulong)outIndex.NodesWithEdges;
            inRow += (ulong)inIndex.NodesWithEdges;
        }

        return built;
    }

    async ValueTask<(CsrIndex Out, CsrIndex In)> BuildAsync(EdgePairLoad pair, CancellationToken cancellationToken)
    {
        var from = pair.From;
        var to = pair.To;
        if (pair.Entry is { } entry)
        {
            var before = pair.Outgoing ?? await state.Before.OutgoingAsync(pair.Type.Name, entry, cancellationToken).ConfigureAwait(false);
            from = new UIntList();
            to = new UIntList();
            Expand(before, from.Append(before.EdgeCount), to.Append(before.EdgeCount));
            pair.From.Span.CopyTo(from.Append(pair.From.Count));
            pair.To.Span.CopyTo(to.Append(pair.To.Count));
        }

        var built = CsrBuilder.Build(pair.Source.Count, pair.Target.Count, from.Span, to.Span);
        pair.From.Clear();
        pair.To.Clear();
        return built;
    }

    static void Expand(CsrIndex index, Span<uint> from, Span<uint> to)
    {
        for (var node = 0; node < index.NodeCount; node++)
        {
            var neighbours = index.NeighboursOf(node);
            var edges = index.EdgeIdsOf(node);
            for (var i = 0; i < edges.Length; i++)
            {
                from[(int)edges[i]] = (uint)node;
                to[(int)edges[i]] = neighbours[i];
            }
        }
    }

    async ValueTask WriteAsync(TableSink sink, CsrIndex index, IdBlocks nodes, IdBlocks others, IdBlocks eids, CancellationToken cancellationToken)
    {
        for (var node = 0; node < index.NodeCount;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (batch, next) = TakeBatch(index, node, nodes, others, eids);
            node = next;
            if (batch is not null)
            {
                await state.WriteAsync(sink, batch).ConfigureAwait(false);
            }
        }
    }

    static (RecordBatch? Batch, int Next) TakeBatch(CsrIndex index, int first, IdBlocks nodes, IdBlocks others, IdBlocks eids)
    {
        var offsets = index.Offsets;
        var node = first;
        var rows = 0;
        while (node < index.NodeCount && rows < BatchRows && (rows == 0 || offsets[node + 1] - offsets[first] <= BatchEdges))
        {
            rows += offsets[node + 1] > offsets[node] ? 1 : 0;
            node++;
        }

        if (rows == 0)
        {
            return (null, node);
        }

        var start = (int)offsets[first];
        var count = (int)offsets[node] - start;
        var vertices = ArrowAllocator.Default.Allocate(rows * 8);
        var neighbourOffsets = ArrowAllocator.Default.Allocate((rows + 1) * 4);
        var vertex = vertices.MutableAs<ulong>();
        var offset = neighbourOffsets.MutableAs<int>();
        var row = 0;
        for (var n = first; n < node; n++)
        {
            if (offsets[n + 1] > offsets[n])
            {
                vertex[row] = nodes.IdAt(n);
                offset[row++] = (int)offsets[n] - start;
            }
        }

        offset[rows] = count;
        var neighbours = ArrowAllocator.Default.Allocate(count * 8);
        others.IdsAt(index.Neighbours.Slice(start, count), neighbours.MutableAs<ulong>());
        var edges = ArrowAllocator.Default.Allocate(count * 8);
        eids.IdsAt(index.EdgeIds.Slice(start, count), edges.MutableAs<ulong>());
        return (new RecordBatch(Schema, [Longs(vertices, rows), Lists(neighbourOffsets.Retain(), neighbours, rows, count), Lists(neighbourOffsets, edges, rows, count)], rows), node);
    }

    static ArrowArray Longs(ArrowBuffer values, int count) => ArrowArray.Create(ArrowType.UInt64, count, 0, 0, [ArrowBuffer.Empty, values]);

    static ArrowArray Lists(ArrowBuffer offsets, ArrowBuffer items, int rows, int count) =>
        ArrowArray.Create(Ids, rows, 0, 0, [ArrowBuffer.Empty, offsets], [Longs(items, count)]);
}

/// <summary>The adjacency of a pair as it was built and where it was written.</summary>
sealed record BuiltPair(
    EdgePairLoad Pair, CsrIndex Out, CsrIndex In, (ulong Start, int Count) OutRows, (ulong Start, int Count) InRows, EdgePairStatistics Degrees);
