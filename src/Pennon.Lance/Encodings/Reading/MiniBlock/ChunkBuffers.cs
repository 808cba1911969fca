namespace Pennon.Lance.Encodings.Reading;

/// <summary>Slots of a chunk that a read asked for.</summary>
internal readonly record struct SlotRange(int Start, int Count);

/// <summary>The value buffers of one mini-block chunk.</summary>
internal readonly ref struct ChunkBuffers
{
    readonly ReadOnlySpan<byte> _chunk;
    readonly ReadOnlySpan<int> _bounds;
    readonly ReadOnlySpan<byte> _first;

    /// <param name="bounds">Start and length of each buffer in the chunk.</param>
    public ChunkBuffers(ReadOnlySpan<byte> chunk, ReadOnlySpan<int> bounds)
    {
        _chunk = chunk;
        _bounds = bounds;
        _first = chunk.Slice(bounds[0], bounds[1]);
    }

    ChunkBuffers(ReadOnlySpan<byte> chunk, ReadOnlySpan<int> bounds, ReadOnlySpan<byte> first)
    {
        _chunk = chunk;
        _bounds = bounds;
        _first = first;
    }

    public ReadOnlySpan<byte> First => _first;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (index == 0)
            {
                return _first;
            }
            int at = 2 * index;
            CorruptEncodingException.ThrowIf(at + 1 >= _bounds.Length, "a chunk has fewer buffers than its encoding needs");
            return _chunk.Slice(_bounds[at], _bounds[at + 1]);
        }
    }

    /// <summary>The same buffers with another first one.</summary>
    public ChunkBuffers WithFirst(ReadOnlySpan<byte> first) => new(_chunk, _bounds, first);
}
