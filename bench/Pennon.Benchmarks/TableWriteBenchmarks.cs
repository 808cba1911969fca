using System.Text;
using BenchmarkDotNet.Attributes;
using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Benchmarks;

/// <summary>
/// Pins the write of a table of a quarter of a million rows to memory, so that a bulk load has most of its time left for parsing:
/// numbers (packed to few bits), text (symbol tables), lists (levels), vectors (copied).
/// </summary>
[MemoryDiagnoser]
public class TableWriteBenchmarks
{
    const int Rows = 1 << 18;
    const int BatchRows = 1 << 16;

    RecordBatch[] _batches = null!;

    /// <summary>What the rows hold.</summary>
    [Params("numbers", "text", "lists", "vectors")]
    public string Kind { get; set; } = "numbers";

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var field = Kind switch
        {
            "numbers" => new Field("c", ArrowType.UInt64),
            "text" => new Field("c", ArrowType.String),
            "lists" => new Field("c", new ListType(new Field("item", ArrowType.UInt64, nullable: false))),
            _ => new Field("c", new FixedSizeListType(ArrowType.Float32, 128)),
        };
        var schema = new Schema([field]);
        _batches = [.. Enumerable.Range(0, Rows / BatchRows).Select(_ => new RecordBatch(schema, [Column(field, random)], BatchRows))];
    }

    static ArrowArray Column(Field field, Random random)
    {
        var builder = ArrayBuilder.Create(field.Type);
        for (var i = 0; i < BatchRows; i++)
        {
            switch (builder)
            {
                case PrimitiveBuilder<ulong> b: b.Append(random.Next(10) == 0 ? null : (ulong)random.Next(1 << 24)); break;
                case BinaryBuilder b: b.Append(Sentence(random)); break;
                case ListBuilder b:
                    for (var n = random.Next(10); n > 0; n--) ((PrimitiveBuilder<ulong>)b.Items).Append((ulong)random.Next(1 << 24));
                    b.EndRow();
                    break;
                case FixedSizeListBuilder b:
                    for (var k = 0; k < 128; k++) ((PrimitiveBuilder<float>)b.Items).Append(random.NextSingle());
                    b.EndRow();
                    break;
            }
        }
        return builder.Build();
    }

    static string Sentence(Random random)
    {
        string[] words = ["About", "the", "graph", "of", "people", "who", "know", "each", "other", "and", "their", "comments"];
        var text = new StringBuilder();
        for (var n = 4 + random.Next(12); n > 0; n--) text.Append(words[random.Next(words.Length)]).Append(' ');
        return text.ToString();
    }

    [Benchmark]
    public async Task<long> Write()
    {
        await using var writer = await LanceTableWriter.CreateAsync(new MemoryObjectStore(), "t.lance", _batches[0].Schema);
        foreach (var batch in _batches) await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        return await staged.CommitAsync();
    }
}
