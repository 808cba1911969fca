using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>The neighbours of one node as bits, for when many nodes in a row are tested against the same one.</summary>
internal sealed class NeighbourMarks(Hop hop, ExecutionContext context)
{
    ulong[]?[] _bits = [];
    long _origin = NodeVector.Null;

    public bool Covers(long origin) => _origin == origin;

    public bool Contains(long target) => NodeMask.Test(_bits[NodeVector.Table(target)], NodeVector.Local(target));

    public void Mark(long origin)
    {
        if (_bits.Length == 0)
        {
            _bits = new ulong[context.Graph.Snapshot.NodeTables.Count][];
        }
        if (_origin >= 0)
        {
            Set(_origin, mark: false);
        }
        Set(origin, mark: true);
        _origin = origin;
    }

    [MethodImpl(Hot.Loop)]
    void Set(long origin, bool mark)
    {
        int local = NodeVector.Local(origin);
        foreach (var way in hop.From(NodeVector.Table(origin)))
        {
            var bits = _bits[way.ToTable] ??= new ulong[(context.Graph.Snapshot.NodeTables[way.ToTable].RowCount + 63) / 64];
            foreach (uint neighbour in way.Csr.NeighboursOf(local))
            {
                if (!mark)
                {
                    bits[neighbour >> 6] = 0;
                }
                else if (!(way.SkipLoops && neighbour == local))
                {
                    bits[neighbour >> 6] |= 1UL << (int)neighbour;
                }
            }
        }
    }
}
