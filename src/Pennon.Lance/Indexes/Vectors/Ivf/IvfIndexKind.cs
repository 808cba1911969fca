using Google.Protobuf;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors.Storage;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Vector indexes of every type (TABLE 18).</summary>
sealed class IvfIndexKind : IndexKind
{
    const int PlainVersion = 1;
    const int RabitVersion = 2;

    // With this many segments of graphs, the small ones are put together.
    const int MostGraphSegments = 4;

    /// <inheritdoc/>
    public override string Name => "Vector";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DetailsNames => ["lance.index.pb.VectorIndexDetails"];

    /// <inheritdoc/>
    public override int Version => RabitVersion;

    /// <inheritdoc/>
    public override bool Builds(LanceIndexOptions options) => options is LanceVectorIndex;

    /// <inheritdoc/>
    public override LanceIndexOptions OptionsOf(IndexSegment segment) => IvfDetails.Options(segment);

    /// <inheritdoc/>
    public override void CheckField(LanceField field, LanceIndexOptions options)
    {
        var index = (LanceVectorIndex)options;
        if (VectorElements.Of(field.Type) is null)
        {
            throw new LanceNotSupportedException($"{index.TypeName} over {field.Type}",
                $"Column '{field.Name}' is {field.Type}; vector indexes are built over fixed-size lists of float16, float32 or float64.");
        }
        if (index is LanceIvfHnswIndex)
            throw new LanceNotSupportedException(index.TypeName, "Graphs of near neighbours cannot be built yet; use an index without them.");
        var dimension = ((FixedSizeListType)field.Type).Size;
        var (parts, bits) = index switch
        {
            LanceIvfPqIndex pq => (pq.SubVectors, pq.Bits),
            LanceIvfHnswPqIndex pq => (pq.SubVectors, pq.Bits),
            _ => (null, 0),
        };
        if (bits != 0 && ProductCodebook.Flaw(dimension, parts ?? ProductOptions.DefaultParts(dimension, bits), bits) is { } flaw)
            throw new LanceNotSupportedException($"{index.TypeName} over {field.Type}", $"Column '{field.Name}' cannot be indexed so: {flaw}");
        if (index is LanceIvfRqIndex && dimension % 8 != 0)
        {
            throw new LanceNotSupportedException($"{index.TypeName} over {field.Type}",
                $"Column '{field.Name}' has {dimension} dimensions; RaBitQ codes take a multiple of 8. Use another kind of index.");
        }
        if (index is LanceIvfSqIndex or LanceIvfHnswSqIndex && dimension > ScalarStorage.MostDimensions)
        {
            throw new LanceNotSupportedException($"{index.TypeName} over {field.Type}",
                $"Column '{field.Name}' has {dimension} dimensions; scalar codes take up to {ScalarStorage.MostDimensions}.");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<BuiltIndex> BuildAsync(IndexBuild build, CancellationToken cancellationToken)
    {
        using var builder = new IvfBuilder(build);
        await builder.RunAsync(cancellationToken).ConfigureAwait(false);
        await IvfWriter.WriteAsync(build, builder.Structure, builder.Codec, builder.ReadAsync, cancellationToken).ConfigureAwait(false);
        return new BuiltIndex(Entry(build, builder.Structure, builder.Codec), []);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<BuiltIndex>> UpdateAsync(
        IndexBuild build, IReadOnlyList<IndexSegment> old, CancellationToken cancellationToken)
    {
        var opened = new List<IvfSegment>(old.Count);
        foreach (var segment in old)
        {
            if (segment.Version <= Version)
                opened.Add(await IvfSegment.OpenAsync(segment, cancellationToken).ConfigureAwait(false));
        }
        if (opened.Count == 0)
            return build.Fragments.Count == 0 ? [] : [await BuildAsync(build, cancellationToken).ConfigureAwait(false)];
        var first = opened[0];
        if (first.HasGraphs)
            return [];
        if (first.Codec is RabitCodec { CanWrite: false })
            return build.Fragments.Count == 0 ? [] : [await BuildAsync(build, cancellationToken).ConfigureAwait(false)];
        var merged = opened.FindAll(s => s.Codec.Matches(first.Codec) && s.Structure.Type == first.Structure.Type
            && s.Structure.Centroids.AsSpan().SequenceEqual(first.Structure.Centroids));
        if (first.HasGraphs)
        {
            // Graphs are not extended: new rows make a segment of their own, until there are so many that all but the largest are joined.
            var largest = merged.MaxBy(static s => s.RowCount);
            merged = opened.Count >= MostGraphSegments ? merged.FindAll(s => s != largest) : [];
        }
        if (build.Fragments.Count == 0 && merged.Count < 2)
            return [];
        return [await MergeAsync(build, first, merged, cancellationToken).ConfigureAwait(false)];
    }

    /// <inheritdoc/>
    public override async ValueTask<BuiltIndex> RemapAsync(IndexBuild build, IndexSegment old, RowRemap remap, CancellationToken cancellationToken)
    {
        var segment = await IvfSegment.OpenAsync(old, cancellationToken).ConfigureAwait(false);
        if (segment.Codec is RabitCodec { CanWrite: false })
            throw new LanceNotSupportedException("writing RaBitQ codes of several bits", $"The index '{old.Name}' has codes that are read only; build it anew.");
        await IvfWriter.WriteAsync(
            build, segment.Structure, segment.Codec, (p, token) => IvfRows.ReadMovedAsync(segment, p, remap, token), cancellationToken).ConfigureAwait(false);
        var message = build.Entry(this, null, remap.MapCoverage(old.Covered, out _), old.Message.DatasetVersion);
        Complete(message, build, segment.Structure, segment.Codec);
        return new BuiltIndex(message, [old.Uuid]);
    }

    /// <inheritdoc/>
    public override async ValueTask<LanceIndexStatistics> StatisticsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var opened = await IvfSegment.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        long least = long.MaxValue, most = 0;
        for (var partition = 0; partition < opened.PartitionCount; partition++)
        {
            least = Math.Min(least, opened.RowsOf(partition));
            most = Math.Max(most, opened.RowsOf(partition));
        }
        var figures = new Dictionary<string, long>
        {
            ["rows"] = opened.RowCount,
            ["dimension"] = opened.Dimension,
            ["partitions"] = opened.PartitionCount,
            ["smallest partition"] = least,
            ["largest partition"] = most,
            ["bytes per row"] = opened.Codec.RowBytes,
        };
        return new LanceIndexStatistics(segment.Uuid, opened.Structure.Type.Listed, figures);
    }

    /// <inheritdoc/>
    public override async ValueTask VerifyAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var opened = await IvfSegment.OpenAsync(segment, cancellationToken).ConfigureAwait(false);
        var file = segment.LocationOf(IvfStructure.StorageFile).Prefix;
        if (opened.Structure.Centroids.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new LanceFormatException("A centroid has numbers that are not finite", segment.LocationOf(IvfStructure.IndexFile).Prefix, -1);
        var seen = new HashSet<ulong>();
        for (var partition = 0; partition < opened.PartitionCount; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var loaded = await opened.LoadAsync(partition, cancellationToken).ConfigureAwait(false);
            foreach (var id in loaded.Storage.RowIds)
            {
                if (!seen.Add(id))
                    throw new LanceFormatException($"Row {id} is in the index twice", file, -1);
            }
            using var computer = loaded.Storage.Prepare(opened.Structure.Centroid(partition), opened.Structure.Centroid(partition));
            for (var row = 0; row < loaded.Storage.Count; row++)
            {
                if (!float.IsFinite(computer.Distance(row)))
                    throw new LanceFormatException($"Row {row} of partition {partition} has no distance from the centroid", file, -1);
            }
            loaded.Storage.Dispose();
        }
    }

    async ValueTask<BuiltIndex> MergeAsync(IndexBuild build, IvfSegment first, IReadOnlyList<IvfSegment> merged, CancellationToken cancellationToken)
    {
        var options = (LanceVectorIndex)build.Options;
        using var shuffle = new CodeShuffle(first.PartitionCount, first.Codec.RowBytes, options.SortMemory);
        var encoder = new IvfEncoder(first.Structure.Centroids, first.Codec, options.Threads);
        await IvfBuilder.EncodeAsync(build, first.Metric, encoder, shuffle, cancellationToken).ConfigureAwait(false);
        var locator = await build.Table.RowLocatorAsync(cancellationToken).ConfigureAwait(false);
        await IvfWriter.WriteAsync(build, first.Structure, first.Codec, ReadAsync, cancellationToken).ConfigureAwait(false);
        var message = build.Entry(this, null, [.. merged.Select(static s => s.Segment)]);
        Complete(message, build, first.Structure, first.Codec);
        return new BuiltIndex(message, [.. merged.Select(static s => s.Segment.Uuid)]);

        async ValueTask<CodedRows> ReadAsync(int partition, CancellationToken token)
        {
            var rows = CodedRows.Empty;
            foreach (var segment in merged)
                rows = rows.Concat(await IvfRows.ReadLiveAsync(segment, partition, locator, token).ConfigureAwait(false));
            return rows.Concat(shuffle.Read(partition));
        }
    }

    IndexMetadata Entry(IndexBuild build, IvfStructure structure, VectorCodec codec)
    {
        var message = build.Entry(this);
        Complete(message, build, structure, codec);
        return message;
    }

    void Complete(IndexMetadata message, IndexBuild build, IvfStructure structure, VectorCodec codec)
    {
        message.IndexDetails = Details(IvfDetails.Of(structure, codec, build.Options as LanceIvfHnswIndex));
        message.IndexVersion = codec is RabitCodec ? RabitVersion : PlainVersion;
    }
}
