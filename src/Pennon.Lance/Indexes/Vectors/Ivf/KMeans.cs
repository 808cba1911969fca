using System.Numerics.Tensors;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>How centroids are trained.</summary>
/// <param name="Clusters">How many centroids are wanted.</param>
/// <param name="Iterations">The most rounds of assignment and averaging.</param>
/// <param name="Seed">What the choice of first centroids depends on.</param>
/// <param name="Parallelism">Threads.</param>
/// <param name="Balance">Whether huge cells are split and the smallest ones given up for it.</param>
readonly record struct KMeansOptions(int Clusters, int Iterations, ulong Seed, int Parallelism, bool Balance = false);

/// <summary>
/// Lloyd's k-means over squared Euclidean distance: a k-means++ start on a subset, a few rounds on that subset, then rounds on all points
/// until the loss stops to fall. The result depends on the input and the seed alone, not on the number of threads.
/// </summary>
sealed class KMeans
{
    const int Block = 2048;
    const int WarmPointsPerCluster = 32;
    const int MostClustersForCarefulStart = 1024;
    const double Converged = 2e-4;
    const float Nudge = 1f / 1024;

    readonly ReadOnlyMemory<float> _points;
    readonly int _count;
    readonly int _dimension;
    readonly KMeansOptions _options;
    readonly Action<int>? _round;
    readonly CancellationToken _cancellation;
    readonly float[] _centroids;
    readonly int[] _nearest;
    readonly int[] _order;
    readonly int[] _starts;
    readonly double[] _losses;

    KMeans(ReadOnlyMemory<float> points, int dimension, in KMeansOptions options, float[] centroids, Action<int>? round, CancellationToken cancellationToken)
    {
        _points = points;
        _dimension = dimension;
        _count = points.Length / dimension;
        _options = options;
        _round = round;
        _cancellation = cancellationToken;
        _centroids = centroids;
        _nearest = new int[_count];
        _order = new int[_count];
        _starts = new int[options.Clusters + 1];
        _losses = new double[(_count + Block - 1) / Block];
    }

