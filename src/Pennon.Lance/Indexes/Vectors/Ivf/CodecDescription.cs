using System.Text.Json;
using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Reads what the storage file of an index says about its codes (TABLE 18.4 to 18.7).</summary>
static class CodecDescription
{
    const int MostDimensions = 1 << 20;

    /// <summary>Makes the codec of an index.</summary>
    /// <exception cref="LanceFormatException">The description is damaged or does not fit the index.</exception>
    /// <exception cref="LanceNotSupportedException">The codes are of a form that is not read.</exception>
    public static async ValueTask<VectorCodec> ReadAsync(IvfStructure structure, IndexFileReader storage, CancellationToken cancellationToken)
    {
        var file = storage.Name;
        if (structure.Dimension > MostDimensions)
            throw new LanceFormatException($"The index is for vectors of {structure.Dimension} dimensions", file, -1);
        var texts = IvfStructure.ReadList(storage, IvfStructure.StorageKey);
        if (texts.Count == 0)
            throw new LanceFormatException("The storage of the index is not described", file, -1);
        try
        {
            using var json = JsonDocument.Parse(texts[0]);
            var root = json.RootElement;
            return structure.Type.Codes switch
            {
                "FLAT" => new FlatCodec(structure.Metric, Dimension(root, "dim", structure, file), structure.Element),
                "SQ" => Scalar(root, structure, file),
                "RQ" => Rabit(root, structure, file),
                _ => await ProductAsync(root, structure, storage, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new LanceFormatException($"The description of the storage cannot be used: {error.Message}", file, -1, error);
        }
    }

    static int Dimension(JsonElement root, string name, IvfStructure structure, string file)
    {
        var dimension = root.GetProperty(name).GetInt32();
        return dimension == structure.Dimension
            ? dimension
            : throw new LanceFormatException($"The codes are for {dimension} dimensions and the centroids have {structure.Dimension}", file, -1);
    }

    static ScalarCodec Scalar(JsonElement root, IvfStructure structure, string file)
    {
        var dimension = Dimension(root, "dim", structure, file);
        var bits = root.GetProperty("num_bits").GetInt32();
        if (bits != 8)
            throw new LanceNotSupportedException($"scalar codes of {bits} bits", $"The index file '{file}' has scalar codes of {bits} bits; those of 8 are read. Search without the index.");
        if (dimension > ScalarStorage.MostDimensions)
            throw new LanceNotSupportedException("scalar codes of many dimensions", $"The index file '{file}' has scalar codes of {dimension} dimensions; up to {ScalarStorage.MostDimensions} are read.");
        var bounds = root.GetProperty("bounds");
        return new ScalarCodec(structure.Metric, dimension, new ScalarBounds(bounds.GetProperty("start").GetDouble(), bounds.GetProperty("end").GetDouble()));
    }

    static RabitCodec Rabit(JsonElement root, IvfStructure structure, string file)
    {
        var dimension = Dimension(root, "code_dim", structure, file);
        var rotation = root.TryGetProperty("rotation_type", out var type) ? type.GetString() : "matrix";
        if (rotation != "fast")
            throw new LanceNotSupportedException($"RaBitQ with a {rotation} rotation", $"The index file '{file}' rotates vectors by a {rotation}; fast rotations are read. Search without the index.");
        if (!root.TryGetProperty("packed", out var packed) || !packed.GetBoolean())
            throw new LanceNotSupportedException("unpacked RaBitQ codes", $"The index file '{file}' has RaBitQ codes that are not packed; build the index anew.");
        var signs = root.GetProperty("fast_rotation_signs").EnumerateArray().Select(static e => e.GetByte()).ToArray();
        var raw = root.TryGetProperty("query_estimator", out var estimator) && estimator.GetString() == "raw_query";
        var bits = root.GetProperty("num_bits").GetInt32();
        return new RabitCodec(structure.Metric, new RabitModel(new FastRotation(dimension, signs), raw), structure.Centroids, bits);
    }

    static async ValueTask<ProductCodec> ProductAsync(JsonElement root, IvfStructure structure, IndexFileReader storage, CancellationToken cancellationToken)
    {
        var file = storage.Name;
        var dimension = Dimension(root, "dimension", structure, file);
        var bits = root.GetProperty("nbits").GetInt32();
        var parts = root.GetProperty("num_sub_vectors").GetInt32();
        if (ProductCodebook.Flaw(dimension, parts, bits) is { } flaw)
            throw new LanceFormatException(flaw, file, -1);
        if (!root.TryGetProperty("transposed", out var transposed) || !transposed.GetBoolean())
            throw new LanceNotSupportedException("product codes in rows", $"The index file '{file}' has product codes that are not transposed; build the index anew.");
        var bytes = await storage.ReadGlobalBufferAsync(root.GetProperty("codebook_position").GetInt32(), cancellationToken).ConfigureAwait(false);
        var (element, values) = IvfStructure.ReadTensor(IvfStructure.Parse(Wire.Tensor.Parser, bytes, "codebook", file), file);
        if (values.Length != (long)dimension << bits)
            throw new LanceFormatException($"The codebook has {values.Length} numbers and should have {(long)dimension << bits}", file, -1);
        return new ProductCodec(structure.Metric, new ProductCodebook(dimension, parts, bits, values), element, structure.Centroids);
    }
}
