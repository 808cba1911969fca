using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Graph;

/// <summary>Reads the adjacency of a label pair back into a <see cref="CsrIndex"/>, checking all of it against the tables it joins.</summary>
static class AdjacencyReader
{
    const int BatchRows = 1 << 18;

    public static async ValueTask<(CsrIndex Index, long Bytes)> ReadAsync(
        ColumnReader reader, (ulong Start, int Count) rows, IdBlocks nodes, IdBlocks others, IdBlocks eids, CancellationToken cancellationToken)
    {
        var offsets = new uint[nodes.Count + 1];
        var build = new Build(reader.Table.Path, offsets, nodes, others, eids);
        using var dataset = await reader.OpenAsync(cancellationToken).ConfigureAwait(false);
        string[] columns = [ColumnNames.Vertex, ColumnNames.Neighbours, ColumnNames.Edges];
        await foreach (var batch in reader.ReadAsync(dataset, columns, rows.Start, rows.Count, BatchRows, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                build.Add(batch);
            }
        }

        var index = build.Finish();
        return (index, index.ByteSize);
    }

    sealed class Build(string path, uint[] offsets, IdBlocks nodes, IdBlocks others, IdBlocks eids)
    {
        // The manifest's word for the number of edges is taken up to 64 MiB; beyond that the arrays grow with what is really there.
        const int TrustedEdges = 16 << 20;

        uint[] _neighbours = GC.AllocateUninitializedArray<uint>(Math.Min(eids.Count, TrustedEdges));
        uint[] _edges = GC.AllocateUninitializedArray<uint>(Math.Min(eids.Count, TrustedEdges));
        int _next;
        int _filled;

        public void Add(RecordBatch batch)
        {
            if (batch.Column(ColumnNames.Vertex) is not PrimitiveArray<ulong> vertices
                || batch.Column(ColumnNames.Neighbours) is not ListArray { Items: PrimitiveArray<ulong> neighbourItems } neighbourLists
                || batch.Column(ColumnNames.Edges) is not ListArray { Items: PrimitiveArray<ulong> edgeItems } edgeLists)
            {
                throw Broken("its columns are not of the types of an adjacency table");
            }

            if (vertices.HasNulls || neighbourLists.HasNulls || edgeLists.HasNulls || neighbourItems.HasNulls || edgeItems.HasNulls)
            {
                throw Broken("it has nulls");
            }

            var starts = neighbourLists.Offsets;
            var edgeStarts = edgeLists.Offsets;
            var first = starts.Length == 0 ? 0 : starts[0];
            var count = starts.Length == 0 ? 0 : starts[^1] - first;
            if (count > eids.Count - _filled || (edgeStarts.Length == 0 ? 0 : edgeStarts[^1] - edgeStarts[0]) != count)
            {
                throw Broken($"it has more than the {eids.Count} edges that the graph says, or lists of different lengths");
            }

            Reserve(_filled + count);

            if (others.PositionsOf(neighbourItems.Values.Slice(first, count), _neighbours.AsSpan(_filled)) is >= 0 and var stray)
            {
                throw Broken($"neighbour {neighbourItems.Values[first + stray]} is no vertex of the table it belongs to");
            }

            if (eids.PositionsOf(edgeItems.Values.Slice(count == 0 ? 0 : edgeStarts[0], count), _edges.AsSpan(_filled)) is >= 0 and var strayEdge)
            {
                throw Broken($"edge {edgeItems.Values[edgeStarts[0] + strayEdge]} is no edge of its pair");
            }

            for (var row = 0; row < vertices.Length; row++)
            {
                if (!nodes.TryPositionOf(vertices.Values[row], out var node) || node < _next)
                {
                    throw Broken($"vertex {vertices.Values[row]} is out of order or of another table");
                }

                if (starts[row + 1] - first < starts[row] - first || edgeStarts[row + 1] - edgeStarts[0] != starts[row + 1] - first)
                {
                    throw Broken($"the lists of vertex {vertices.Values[row]} differ in length");
                }

                offsets.AsSpan(_next, node - _next + 1).Fill((uint)(_filled + starts[row] - first));
                _next = node + 1;
            }

            CheckOrder(vertices.Length, starts, first);
            _filled += count;
        }

        public CsrIndex Finish()
        {
            if (_filled != eids.Count)
            {
                throw Broken($"it has {_filled} of the {eids.Count} edges that the graph says");
            }

            offsets.AsSpan(_next).Fill((uint)_filled);
            Array.Resize(ref _neighbours, _filled);
            Array.Resize(ref _edges, _filled);
            return CsrBuilder.Finish(offsets, _neighbours, _edges);
        }

        void Reserve(int count)
        {
            if (count > _neighbours.Length)
            {
                var size = (int)Math.Min(eids.Count, Math.Max(count, _neighbours.Length * 2L));
                Array.Resize(ref _neighbours, size);
                Array.Resize(ref _edges, size);
            }
        }

        void CheckOrder(int rows, ReadOnlySpan<int> starts, int first)
        {
            for (var row = 0; row < rows; row++)
            {
                var list = _neighbours.AsSpan(_filled + starts[row] - first, starts[row + 1] - starts[row]);
                for (var i = 1; i < list.Length; i++)
                {
                    if (list[i] < list[i - 1])
                    {
                        throw Broken("the neighbours of a vertex are not in order");
                    }
                }
            }
        }

        LanceFormatException Broken(string what) => new($"The adjacency is broken: {what}.", path, -1);
    }
}
