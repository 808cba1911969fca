namespace Pennon.Lance.Tables;

/// <summary>Hands out the stable ids of the live rows of some fragments, and the versions that made and changed them, in scan order.</summary>
sealed class LiveIdentity
{
    const int Chunk = 8192;

    readonly IReadOnlyList<TableFragment> _fragments;
    readonly IReadOnlyList<RoaringBitmap> _deleted;
    readonly ulong[] _ids = new ulong[Chunk];
    readonly ulong[] _created = new ulong[Chunk];
    readonly ulong[] _updated = new ulong[Chunk];
    readonly ulong[] _bits = new ulong[Chunk / 64];
    int _fragment;
    long _position;
    int _start;
    int _end;

    /// <param name="fragments">The fragments.</param>
    /// <param name="deleted">The deleted rows of each.</param>
    public LiveIdentity(IReadOnlyList<TableFragment> fragments, IReadOnlyList<RoaringBitmap> deleted)
    {
        _fragments = fragments;
        _deleted = deleted;
    }

    /// <summary>Gives what the next rows have; there must be as many.</summary>
    public void Take(Span<ulong> ids, Span<ulong> created, Span<ulong> updated)
    {
        for (var done = 0; done < ids.Length;)
        {
            if (_start == _end)
                Refill();
            var count = Math.Min(_end - _start, ids.Length - done);
            _ids.AsSpan(_start, count).CopyTo(ids[done..]);
            _created.AsSpan(_start, count).CopyTo(created[done..]);
            _updated.AsSpan(_start, count).CopyTo(updated[done..]);
            _start += count;
            done += count;
        }
    }

    void Refill()
    {
        _start = _end = 0;
        while (_end == 0)
        {
            var fragment = _fragments[_fragment];
            var deleted = _deleted[_fragment];
            var count = (int)Math.Min(Chunk, fragment.PhysicalRows - _position);
            if (count == 0)
            {
                _fragment++;
                _position = 0;
                continue;
            }
            fragment.RowIds.Fill(_position, _ids.AsSpan(0, count));
            fragment.CreatedAt.Fill(_position, _created.AsSpan(0, count));
            fragment.LastUpdatedAt.Fill(_position, _updated.AsSpan(0, count));
            if (deleted.Cardinality == 0)
            {
                _end = count;
            }
            else
            {
                var bits = _bits.AsSpan(0, (count + 63) / 64);
                bits.Clear();
                deleted.SetBits(_position, count, bits);
                for (var i = 0; i < count; i++)
                {
                    if ((bits[i >> 6] >> (i & 63) & 1) != 0)
                        continue;
                    _ids[_end] = _ids[i];
                    _created[_end] = _created[i];
                    _updated[_end++] = _updated[i];
                }
            }
            _position += count;
        }
    }
}