    /// <summary>Trains centroids.</summary>
    /// <param name="points">The points, one after the other; finite numbers.</param>
    /// <param name="dimension">Numbers per point.</param>
    /// <param name="options">How to train; at least one cluster. With fewer points than clusters, points repeat.</param>
    /// <param name="round">Is told the number of each finished round.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>The centroids, one after the other, and the mean squared distance of the points to theirs in the last round.</returns>
    public static (float[] Centroids, double Loss) Train(
        ReadOnlyMemory<float> points, int dimension, in KMeansOptions options, Action<int>? round, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Clusters, 1);
        var count = points.Length / dimension;
        var centroids = new float[checked(options.Clusters * dimension)];
        if (count == 0)
            return (centroids, 0);
        var warm = (long)options.Clusters * WarmPointsPerCluster;
        if (count <= options.Clusters)
        {
            for (var i = 0; i < options.Clusters; i++)
                points.Span.Slice(i % count * dimension, dimension).CopyTo(centroids.AsSpan(i * dimension));
            return (centroids, 0);
        }
        if (count >= 3 * warm)
        {
            var subset = Subset(points.Span, dimension, (int)warm);
            Start(subset, dimension, options, centroids, cancellationToken);
            _ = new KMeans(subset, dimension, options with { Iterations = Math.Min(options.Iterations, 10) }, centroids, null, cancellationToken).Run();
        }
        else
        {
            Start(points.Span, dimension, options, centroids, cancellationToken);
        }
        return (centroids, new KMeans(points, dimension, options, centroids, round, cancellationToken).Run());
    }

    /// <summary>Points at even steps.</summary>
    static float[] Subset(ReadOnlySpan<float> points, int dimension, int count)
    {
        var total = points.Length / dimension;
        var subset = new float[count * dimension];
        for (var i = 0; i < count; i++)
            points.Slice((int)((long)i * total / count) * dimension, dimension).CopyTo(subset.AsSpan(i * dimension));
        return subset;
    }

    /// <summary>
    /// k-means++: each next centroid is a point drawn with a probability proportional to its squared distance from those chosen. For very
    /// many clusters the draw is uniform, since the careful one takes clusters times points.
    /// </summary>
    static void Start(ReadOnlySpan<float> points, int dimension, in KMeansOptions options, float[] centroids, CancellationToken cancellationToken)
    {
        var random = new SeededRandom(options.Seed);
        var count = points.Length / dimension;
        if (options.Clusters > MostClustersForCarefulStart)
        {
            var rows = new int[count];
            for (var i = 0; i < count; i++)
                rows[i] = i;
            for (var i = 0; i < options.Clusters; i++)
            {
                var other = i + (int)random.Below(count - i);
                (rows[i], rows[other]) = (rows[other], rows[i]);
                points.Slice(rows[i] * dimension, dimension).CopyTo(centroids.AsSpan(i * dimension));
            }
            return;
        }
        var most = (long)options.Clusters * WarmPointsPerCluster;
        if (count > most)
        {
            points = Subset(points, dimension, (int)most);
            count = (int)most;
        }
        var distances = new float[count];
        Array.Fill(distances, float.PositiveInfinity);
        var chosen = (int)random.Below(count);
        for (var c = 0; ; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var centroid = centroids.AsSpan(c * dimension, dimension);
            points.Slice(chosen * dimension, dimension).CopyTo(centroid);
            if (c + 1 == options.Clusters)
                return;
            double sum = 0;
            for (var i = 0; i < count; i++)
            {
                var root = TensorPrimitives.Distance(points.Slice(i * dimension, dimension), centroid);
                distances[i] = Math.Min(distances[i], root * root);
                sum += distances[i];
            }
            // Where all points lie on chosen centroids already, the draw is uniform.
            chosen = sum > 0 && double.IsFinite(sum) ? Draw(distances, random.Unit() * sum) : (int)random.Below(count);
        }
    }

    static int Draw(ReadOnlySpan<float> weights, double target)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
                continue;
            last = i;
            target -= weights[i];
            if (target < 0)
                break;
        }
        return last;
    }

    double Run()
    {
        var previous = double.PositiveInfinity;
        double loss = 0;
        for (var round = 0; round < _options.Iterations; round++)
        {
            _cancellation.ThrowIfCancellationRequested();
            loss = Assign();
            Order();
            Average();
            var moved = FillEmpty();
            // Splits come early, while there are rounds left for the cells to settle.
            if (_options.Balance && round % 4 == 3 && round < _options.Iterations * 3 / 4)
                moved += SplitHuge();
            _round?.Invoke(round + 1);
            if (moved == 0 && previous - loss <= Converged * loss)
                break;
            previous = loss;
        }
        return loss / _count;
    }

    double Assign()
    {
        var panels = new CentroidPanels(_centroids, _dimension);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = _cancellation };
        Parallel.For(0, _losses.Length, options, block =>
        {
            Span<float> scores = stackalloc float[Block];
            var first = block * Block;
            var rows = Math.Min(Block, _count - first);
            var points = _points.Span.Slice(first * _dimension, rows * _dimension);
            panels.Nearest(points, _dimension, _nearest.AsSpan(first, rows), scores);
            _losses[block] = TensorPrimitives.SumOfSquares(points) + 2.0 * TensorPrimitives.Sum<float>(scores[..rows]);
        });
        double loss = 0;
        foreach (var part in _losses)
            loss += part;
        return Math.Max(loss, 0);
    }

    /// <summary>Sorts the points by their cells, in rising order within each.</summary>
    void Order()
    {
        Array.Clear(_starts);
        foreach (var cell in _nearest)
            _starts[cell + 1]++;
        for (var i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
        var next = _starts.AsSpan(0, _options.Clusters).ToArray();
        for (var i = 0; i < _nearest.Length; i++)
            _order[next[_nearest[i]]++] = i;
    }

    void Average()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = _cancellation };
        Parallel.For(0, _options.Clusters, options, cell =>
        {
            var members = _order.AsSpan(_starts[cell].._starts[cell + 1]);
            if (members.IsEmpty)
                return;
            var points = _points.Span;
            var centroid = _centroids.AsSpan(cell * _dimension, _dimension);
            centroid.Clear();
            foreach (var point in members)
                TensorPrimitives.Add(centroid, points.Slice(point * _dimension, _dimension), centroid);
            TensorPrimitives.Multiply(centroid, 1f / members.Length, centroid);
        });
    }

    int Size(int cell) => _starts[cell + 1] - _starts[cell];

    /// <summary>Gives each empty cell half of the largest one that was not halved yet.</summary>
    int FillEmpty()
    {
        List<int>? bySize = null;
        var filled = 0;
        for (var cell = 0; cell < _options.Clusters; cell++)
        {
            if (Size(cell) > 0)
                continue;
            bySize ??= CellsBySize();
            if (filled >= bySize.Count || Size(bySize[filled]) < 2)
                break;
            Halve(bySize[filled++], cell);
        }
        return filled;
    }

    /// <summary>Halves cells of more than four times the mean size into the places of cells under a quarter of it.</summary>
    int SplitHuge()
    {
        var mean = (double)_count / _options.Clusters;
        var bySize = CellsBySize();
        var split = 0;
        for (var smallest = bySize.Count - 1; split < smallest; smallest--, split++)
        {
            if (Size(bySize[split]) < 4 * mean || Size(bySize[smallest]) > mean / 4)
                break;
            Halve(bySize[split], bySize[smallest]);
        }
        return split;
    }

    List<int> CellsBySize()
    {
        var cells = new List<int>(_options.Clusters);
        for (var cell = 0; cell < _options.Clusters; cell++)
        {
            if (Size(cell) > 0)
                cells.Add(cell);
        }
        cells.Sort((a, b) => Size(a) != Size(b) ? Size(b).CompareTo(Size(a)) : a.CompareTo(b));
        return cells;
    }

    /// <summary>Puts a second centroid a little off a cell's own, towards its member farthest down the list; the next rounds part them.</summary>
    void Halve(int cell, int target)
    {
        var source = _centroids.AsSpan(cell * _dimension, _dimension);
        var copy = _centroids.AsSpan(target * _dimension, _dimension);
        var members = _order.AsSpan(_starts[cell].._starts[cell + 1]);
        var member = _points.Span.Slice(members[^1] * _dimension, _dimension);
        for (var d = 0; d < _dimension; d++)
        {
            var step = (member[d] - source[d]) * 0.25f;
            if (step == 0)
                step = source[d] * ((d & 1) == 0 ? Nudge : -Nudge);
            copy[d] = source[d] + step;
            source[d] -= step;
        }
    }
}
