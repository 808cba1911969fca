using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors.Storage;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>What a vector index says of its partitions: the centroids, and where the rows of each partition lie (TABLE 18.2, 18.3).</summary>
sealed class IvfStructure
{
    /// <summary>The file of centroids and graphs.</summary>
    public const string IndexFile = "index.idx";

    /// <summary>The file of row ids and codes.</summary>
    public const string StorageFile = "auxiliary.idx";

    public const string IvfKey = "lance:ivf";
    public const string IndexKey = "lance:index";
    public const string FlatKey = "lance:flat";
    public const string GraphKey = "lance:hnsw";
    public const string DistanceKey = "distance_type";
    public const string StorageKey = "storage_metadata";

    // Structure that is larger than this is refused; 2^20 centroids of 4096 numbers would take 16 GiB.
    const int MostPartitions = 1 << 24;

    public required IvfTypeName Type { get; init; }

    public required LanceMetric Metric { get; init; }

    /// <summary>Numbers per vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>The type of the column's numbers.</summary>
    public required ArrowType Element { get; init; }

    /// <summary>The centroids, one after the other.</summary>
    public required float[] Centroids { get; init; }

    /// <summary>The sum of squared distances that training ended with; not a number if it is not recorded.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>For each partition its description of the graph; empty strings where there are none.</summary>
    public IReadOnlyList<string> Graphs { get; init; } = [];

    /// <summary>Where the rows of each partition's graph begin in the index file, and at the end their number.</summary>
    public IReadOnlyList<long> GraphStarts { get; init; } = [];

    /// <summary>Partitions.</summary>
    public int Count => Centroids.Length / Dimension;

    public ReadOnlySpan<float> Centroid(int partition) => Centroids.AsSpan(partition * Dimension, Dimension);

    /// <summary>Reads the structure of an index.</summary>
    /// <exception cref="LanceFormatException">The file is damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The index is of a type or metric that is not read.</exception>
    public static async ValueTask<IvfStructure> ReadAsync(IndexFileReader reader, CancellationToken cancellationToken)
    {
        var ivf = await ReadMessageAsync(reader, cancellationToken).ConfigureAwait(false);
        var (type, metric) = ReadIndexKey(reader);
        if (ivf.CentroidsTensor is not { } tensor)
            throw new LanceFormatException("The index has no centroids", reader.Name, -1);
        var (element, values) = ReadTensor(tensor, reader.Name);
        if (tensor.Shape.Count != 2 || tensor.Shape[1] is 0 or > int.MaxValue || tensor.Shape[0] is 0 or > MostPartitions)
            throw new LanceFormatException($"The centroids have the shape [{string.Join(", ", tensor.Shape)}]", reader.Name, -1);
        var count = (int)tensor.Shape[0];
        var graphs = ReadList(reader, type.HasGraphs ? GraphKey : FlatKey);
        if (type.HasGraphs && graphs.Count != count)
            throw new LanceFormatException($"The index has {count} partitions and describes {graphs.Count} graphs", reader.Name, -1);
        return new IvfStructure
        {
            Type = type,
            Metric = metric,
            Dimension = (int)tensor.Shape[1],
            Element = element,
            Centroids = values,
            Loss = ivf.HasLoss ? ivf.Loss : double.NaN,
            Graphs = type.HasGraphs ? graphs : [],
            GraphStarts = type.HasGraphs ? Starts(ivf, count, reader.RowCount, reader.Name) : [],
        };
    }

    /// <summary>The message that a file keeps in a global buffer.</summary>
    public static async ValueTask<Wire.Ivf> ReadMessageAsync(IndexFileReader reader, CancellationToken cancellationToken)
    {
        if (!reader.Metadata.TryGetValue(IvfKey, out var text) || !int.TryParse(text, out var number))
            throw new LanceFormatException($"The metadata of the index does not say where '{IvfKey}' is", reader.Name, -1);
        var bytes = await reader.ReadGlobalBufferAsync(number, cancellationToken).ConfigureAwait(false);
        return Parse(Wire.Ivf.Parser, bytes, "structure", reader.Name);
    }

