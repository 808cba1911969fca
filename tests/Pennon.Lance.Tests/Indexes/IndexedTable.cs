using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Scans;
using Pennon.Lance.Tests.Mutations;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>A table of awkward values, and filters over it.</summary>
static class IndexedTable
{
    public const string Name = "t.lance";

    public static readonly Schema Columns = new([
        new("id", ArrowType.Int32, nullable: false), new("num", ArrowType.Int64), new("val", ArrowType.Float64), new("word", ArrowType.String), new("cat", ArrowType.String),
        new("flag", ArrowType.Boolean), new("labels", new ListType(ArrowType.String)), new("part", new StructType([new Field("x", ArrowType.Int32)]))]);

    /// <summary>One index of each sort that a column can have.</summary>
    public static readonly (string Column, LanceIndexOptions Options)[] Choices =
    [
        ("id", new LanceBTreeIndex { PageRows = 64 }), ("num", new LanceBTreeIndex { PageRows = 16 }), ("num", new LanceBitmapIndex()), ("num", new LanceZoneMapIndex { ZoneRows = 32 }),
        ("val", new LanceBTreeIndex { PageRows = 16 }), ("val", new LanceBitmapIndex()), ("val", new LanceZoneMapIndex { ZoneRows = 16 }), ("val", new LanceBloomFilterIndex { ZoneRows = 16 }),
        ("word", new LanceBTreeIndex { PageRows = 32 }), ("word", new LanceNGramIndex()), ("word", new LanceBloomFilterIndex { ZoneRows = 16 }), ("word", new LanceZoneMapIndex { ZoneRows = 16 }),
        ("cat", new LanceBitmapIndex()), ("cat", new LanceBTreeIndex()), ("flag", new LanceBitmapIndex()), ("labels", new LanceLabelListIndex()),
        ("part.x", new LanceBTreeIndex()), ("part.x", new LanceBitmapIndex()),
    ];

