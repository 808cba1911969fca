using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>A partition in memory, ready to be searched.</summary>
/// <param name="Storage">Row ids and codes.</param>
sealed record IvfPartition(VectorStorage Storage);

/// <summary>
/// An opened segment of a vector index: its structure is in memory, and its partitions are loaded when they are first needed, through
/// the shared cache. Safe for concurrent use.
/// </summary>
sealed class IvfSegment
{
    readonly CentroidPanels _centroids;

    // Spares the look-up in the cache for partitions that are in memory; what the cache gave up may be collected.
    readonly WeakReference<IvfPartition>?[] _partitions;

    IvfSegment(IndexSegment segment, IvfStructure structure, VectorCodec codec, long[] starts)
    {
        Segment = segment;
        Structure = structure;
        Codec = codec;
        Starts = starts;
        _centroids = new CentroidPanels(structure.Centroids, structure.Dimension, structure.Metric == LanceMetric.Dot);
        _partitions = new WeakReference<IvfPartition>?[structure.Count];
    }

    /// <summary>The entry that names the segment.</summary>
    public IndexSegment Segment { get; }

    public IvfStructure Structure { get; }

    public VectorCodec Codec { get; }

    /// <summary>Where each partition's rows begin in the storage file, and at the end their number.</summary>
    public IReadOnlyList<long> Starts { get; }

    public LanceMetric Metric => Structure.Metric;

    public int Dimension => Structure.Dimension;

    /// <summary>Partitions.</summary>
    public int PartitionCount => Structure.Count;

    /// <summary>Rows of all partitions, deleted ones included.</summary>
    public long RowCount => Starts[^1];

    /// <summary>Whether partitions are searched by graphs.</summary>
    public bool HasGraphs => Structure.Type.HasGraphs;

    /// <summary>Rows of a partition.</summary>
    public int RowsOf(int partition) => (int)(Starts[partition + 1] - Starts[partition]);

    /// <summary>Opens a segment, or shares it with those who have.</summary>
    /// <exception cref="LanceFormatException">The files are damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The index is of a form that is not read.</exception>
    public static ValueTask<IvfSegment> OpenAsync(IndexSegment segment, CancellationToken cancellationToken) =>
        IndexCache.Shared.GetAsync<IvfSegment>(segment, "ivf", async token =>
        {
            var opened = await ReadAsync(segment, token).ConfigureAwait(false);
            // The panels are a second copy of the centroids.
            return (opened, 2L * sizeof(float) * opened.Structure.Centroids.Length + 16L * opened.PartitionCount);
        }, cancellationToken);

    /// <summary>Loads a partition, or shares it with those who have.</summary>
    /// <exception cref="LanceFormatException">The files are damaged.</exception>
    public ValueTask<IvfPartition> PartitionAsync(int number, CancellationToken cancellationToken) =>
        Volatile.Read(ref _partitions[number]) is { } known && known.TryGetTarget(out var partition) ? new(partition) : FindAsync(number, cancellationToken);

    /// <summary>The partitions nearest to a query, nearest first.</summary>
    /// <param name="query">The query, of unit length for cosine.</param>
    /// <param name="count">How many are wanted; fewer if there are not as many.</param>
    public int[] Nearest(ReadOnlySpan<float> query, int count)
    {
        var scores = new float[PartitionCount];
        _centroids.Scores(query, scores);
        var order = new int[PartitionCount];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(scores, order);
        return count >= order.Length ? order : order[..count];
    }

    /// <summary>Reads the columns of a whole partition.</summary>
    public async ValueTask<Pennon.Arrow.RecordBatch> ReadRowsAsync(int number, CancellationToken cancellationToken)
    {
        using var storage = await IndexFileReader.OpenAsync(Segment, IvfStructure.StorageFile, cancellationToken).ConfigureAwait(false);
        return await storage.ReadAsync(Starts[number], RowsOf(number), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads a partition for the caller alone.</summary>
    public async ValueTask<IvfPartition> LoadAsync(int number, CancellationToken cancellationToken)
    {
        using var batch = await ReadRowsAsync(number, cancellationToken).ConfigureAwait(false);
        return new IvfPartition(Codec.Load(batch, HasGraphs, Segment.LocationOf(IvfStructure.StorageFile).Prefix));
    }

    async ValueTask<IvfPartition> FindAsync(int number, CancellationToken cancellationToken)
    {
        var partition = await IndexCache.Shared.GetAsync<IvfPartition>(Segment, $"partition {number}", async token =>
        {
            var loaded = await LoadAsync(number, token).ConfigureAwait(false);
            return (loaded, loaded.Storage.ByteSize);
        }, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _partitions[number], new WeakReference<IvfPartition>(partition));
        return partition;
    }

    static async ValueTask<IvfSegment> ReadAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        IvfStructure structure;
        using (var index = await IndexFileReader.OpenAsync(segment, IvfStructure.IndexFile, cancellationToken).ConfigureAwait(false))
            structure = await IvfStructure.ReadAsync(index, cancellationToken).ConfigureAwait(false);
        using var storage = await IndexFileReader.OpenAsync(segment, IvfStructure.StorageFile, cancellationToken).ConfigureAwait(false);
        if (storage.Metadata.TryGetValue(IvfStructure.DistanceKey, out var metric) && metric != IvfStructure.NameOf(structure.Metric))
            throw new LanceFormatException($"The codes are for the distance {metric} and the index for {IvfStructure.NameOf(structure.Metric)}", storage.Name, -1);
        var codec = await CodecDescription.ReadAsync(structure, storage, cancellationToken).ConfigureAwait(false);
        var message = await IvfStructure.ReadMessageAsync(storage, cancellationToken).ConfigureAwait(false);
        var starts = IvfStructure.Starts(message, structure.Count, storage.RowCount, storage.Name);
        for (var i = 0; i < structure.Count; i++)
        {
            if ((starts[i + 1] - starts[i]) * Math.Max(codec.RowBytes, sizeof(float) * (long)(structure.Type.Codes == "FLAT" ? structure.Dimension : 1)) > Pennon.Arrow.ArrowAllocator.MaxLength)
            {
                throw new LanceNotSupportedException("partitions of more than 2 GiB",
                    $"Partition {i} of the index file '{storage.Name}' has {starts[i + 1] - starts[i]} rows, more than are read at once; build the index with more partitions.");
            }
        }
        return new IvfSegment(segment, structure, codec, starts);
    }
}
