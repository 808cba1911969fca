using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Puts vectors into partitions and codes them, on several threads.</summary>
sealed class IvfEncoder
{
    const int Block = 1024;

    readonly CentroidPanels _centroids;
    readonly VectorCodec _codec;
    readonly int _dimension;
    readonly int _threads;

    /// <param name="centroids">The centroids, one after the other.</param>
    /// <param name="codec">How vectors are coded.</param>
    /// <param name="threads">Threads.</param>
    public IvfEncoder(float[] centroids, VectorCodec codec, int threads)
    {
        _centroids = new CentroidPanels(centroids, codec.Dimension);
        _codec = codec;
        _dimension = codec.Dimension;
        _threads = threads;
    }

    /// <summary>Codes rows into a shuffle.</summary>
    public void Encode(VectorRows rows, CodeShuffle shuffle, CancellationToken cancellationToken)
    {
        var count = rows.RowIds.Length;
        var cells = new int[count];
        var codes = new byte[checked(count * _codec.RowBytes)];
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken };
        Parallel.For(0, (count + Block - 1) / Block, options, block =>
        {
            var first = block * Block;
            var size = Math.Min(Block, count - first);
            Span<float> scores = stackalloc float[Block];
            var vectors = rows.Values.AsSpan(first * _dimension, size * _dimension);
            _centroids.Nearest(vectors, _dimension, cells.AsSpan(first, size), scores);
            _codec.Encode(vectors, cells.AsSpan(first, size), codes.AsSpan(first * _codec.RowBytes, size * _codec.RowBytes));
        });
        shuffle.Append(cells, rows.RowIds, codes);
    }
}
