using System.Numerics;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Tests.Indexes.Vectors;

/// <summary>Tables of an id, a group and a vector, and the plain answers to searches of them.</summary>
internal static class VectorTable
{
    public static Schema SchemaOf(ArrowType element, int dimension) => new(
    [
        new("id", ArrowType.Int32, nullable: false), new("grp", ArrowType.Int32),
        new("vector", new FixedSizeListType(new Field("item", element), dimension)),
    ]);

    /// <summary>Rows whose vectors are given; null has no vector. Groups are the ids modulo seven.</summary>
    public static RecordBatch Batch<T>(ArrowType element, int dimension, T[]?[] vectors, int firstId = 0) where T : unmanaged
    {
        var ids = new PrimitiveBuilder<int>(ArrowType.Int32);
        var groups = new PrimitiveBuilder<int>(ArrowType.Int32);
        var lists = new FixedSizeListBuilder(new FixedSizeListType(new Field("item", element), dimension));
        for (var i = 0; i < vectors.Length; i++)
        {
            ids.Append(firstId + i);
            groups.Append((firstId + i) % 7);
            if (vectors[i] is not { } vector)
            {
                lists.AppendNull();
                continue;
            }
            foreach (var value in vector)
                ((PrimitiveBuilder<T>)lists.Items).Append(value);
            lists.EndRow();
        }
        return new RecordBatch(SchemaOf(element, dimension), [ids.Build(), groups.Build(), lists.Build()], vectors.Length);
    }

    public static async Task<LanceDataset> CreateAsync(IObjectStore store, RecordBatch batch, LanceWriteOptions? options = null, string path = "v.lance") =>
        await LanceDataset.CreateAsync(store, path, batch.Schema, One(batch), options);

    public static async IAsyncEnumerable<RecordBatch> One(RecordBatch batch)
    {
        await Task.CompletedTask;
        yield return batch;
    }

    public static float[][] Random(Random random, int count, int dimension) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimension).Select(_ => random.NextSingle() * 2 - 1).ToArray())];

    /// <summary>The nearest of some vectors by plain sums in double precision; rows that fail the test do not count.</summary>
    public static (int Row, double Distance)[] Nearest<T>(T[]?[] vectors, float[] query, LanceMetric metric, int k, Func<int, bool>? keep = null)
        where T : unmanaged, INumberBase<T> =>
    [
        .. vectors.Select((v, i) => (Row: i, Vector: v)).Where(v => v.Vector is not null && (keep?.Invoke(v.Row) ?? true))
            .Select(v => (v.Row, Distance: Distance(v.Vector!, query, metric))).Where(v => !double.IsNaN(v.Distance))
            .OrderBy(v => v.Distance).ThenBy(v => v.Row).Take(k),
    ];

    public static double Distance<T>(T[] vector, float[] query, LanceMetric metric) where T : unmanaged, INumberBase<T>
    {
        double dot = 0, squares = 0, v2 = 0, q2 = 0;
        var bits = 0;
        for (var i = 0; i < query.Length; i++)
        {
            var (v, q) = (double.CreateChecked(vector[i]), (double)query[i]);
            dot += v * q;
            squares += (v - q) * (v - q);
            v2 += v * v;
            q2 += q * q;
            if (metric == LanceMetric.Hamming)
                bits += BitOperations.PopCount((uint)((int)v ^ (int)q));
        }
        return metric switch
        {
            LanceMetric.L2 => squares,
            LanceMetric.Dot => 1 - dot,
            LanceMetric.Cosine => 1 - dot / Math.Sqrt(v2 * q2),
            _ => bits,
        };
    }

    public static int[] Ids(RecordBatch batch) => ((PrimitiveArray<int>)batch.Column("id")).Values.ToArray();

    public static float[] Distances(RecordBatch batch) => ((PrimitiveArray<float>)batch.Column("_distance")).Values.ToArray();

    /// <summary>Checks that a result has the expected distances, and the expected rows wherever neighbours are clearly apart.</summary>
    public static void Same((int Row, double Distance)[] expected, RecordBatch actual, double tolerance, string what = "")
    {
        var ids = Ids(actual);
        var distances = Distances(actual);
        Assert.True(expected.Length == ids.Length, $"{what}: {ids.Length} rows instead of {expected.Length}");
        for (var i = 0; i < ids.Length; i++)
        {
            var bound = tolerance * Math.Max(1, Math.Abs(expected[i].Distance));
            Assert.True(Math.Abs(distances[i] - expected[i].Distance) <= bound, $"{what}: distance {i} is {distances[i]} instead of {expected[i].Distance}");
            var apart = (i == 0 || expected[i].Distance - expected[i - 1].Distance > 2 * bound)
                && (i + 1 == expected.Length || expected[i + 1].Distance - expected[i].Distance > 2 * bound);
            Assert.True(!apart || i + 1 == ids.Length || ids[i] == expected[i].Row, $"{what}: row {i} is {ids[i]} instead of {expected[i].Row}");
        }
    }
}