    // LanceDB orders a NaN with its sign bit set below every number; here there is one NaN, above them all.
    static readonly double[] Doubles = [BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0000), 0.0, -0.0, double.NaN, -double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1.5, -1.5, double.Epsilon, -double.Epsilon];
    static readonly string[] Syllables = ["ab", "abc", "bra", "cad", "éa", "ÀBC", "1", "zz", "", "日本", "_", "%", "app"];

    public static RecordBatch Rows(Random random, int first, int count, bool plainFloats = false)
    {
        var id = new PrimitiveBuilder<int>(ArrowType.Int32);
        var num = new PrimitiveBuilder<long>(ArrowType.Int64);
        var val = new PrimitiveBuilder<double>(ArrowType.Float64);
        var word = new BinaryBuilder(ArrowType.String);
        var cat = new BinaryBuilder(ArrowType.String);
        var flag = new BooleanBuilder();
        var labels = new ListBuilder(Columns.Fields[6].Type);
        var part = new StructBuilder((StructType)Columns.Fields[7].Type);
        for (var i = 0; i < count; i++)
        {
            id.Append(first + i);
            num.Append(random.Next(8) == 0 ? null : random.Next(40) == 0 ? (random.Next(2) == 0 ? long.MinValue : long.MaxValue) : random.NextInt64(-30, 30));
            val.Append(random.Next(8) == 0 ? null : random.Next(4) == 0 ? Doubles[random.Next(plainFloats ? 1 : Doubles.Length)] : random.Next(-20, 20) / 4.0);
            word.Append(random.Next(10) == 0 ? null : Word(random));
            cat.Append(random.Next(9) == 0 ? null : $"c{random.Next(5)}");
            flag.Append(random.Next(6) == 0 ? null : random.Next(2) == 0);
            if (random.Next(8) == 0)
            {
                labels.AppendNull();
            }
            else
            {
                for (var l = random.Next(4); l > 0; l--)
                    ((BinaryBuilder)labels.Items).Append(random.Next(8) == 0 ? null : $"l{random.Next(4)}");
                labels.EndRow();
            }
            if (random.Next(8) == 0)
            {
                part.AppendNull();
            }
            else
            {
                ((PrimitiveBuilder<int>)part.Children[0]).Append(random.Next(6) == 0 ? null : random.Next(10));
                part.EndRow();
            }
        }
        return new RecordBatch(Columns, [id.Build(), num.Build(), val.Build(), word.Build(), cat.Build(), flag.Build(), labels.Build(), part.Build()], count);
    }

    static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Syllables[random.Next(Syllables.Length)]));

    public static async IAsyncEnumerable<RecordBatch> Batches(Random random, int first, int count, bool plainFloats = false)
    {
        await Task.CompletedTask;
        yield return Rows(random, first, count, plainFloats);
    }

    public static async Task<LanceDataset> CreateAsync(IObjectStore store, Random random, int rows, int rowsPerFile, bool stable = false, bool plainFloats = false) =>
        await LanceDataset.CreateAsync(store, Name, Columns, Batches(random, 0, rows, plainFloats), new LanceWriteOptions { MaxRowsPerFile = rowsPerFile, StableRowIds = stable });

    public static Task<LanceDataset> OpenAsync(IObjectStore store) => LanceDataset.OpenAsync(store, Name).AsTask();

    /// <summary>A condition as SQL text, of a few parts.</summary>
    public static string Filter(Random random, int depth = 0)
    {
        switch (depth > 2 ? 3 : random.Next(6))
        {
            case 0: return $"({Filter(random, depth + 1)} AND {Filter(random, depth + 1)})";
            case 1: return $"({Filter(random, depth + 1)} OR {Filter(random, depth + 1)})";
            case 2: return $"NOT ({Filter(random, depth + 1)})";
        }
        var negation = random.Next(5) == 0 ? " NOT" : "";
        var number = random.Next(-35, 35);
        var operation = new[] { "=", "<>", "<", "<=", ">", ">=" }[random.Next(6)];
        return random.Next(19) switch
        {
            0 => $"id {operation} {random.Next(400)}",
            1 => $"num {operation} {number}",
            2 => $"num{negation} BETWEEN {number} AND {number + random.Next(20)}",
            3 => $"num{negation} IN ({number}, {number + 3}, {number + 7})",
            4 => $"num IN ({number}, NULL)",
            5 => $"{new[] { "num", "val", "word", "cat", "flag", "labels", "part.x", "part" }[random.Next(8)]} IS{negation} NULL",
            6 => $"val {operation} {(random.Next(4) == 0 ? "CAST('NaN' AS DOUBLE)" : random.Next(3) == 0 ? "0.0" : $"{number / 4.0:0.0#}")}",
            7 => $"val{negation} IN (0.0, 1.5, {number / 4.0:0.0#})",
            8 => $"word {operation} '{Word(random)}'",
            9 => $"word{negation} LIKE '{new[] { "ab%", "a_c%", "%bra%", "abc", "%", "app%a", "ab\\%%", "%zz", "éa%" }[random.Next(9)]}'",
            10 => $"starts_with(word, '{Word(random)}')",
            11 => $"contains(word, '{new[] { "abc", "bra", "ABC", "cad1", "zzapp", "日本", "ab", "éab" }[random.Next(8)]}')",
            12 => $"cat {operation} 'c{random.Next(6)}'",
            13 => $"cat{negation} IN ('c1', 'c4', 'none')",
            14 => new[] { "flag", "NOT flag", "flag = true", "flag IS TRUE", "flag IS NOT TRUE", "flag IS FALSE", "flag IS NOT FALSE" }[random.Next(7)],
            15 => $"array_has(labels, 'l{random.Next(5)}')",
            16 => $"array_has_any(labels, ['l{random.Next(4)}', 'l{random.Next(6)}'])",
            17 => $"array_has_all(labels, ['l{random.Next(4)}', 'l{random.Next(4)}'])",
            _ => $"part.x {operation} {random.Next(11)}",
        };
    }

    /// <summary>What a filter gives, as text: each row's address and id.</summary>
    public static async Task<List<string>> RunAsync(LanceDataset dataset, string where, bool useIndexes, long? limit = null, long offset = 0, int? batchSize = null, string[]? columns = null)
    {
        var lines = new List<string>();
        var options = new ScanOptions { Where = where, UseIndexes = useIndexes, WithRowAddress = true, WithRowId = true, Limit = limit, Offset = offset, BatchSize = batchSize, Columns = columns };
        await foreach (var batch in dataset.ScanAsync(options))
        {
            using (batch)
                lines.AddRange(TestRows.RowsOf(batch));
        }
        return lines;
    }

    /// <summary>Compares what a filter gives through indexes with what a plain scan gives.</summary>
    public static async Task CompareAsync(LanceDataset dataset, string where, Random random, string context)
    {
        var expected = await RunAsync(dataset, where, useIndexes: false);
        var actual = await RunAsync(dataset, where, useIndexes: true, batchSize: random.Next(2) == 0 ? null : 1 + random.Next(50));
        Assert.True(expected.SequenceEqual(actual), $"{context}: {where}: {expected.Count} rows by scan, {actual.Count} by index; first difference:\n"
            + string.Join('\n', expected.Except(actual).Take(2).Select(l => "scan only: " + l).Concat(actual.Except(expected).Take(2).Select(l => "index only: " + l))));
        var (offset, limit) = (random.Next(expected.Count + 2), random.Next(expected.Count + 2));
        var part = await RunAsync(dataset, where, useIndexes: true, limit, offset);
        Assert.True(expected.Skip(offset).Take(limit).SequenceEqual(part), $"{context}: {where}, offset {offset}, limit {limit}");
        Assert.True(expected.Count == await dataset.CountRowsAsync(LanceExpression.Parse(where)), $"{context}: count of {where}");
        var selected = await FilterRows.SelectAsync(dataset.Table, LanceExpression.Parse(where), default);
        Assert.True(expected.Count == selected.Count, $"{context}: {where}: {selected.Count} rows selected of {expected.Count}");
    }
}