    /// <summary>Parses a message of a global buffer.</summary>
    public static T Parse<T>(Google.Protobuf.MessageParser<T> parser, byte[] bytes, string what, string file) where T : Google.Protobuf.IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The {what} of the index cannot be read: {error.Message}", file, -1, error);
        }
    }

    /// <summary>The numbers of a tensor as float32, checked against its shape.</summary>
    public static (ArrowType Element, float[] Values) ReadTensor(Wire.Tensor tensor, string file)
    {
        if (VectorElements.Of(tensor.DataType) is not { } element)
        {
            throw new LanceNotSupportedException($"tensors of {tensor.DataType}",
                $"The index file '{file}' keeps numbers of the type {tensor.DataType}, which is not read; search without the index.");
        }
        long count = 1;
        foreach (var size in tensor.Shape)
        {
            count *= size;
            if (count > int.MaxValue)
                break;
        }
        if (tensor.Shape.Count == 0 || count * VectorElements.Width(element) != tensor.Data.Length)
            throw new LanceFormatException($"A tensor of the shape [{string.Join(", ", tensor.Shape)}] has {tensor.Data.Length} bytes", file, -1);
        var values = new float[count];
        VectorElements.Read(element, tensor.Data.Span, values);
        return (element, values);
    }

    /// <summary>Where partitions begin, and at the end where the last one ends; checked to follow each other within a file.</summary>
    public static long[] Starts(Wire.Ivf ivf, int count, long rows, string file)
    {
        if (ivf.Lengths.Count != count || (ivf.Offsets.Count != count && ivf.Offsets.Count != 0))
            throw new LanceFormatException($"The index has {count} partitions, {ivf.Offsets.Count} offsets and {ivf.Lengths.Count} lengths", file, -1);
        var starts = new long[count + 1];
        for (var i = 0; i < count; i++)
        {
            // Partitions follow each other; the offset of an empty one does not matter.
            if (ivf.Offsets.Count > 0 && ivf.Lengths[i] > 0 && ivf.Offsets[i] != (ulong)starts[i])
                throw new LanceFormatException($"Partition {i} is said to begin at row {ivf.Offsets[i]} and should at {starts[i]}", file, -1);
            starts[i + 1] = starts[i] + ivf.Lengths[i];
        }
        if (starts[count] > rows)
            throw new LanceFormatException($"The partitions have {starts[count]} rows and the file has {rows}", file, -1);
        return starts;
    }

    /// <summary>An entry of the metadata that is a JSON list of strings.</summary>
    public static IReadOnlyList<string> ReadList(IndexFileReader reader, string key)
    {
        if (!reader.Metadata.TryGetValue(key, out var text))
            throw new LanceFormatException($"The metadata of the index has no '{key}'", reader.Name, -1);
        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().Select(static e => e.GetString() ?? "")];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new LanceFormatException($"The metadata '{key}' of the index is no list of strings: {error.Message}", reader.Name, -1, error);
        }
    }

    /// <summary>The name of a metric in index files.</summary>
    public static string NameOf(LanceMetric metric) => metric.ToString().ToLowerInvariant();

    static (IvfTypeName Type, LanceMetric Metric) ReadIndexKey(IndexFileReader reader)
    {
        if (!reader.Metadata.TryGetValue(IndexKey, out var text))
            throw new LanceFormatException($"The metadata of the index has no '{IndexKey}'", reader.Name, -1);
        string? name, distance;
        try
        {
            using var json = JsonDocument.Parse(text);
            name = json.RootElement.GetProperty("type").GetString();
            distance = json.RootElement.GetProperty("distance_type").GetString();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new LanceFormatException($"The metadata '{IndexKey}' of the index cannot be read: {error.Message}", reader.Name, -1, error);
        }
        LanceMetric? metric = distance switch
        {
            "l2" => LanceMetric.L2,
            "cosine" => LanceMetric.Cosine,
            "dot" => LanceMetric.Dot,
            _ => null,
        };
        if (IvfTypeName.Parse(name ?? "") is not { } type || metric is null)
        {
            throw new LanceNotSupportedException($"{name} indexes for {distance}",
                $"The index file '{reader.Name}' is of the type {name} for the distance {distance}, which is not read; search without the index.");
        }
        return (type, metric.Value);
    }
}
