using System.Numerics.Tensors;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>
/// Builds a vector index: samples the column, trains centroids and codes, then puts every vector into its partition. Vectors stay in
/// memory between the two readings if they fit what the options allow.
/// </summary>
sealed class IvfBuilder : IDisposable
{
    const ulong Seed = 42;
    const int BoundsSample = 1 << 16;

    readonly IndexBuild _build;
    readonly LanceVectorIndex _options;
    readonly ArrowType _element;
    readonly int _dimension;
    readonly List<VectorRows>? _kept;
    CodeShuffle? _shuffle;

    public IvfBuilder(IndexBuild build)
    {
        _build = build;
        _options = (LanceVectorIndex)build.Options;
        var type = (FixedSizeListType)build.Field.Type;
        _element = type.Item.Type;
        _dimension = type.Size;
        if (build.Rows * _dimension * sizeof(float) <= _options.SortMemory)
            _kept = [];
    }

    public IvfStructure Structure { get; private set; } = null!;

    public VectorCodec Codec { get; private set; } = null!;

    /// <summary>Trains, and codes every row.</summary>
    /// <exception cref="LanceException">There are too few vectors to train on.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var type = IvfTypeName.Parse(_options.TypeName)!.Value;
        var partitions = _options.Partitions ?? DefaultPartitions();
        var sample = await SampleAsync(SampleSize(partitions), cancellationToken).ConfigureAwait(false);
        var vectors = sample.Length / _dimension;
        if (vectors == 0)
            throw new LanceException($"Column '{_build.Field.Name}' has no vectors that an index could be trained on.");
        partitions = Math.Min(partitions, vectors);
        var (centroids, loss) = await Task.Run(() => TrainCentroids(sample, partitions, cancellationToken), cancellationToken).ConfigureAwait(false);
        Codec = await Task.Run(() => TrainCodec(sample, centroids, type.Codes, cancellationToken), cancellationToken).ConfigureAwait(false);
        Structure = new IvfStructure
        {
            Type = type,
            Metric = _options.Metric,
            Dimension = _dimension,
            Element = _element,
            Centroids = centroids,
            Loss = loss * vectors,
        };
        _shuffle = new CodeShuffle(partitions, Codec.RowBytes, _options.SortMemory);
        var encoder = new IvfEncoder(centroids, Codec, _options.Threads);
        if (_kept is not null)
        {
            long done = 0;
            foreach (var rows in _kept)
            {
                await Task.Run(() => encoder.Encode(rows, _shuffle, cancellationToken), cancellationToken).ConfigureAwait(false);
                done += rows.RowIds.Length;
                _build.Progress?.Report(new LanceProgress("encode", done, _build.Rows));
            }
            _kept.Clear();
            return;
        }
        await EncodeAsync(_build, _options.Metric, encoder, _shuffle, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Codes the rows of a build.</summary>
    public static async ValueTask EncodeAsync(
        IndexBuild build, LanceMetric metric, IvfEncoder encoder, CodeShuffle shuffle, CancellationToken cancellationToken)
    {
        // The next rows are read while these are coded.
        var coding = Task.CompletedTask;
        await foreach (var rows in VectorRows.ReadAsync(build, metric, cancellationToken).ConfigureAwait(false))
        {
            await coding.ConfigureAwait(false);
            coding = Task.Run(() => encoder.Encode(rows, shuffle, cancellationToken), cancellationToken);
        }
        await coding.ConfigureAwait(false);
    }

    /// <summary>The rows of a partition.</summary>
    public ValueTask<CodedRows> ReadAsync(int partition, CancellationToken cancellationToken) => new(_shuffle!.Read(partition));

    public void Dispose() => _shuffle?.Dispose();

    int DefaultPartitions()
    {
        var partitions = Math.Max(_build.Rows / _options.PartitionRows, 1);
        // A partition is read as a whole: at most 1 GiB of vectors each.
        var bytes = _build.Rows * _dimension * VectorElements.Width(_element);
        return (int)Math.Min(Math.Max(partitions, bytes >> 30), 1 << 20);
    }

    int SampleSize(int partitions)
    {
        var wanted = (long)partitions * _options.SampleRate;
        wanted = Math.Max(wanted, _options switch
        {
            LanceIvfPqIndex pq => (long)_options.SampleRate << pq.Bits,
            LanceIvfHnswPqIndex pq => (long)_options.SampleRate << pq.Bits,
            LanceIvfSqIndex or LanceIvfHnswSqIndex => BoundsSample,
            _ => 0,
        });
        return (int)Math.Max(Math.Min(wanted, _options.SortMemory / (_dimension * sizeof(float))), partitions);
    }

    /// <summary>Reads all rows, and takes vectors at even steps.</summary>
    async ValueTask<float[]> SampleAsync(int wanted, CancellationToken cancellationToken)
    {
        var total = Math.Max(_build.Rows, 1);
        var sample = new float[checked((int)(Math.Min(wanted, total) * _dimension))];
        long seen = 0;
        var taken = 0;
        await foreach (var rows in VectorRows.ReadAsync(_build, _options.Metric, cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < rows.RowIds.Length; i++, seen++)
            {
                // Row number `seen` is taken if a whole step ends with it.
                var due = wanted >= total || (seen + 1) * wanted / total > seen * wanted / total;
                if (!due || taken == sample.Length)
                    continue;
                rows.Values.AsSpan(i * _dimension, _dimension).CopyTo(sample.AsSpan(taken));
                taken += _dimension;
            }
            _kept?.Add(rows);
        }
        return taken == sample.Length ? sample : sample[..taken];
    }

    (float[] Centroids, double Loss) TrainCentroids(float[] sample, int partitions, CancellationToken cancellationToken)
    {
        var used = Math.Min(sample.Length / _dimension, (long)partitions * _options.SampleRate);
        var points = Every(sample, (int)Math.Max(used, partitions));
        var training = new KMeansOptions(partitions, _options.MaxIterations, Seed, _options.Threads, Balance: true);
        var (centroids, loss) = KMeans.Train(
            points, _dimension, training, round => _build.Progress?.Report(new LanceProgress("train centroids", round, _options.MaxIterations)), cancellationToken);
        // Centroids are stored in the type of the column; rows have to be measured from what will be read back.
        if (_element != ArrowType.Float32)
        {
            var stored = new byte[centroids.Length * VectorElements.Width(_element)];
            VectorElements.Write(_element, centroids, stored);
            VectorElements.Read(_element, stored, centroids);
        }
        return (centroids, loss);
    }

    VectorCodec TrainCodec(float[] sample, float[] centroids, string codes, CancellationToken cancellationToken)
    {
        switch (codes)
        {
            case "FLAT":
                return new FlatCodec(_options.Metric, _dimension, _element);
            case "SQ":
                return new ScalarCodec(_options.Metric, _dimension, ScalarBounds.Fit(Every(sample, BoundsSample)));
            case "RQ":
                return new RabitCodec(_options.Metric, new RabitModel(FastRotation.Draw(_dimension, Seed), IsRawQuery: true), centroids);
        }
        var (asked, bits) = _options is LanceIvfPqIndex pq ? (pq.SubVectors, pq.Bits) : (((LanceIvfHnswPqIndex)_options).SubVectors, ((LanceIvfHnswPqIndex)_options).Bits);
        var parts = asked ?? ProductOptions.DefaultParts(_dimension, bits);
        if (sample.Length / _dimension < 1 << bits)
        {
            throw new LanceException(
                $"Product quantisation with {bits} bits learns from at least {1 << bits} vectors, and column '{_build.Field.Name}' has {sample.Length / _dimension}. Use fewer bits or another kind of index.");
        }
        var points = Every(sample, _options.SampleRate << bits);
        if (_options.Metric != LanceMetric.Dot)
            points = Residuals(points, centroids);
        var codebook = ProductCodebook.Train(
            points, _dimension, parts, bits, _options.MaxIterations, _options.Threads,
            done => _build.Progress?.Report(new LanceProgress("train codes", done, parts)), cancellationToken);
        if (_element != ArrowType.Float32)
        {
            var words = codebook.Values.ToArray();
            var stored = new byte[words.Length * VectorElements.Width(_element)];
            VectorElements.Write(_element, words, stored);
            VectorElements.Read(_element, stored, words);
            codebook = new ProductCodebook(_dimension, parts, bits, words);
        }
        return new ProductCodec(_options.Metric, codebook, _element, centroids);
    }

    /// <summary>Points at even steps, at most a number of them.</summary>
    float[] Every(float[] points, int count)
    {
        var total = points.Length / _dimension;
        if (count >= total)
            return points;
        var some = new float[count * _dimension];
        for (var i = 0; i < count; i++)
            points.AsSpan((int)((long)i * total / count) * _dimension, _dimension).CopyTo(some.AsSpan(i * _dimension));
        return some;
    }

    float[] Residuals(float[] points, float[] centroids)
    {
        const int Block = 4096;
        var panels = new CentroidPanels(centroids, _dimension);
        var residuals = new float[points.Length];
        var nearest = new int[Block];
        var scores = new float[Block];
        var count = points.Length / _dimension;
        for (var first = 0; first < count; first += Block)
        {
            var rows = Math.Min(Block, count - first);
            panels.Nearest(points.AsSpan(first * _dimension, rows * _dimension), _dimension, nearest.AsSpan(0, rows), scores);
            for (var i = 0; i < rows; i++)
            {
                var at = (first + i) * _dimension;
                TensorPrimitives.Subtract(
                    points.AsSpan(at, _dimension), centroids.AsSpan(nearest[i] * _dimension, _dimension), residuals.AsSpan(at, _dimension));
            }
        }
        return residuals;
    }
}
