using System.Numerics;

namespace Pennon.Lance.Tables;

/// <summary>The live rows of a table by stable id: stretches of ids that count up together with the addresses of their rows, sorted by id.</summary>
sealed class RowIdRuns
{
    readonly ulong[] _ids;
    readonly ulong[] _addresses;
    readonly uint[] _lengths;

    RowIdRuns(ulong[] ids, ulong[] addresses, uint[] lengths)
    {
        _ids = ids;
        _addresses = addresses;
        _lengths = lengths;
    }

    /// <summary>How many stretches there are.</summary>
    public int Count => _ids.Length;

    /// <summary>One stretch, in order of id.</summary>
    public (ulong Id, ulong Address, uint Length) this[int index] => (_ids[index], _addresses[index], _lengths[index]);

    public bool TryFind(ulong id, out ulong address)
    {
        var run = RunOf(id);
        if (run >= 0 && id - _ids[run] < _lengths[run])
        {
            address = _addresses[run] + (id - _ids[run]);
            return true;
        }
        address = RowLocator.Gone;
        return false;
    }

    public void FindMany(ReadOnlySpan<ulong> ids, Span<ulong> addresses)
    {
        var run = -1;
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ids[i];
            if (run < 0 || id - _ids[run] >= _lengths[run])
                run = RunOf(id);
            addresses[i] = run >= 0 && id - _ids[run] < _lengths[run] ? _addresses[run] + (id - _ids[run]) : RowLocator.Gone;
        }
    }

    int RunOf(ulong id)
    {
        var index = Array.BinarySearch(_ids, id);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>Collects the live rows fragment by fragment.</summary>
    public sealed class Builder
    {
        const int Chunk = 8192;

        readonly List<ulong> _ids = [];
        readonly List<ulong> _addresses = [];
        readonly List<uint> _lengths = [];
        readonly ulong[] _buffer = new ulong[Chunk];
        readonly ulong[] _deletedBits = new ulong[Chunk / 64];

        /// <summary>Adds the rows of a fragment.</summary>
        /// <param name="fragment">The fragment's id.</param>
        /// <param name="ids">An id for each of its rows.</param>
        /// <param name="deleted">The offsets that do not count.</param>
        public void Add(uint fragment, RowIds ids, RoaringBitmap deleted)
        {
            long position = 0;
            foreach (var segment in ids.Segments)
            {
                for (long at = 0; at < segment.Count;)
                {
                    var whole = segment.IsConsecutive && !deleted.IntersectsRange(position + at, segment.Count - at);
                    var count = whole ? segment.Count - at : Math.Min(Chunk, segment.Count - at);
                    var address = (ulong)fragment << 32 | (ulong)(position + at);
                    if (whole)
                    {
                        segment.Fill(at, _buffer.AsSpan(0, 1));
                        Add(_buffer[0], address, (uint)count);
                    }
                    else
                    {
                        AddChunk(segment, at, (int)count, address, deleted);
                    }
                    at += count;
                }
                position += segment.Count;
            }
        }

        /// <summary>Sorts what was added.</summary>
        /// <exception cref="LanceFormatException">Two live rows have the same id.</exception>
        public RowIdRuns Build(string file)
        {
            var ids = _ids.ToArray();
            var addresses = _addresses.ToArray();
            var lengths = _lengths.ToArray();
            for (var i = 1; i < ids.Length; i++)
            {
                if (ids[i] > ids[i - 1])
                    continue;
                var order = new int[ids.Length];
                for (var k = 0; k < order.Length; k++)
                    order[k] = k;
                Array.Sort(ids, order);
                addresses = Array.ConvertAll(order, k => _addresses[k]);
                lengths = Array.ConvertAll(order, k => _lengths[k]);
                break;
            }
            for (var i = 1; i < ids.Length; i++)
            {
                if (ids[i] - ids[i - 1] < lengths[i - 1])
                {
                    throw new LanceFormatException(
                        $"Two rows have the id {ids[i]}: at the addresses {addresses[i - 1] + (ids[i] - ids[i - 1])} and {addresses[i]}", file, -1);
                }
            }
            return new RowIdRuns(ids, addresses, lengths);
        }

        void AddChunk(RowIdSegment segment, long at, int count, ulong address, RoaringBitmap deleted)
        {
            var ids = _buffer.AsSpan(0, count);
            segment.Fill(at, ids);
            var bits = _deletedBits.AsSpan(0, (count + 63) / 64);
            bits.Clear();
            if (deleted.Cardinality > 0)
                deleted.SetBits((uint)address, count, bits);
            for (var i = 0; i < count;)
            {
                var rest = bits[i >> 6] >> (i & 63);
                if ((rest & 1) != 0)
                {
                    i += Math.Min(BitOperations.TrailingZeroCount(~rest), 64 - (i & 63));
                    continue;
                }
                var end = Math.Min(count, i + Math.Min(BitOperations.TrailingZeroCount(rest), 64 - (i & 63)));
                while (i < end)
                {
                    var next = i + 1;
                    while (next < end && ids[next] == ids[next - 1] + 1)
                        next++;
                    Add(ids[i], address + (ulong)i, (uint)(next - i));
                    i = next;
                }
            }
        }

        // A stretch goes on across chunks and segments as long as both numbers count up by one.
        void Add(ulong id, ulong address, uint length)
        {
            var last = _ids.Count - 1;
            if (last >= 0 && id - _ids[last] == _lengths[last] && address - _addresses[last] == _lengths[last] && (address >> 32) == (_addresses[last] >> 32)
                && id > _ids[last] && uint.MaxValue - _lengths[last] >= length)
            {
                _lengths[last] += length;
                return;
            }
            _ids.Add(id);
            _addresses.Add(address);
            _lengths.Add(length);
        }
    }
}
