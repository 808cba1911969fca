using System.Runtime.Intrinsics;
using Pennon.Lance.Indexes.Vectors.Ivf;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Product quantisation: a vector is cut into equal parts, and each part is coded by the nearest of 256 (8 bits) or 16 (4 bits)
/// codewords of its own (TABLE 18.5).
/// </summary>
sealed class ProductCodebook
{
    const int Lanes = 16;

    readonly float[] _words;
    readonly float[] _lanes;

    /// <summary>Wraps codewords.</summary>
    /// <param name="dimension">Numbers per vector, a multiple of <paramref name="parts"/>.</param>
    /// <param name="parts">Parts per vector; even for 4 bits.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="words">The codewords: for each part, all of its words one after the other.</param>
    public ProductCodebook(int dimension, int parts, int bits, float[] words)
    {
        if (Flaw(dimension, parts, bits) is { } flaw)
            throw new ArgumentException(flaw);
        if (words.Length != dimension << bits)
            throw new ArgumentException($"A codebook of {dimension} dimensions and {bits} bits has {dimension << bits} numbers, not {words.Length}.", nameof(words));
        Dimension = dimension;
        Parts = parts;
        Bits = bits;
        _words = words;
        // Dimension by dimension, so that tables are computed for many words at once.
        _lanes = new float[words.Length];
        var (count, width) = (Words, PartDimension);
        for (var part = 0; part < parts; part++)
        {
            for (var word = 0; word < count; word++)
            {
                for (var d = 0; d < width; d++)
                    _lanes[(part * width + d) * count + word] = words[(part * count + word) * width + d];
            }
        }
    }

    /// <summary>Numbers per vector.</summary>
    public int Dimension { get; }

    /// <summary>Parts per vector.</summary>
    public int Parts { get; }

    /// <summary>Bits per part's code.</summary>
    public int Bits { get; }

    /// <summary>Codewords per part.</summary>
    public int Words => 1 << Bits;

    /// <summary>Numbers per part.</summary>
    public int PartDimension => Dimension / Parts;

    /// <summary>Bytes per coded vector.</summary>
    public int CodeBytes => Parts * Bits / 8;

    /// <summary>The codewords, part after part.</summary>
    public ReadOnlySpan<float> Values => _words;

    /// <summary>Bytes of memory.</summary>
    public long ByteSize => 2L * sizeof(float) * _words.Length;

    /// <summary>What is wrong with the measures of a codebook; null if nothing is.</summary>
    public static string? Flaw(int dimension, int parts, int bits)
    {
        if (bits is not (4 or 8))
            return $"Product quantisation takes 4 or 8 bits, not {bits}.";
        if (dimension < 1 || parts < 1 || dimension % parts != 0)
            return $"Vectors of {dimension} dimensions cannot be cut into {parts} equal parts.";
        if (bits == 4 && parts % 2 != 0)
            return $"Product quantisation with 4 bits takes an even number of parts, not {parts}.";
        return null;
    }

    /// <summary>The codeword of a part.</summary>
    public ReadOnlySpan<float> Word(int part, int word) => _words.AsSpan((part * Words + word) * PartDimension, PartDimension);

    /// <summary>Trains codewords by k-means on each part; parts are trained side by side.</summary>
    /// <param name="vectors">Vectors to learn from, one after the other: differences from centroids, unless the metric is dot.</param>
    /// <param name="dimension">Numbers per vector.</param>
    /// <param name="parts">Parts per vector.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="iterations">The most rounds of k-means.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="part">Is told the number of finished parts.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    public static ProductCodebook Train(
        ReadOnlyMemory<float> vectors, int dimension, int parts, int bits, int iterations, int parallelism, Action<int>? part,
        CancellationToken cancellationToken)
    {
        var words = 1 << bits;
        var width = dimension / parts;
        var count = vectors.Length / dimension;
        var codebook = new float[dimension * words];
        var finished = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        Parallel.For(0, parts, options, p =>
        {
            var column = new float[count * width];
            var source = vectors.Span;
            for (var i = 0; i < count; i++)
                source.Slice(i * dimension + p * width, width).CopyTo(column.AsSpan(i * width));
            var training = new KMeansOptions(words, iterations, (ulong)p + 1, parts >= parallelism ? 1 : parallelism);
            KMeans.Train(column, width, training, null, cancellationToken).Centroids.CopyTo(codebook, p * words * width);
            part?.Invoke(Interlocked.Increment(ref finished));
        });
        return new ProductCodebook(dimension, parts, bits, codebook);
    }

    /// <summary>The distances of each part of a query to all of the part's codewords.</summary>
    /// <param name="query">The query, or its difference from the centroid.</param>
    /// <param name="byDot">Minus the dot product in place of the squared distance.</param>
    /// <param name="tables">A place for <see cref="Parts"/> tables of <see cref="Words"/> numbers.</param>
    public void Tables(ReadOnlySpan<float> query, bool byDot, Span<float> tables)
    {
        var words = Words;
        var width = PartDimension;
        for (var part = 0; part < Parts; part++)
        {
            for (var first = 0; first < words; first += Lanes)
            {
                var sum = Vector512<float>.Zero;
                for (var d = part * width; d < (part + 1) * width; d++)
                {
                    var values = Vector512.Create<float>(_lanes.AsSpan(d * words + first, Lanes));
                    var x = Vector512.Create(query[d]);
                    if (byDot)
                    {
                        sum -= x * values;
                    }
                    else
                    {
                        values -= x;
                        sum = Vector512.FusedMultiplyAdd(values, values, sum);
                    }
                }
                sum.CopyTo(tables[(part * words + first)..]);
            }
        }
    }

    /// <summary>Puts a coded vector together again.</summary>
    /// <param name="codes">The bytes of the code; byte j is at <c>j * stride</c>.</param>
    /// <param name="stride">1, or the number of rows of a transposed block.</param>
    /// <param name="vector">A place for <see cref="Dimension"/> numbers.</param>
    public void Decode(ReadOnlySpan<byte> codes, int stride, Span<float> vector)
    {
        for (var part = 0; part < Parts; part++)
        {
            var word = Bits == 8 ? codes[part * stride] : (codes[part / 2 * stride] >> (part % 2 * 4)) & 15;
            Word(part, word).CopyTo(vector[(part * PartDimension)..]);
        }
    }
}
