using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// All values of one property, in row order: local node ids for a node table, edge ids within the pair for an edge pair.
/// Row <c>r</c> is row <c>r &amp; ((1 &lt;&lt; ChunkShift) - 1)</c> of <c>Chunks[r &gt;&gt; ChunkShift]</c>. Immutable and safe to share.
/// </summary>
public sealed class PropertyColumn
{
    /// <summary>The base-2 logarithm of the rows in every chunk but the last.</summary>
    public const int DefaultChunkShift = 20;

    readonly ArrowArray[] _chunks;

    /// <summary>Makes a column of chunks, each of 2^20 rows but the last.</summary>
    /// <param name="type">The type of every chunk.</param>
    /// <param name="chunks">The chunks; one empty chunk for a column without rows.</param>
    /// <param name="isMixed">Whether the values are tagged; see <see cref="TaggedValue"/>.</param>
    /// <exception cref="ArgumentException">A chunk but the last does not have 2^20 rows, or there is no chunk.</exception>
    public PropertyColumn(ArrowType type, ArrowArray[] chunks, bool isMixed = false)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(chunks);
        if (chunks.Length == 0)
        {
            throw new ArgumentException("A column needs at least one chunk, which may be empty.", nameof(chunks));
        }

        for (var i = 0; i < chunks.Length - 1; i++)
        {
            if (chunks[i].Length != 1 << DefaultChunkShift)
            {
                throw new ArgumentException($"Chunk {i} has {chunks[i].Length} rows; every chunk but the last has {1 << DefaultChunkShift}.", nameof(chunks));
            }
        }

        Type = type;
        IsMixed = isMixed;
        _chunks = chunks;
        Length = ((chunks.Length - 1) << DefaultChunkShift) + chunks[^1].Length;
    }

    /// <summary>The type of the values.</summary>
    public ArrowType Type { get; }

    /// <summary>True when the values are tagged binary because they are of several types; read them with <see cref="TaggedValue"/>.</summary>
    public bool IsMixed { get; }

    /// <summary>The number of rows.</summary>
    public int Length { get; }

    /// <summary>The base-2 logarithm of the rows in every chunk but the last.</summary>
    public int ChunkShift => DefaultChunkShift;

    /// <summary>The values; nearly always a single chunk.</summary>
    public IReadOnlyList<ArrowArray> Chunks => _chunks;

    /// <summary>The only chunk when there is just one, otherwise null.</summary>
    public ArrowArray? SingleChunk => _chunks.Length == 1 ? _chunks[0] : null;
}
