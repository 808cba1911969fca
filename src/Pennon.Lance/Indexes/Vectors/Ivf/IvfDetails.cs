using Google.Protobuf;
using Pennon.Lance.Indexes.Vectors.Storage;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>The message that names the type of a vector index in the manifest (TABLE 18.1).</summary>
static class IvfDetails
{
    /// <summary>Describes an index.</summary>
    public static VectorIndexDetails Of(IvfStructure structure, VectorCodec codec, LanceIvfHnswIndex? graphs)
    {
        var details = new VectorIndexDetails { MetricType = (VectorMetric)structure.Metric };
        switch (codec)
        {
            case ProductCodec product:
                details.Pq = new() { NumBits = (uint)product.Codebook.Bits, NumSubVectors = (uint)product.Codebook.Parts };
                break;
            case ScalarCodec:
                details.Sq = new() { NumBits = 8 };
                break;
            case RabitCodec:
                details.Rq = new() { NumBits = 1 };
                break;
            default:
                details.Flat = new();
                break;
        }
        if (graphs is not null && structure.Type.HasGraphs)
            details.Hnsw = new() { MaxConnections = (uint)graphs.M, ConstructionEf = (uint)graphs.EfConstruction, MaxLevel = (uint)graphs.MaxLevel };
        return details;
    }

    /// <summary>The options that give an index like a stored one; those of plain vectors if nothing is recorded.</summary>
    /// <exception cref="LanceFormatException">The message is damaged.</exception>
    public static LanceVectorIndex Options(IndexSegment segment)
    {
        VectorIndexDetails details;
        try
        {
            details = VectorIndexDetails.Parser.ParseFrom(segment.Message.IndexDetails?.Value ?? ByteString.Empty);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The details of the index '{segment.Name}' cannot be read: {error.Message}", segment.Table.File.Path, -1, error);
        }
        var metric = details.MetricType is >= VectorMetric.MetricL2 and <= VectorMetric.MetricHamming ? (LanceMetric)details.MetricType : LanceMetric.L2;
        var bits = details.Pq is { NumBits: 4 } ? 4 : 8;
        int? parts = details.Pq is { NumSubVectors: > 0 and <= int.MaxValue } pq ? (int)pq.NumSubVectors : null;
        if (details.Hnsw is not { } graph)
        {
            return details.StorageCase switch
            {
                VectorIndexDetails.StorageOneofCase.Pq => new LanceIvfPqIndex { Metric = metric, SubVectors = parts, Bits = bits },
                VectorIndexDetails.StorageOneofCase.Sq => new LanceIvfSqIndex { Metric = metric },
                VectorIndexDetails.StorageOneofCase.Rq => new LanceIvfRqIndex { Metric = metric },
                _ => new LanceIvfFlatIndex { Metric = metric },
            };
        }
        var m = Within(graph.MaxConnections, 2, 512, 20);
        var ef = Within(graph.ConstructionEf, 1, 1 << 16, 300);
        var level = Within(graph.MaxLevel, 1, 32, 7);
        return details.StorageCase switch
        {
            VectorIndexDetails.StorageOneofCase.Pq =>
                new LanceIvfHnswPqIndex { Metric = metric, SubVectors = parts, Bits = bits, M = m, EfConstruction = ef, MaxLevel = level },
            VectorIndexDetails.StorageOneofCase.Sq => new LanceIvfHnswSqIndex { Metric = metric, M = m, EfConstruction = ef, MaxLevel = level },
            _ => new LanceIvfHnswFlatIndex { Metric = metric, M = m, EfConstruction = ef, MaxLevel = level },
        };
    }

    static int Within(uint value, int least, int most, int otherwise) => value >= least && value <= most ? (int)value : otherwise;
}
