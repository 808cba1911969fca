using System.Text;
using Pennon.Arrow;
using Pennon.Lance.Tests.Writing;

namespace Pennon.Lance.Tests.Interop;

/// <summary>The tables that together exercise every type and encoding the writer has.</summary>
internal static class InteropTables
{
    public static IEnumerable<InteropTable> All()
    {
        foreach (var rows in new[] { 0, 1, 1023, 1024, 1025 }) yield return Scalars(rows);
        yield return Random("rows_100000", 100_000, [new("i32", ArrowType.Int32), new("f64", ArrowType.Float64), new("s", ArrowType.String, nullable: false), new("l", new ListType(ArrowType.Int16))]) with { CanAppend = false };
        yield return Random("strings", 3000, [new("s", ArrowType.String), new("ls", ArrowType.LargeString), new("b", ArrowType.Binary), new("lb", ArrowType.LargeBinary)]);
        yield return Random("times", 2000,
        [
            new("d32", ArrowType.Date32), new("d64", ArrowType.Date64), new("t32s", new Time32Type(TimeUnit.Second)), new("t64us", new Time64Type(TimeUnit.Microsecond)),
            new("ts_ms", new TimestampType(TimeUnit.Millisecond)), new("ts_ns_utc", new TimestampType(TimeUnit.Nanosecond, "UTC")), new("dur", new DurationType(TimeUnit.Second)),
        ]);
        yield return Random("wide_fixed", 700,
        [
            new("dec128", new Decimal128Type(38, 4)), new("dec256", new Decimal256Type(50, 4)), new("fsb3", new FixedSizeBinaryType(3)), new("fsb16", new FixedSizeBinaryType(16)),
            new("fsb300", new FixedSizeBinaryType(300)), new("fsb300_nn", new FixedSizeBinaryType(300), nullable: false),
        ]) with
        { CanAppend = false };
        yield return Random("lists", 4000,
        [
            new("li", new ListType(ArrowType.Int32)), new("lu_nn", new ListType(new Field("item", ArrowType.UInt64, nullable: false)), nullable: false), new("ls", new ListType(ArrowType.String)),
            new("lli", new ListType(new ListType(ArrowType.Int16))), new("lb", new ListType(ArrowType.Boolean)),
        ]) with
        { CanAppend = false };
        yield return Random("large_lists", 1500, [new("large", new LargeListType(ArrowType.Int64)), new("largetext", new LargeListType(ArrowType.String))]) with { CanAppend = false, Unreadable = ["large", "largetext"] };
        yield return Random("structs", 3000,
        [
            new("s", new StructType([new("x", ArrowType.Int32), new("y", ArrowType.String), new("z", new ListType(ArrowType.Float64))])),
            new("ss", new StructType([new("inner", new StructType([new("v", ArrowType.UInt8)]))])),
            new("ls", new ListType(new StructType([new("a", ArrowType.Int64), new("b", new ListType(ArrowType.String))]))),
        ]) with
        { CanAppend = false };
        yield return Random("null_in_struct", 600, [new("s", new StructType([new("x", ArrowType.Int16), new("n", ArrowType.Null)]))]) with { CanAppend = false, CanRewrite = false };
        yield return Random("maps", 900, [new("m", new MapType(new Field("key", ArrowType.String, nullable: false), new Field("value", ArrowType.Int32)))]) with { CanAppend = false };
        yield return Random("vectors_small", 1200,
        [
            new("v2", new FixedSizeListType(ArrowType.Float32, 2)), new("v3d", new FixedSizeListType(new Field("item", ArrowType.Float64, nullable: true), 3)), new("v5b", new FixedSizeListType(ArrowType.Boolean, 5)),
            new("v2x3", new FixedSizeListType(new FixedSizeListType(ArrowType.Int32, 3), 2)), new("lv", new ListType(new FixedSizeListType(ArrowType.Float32, 3))),
        ]) with
        { CanAppend = false };
        foreach (var dimension in new[] { 64, 384, 1536 }) yield return Vectors(dimension, dimension == 1536 ? 300 : 1500);
        yield return Random("vectors_with_null_items", 300, [new("v", new FixedSizeListType(new Field("item", ArrowType.Float32), 100)), new("lv", new ListType(new FixedSizeListType(ArrowType.Float32, 80)))]) with { CanAppend = false };
        yield return Random("dictionaries", 5000, [new("d8", new DictionaryType(ArrowType.Int8, ArrowType.String)), new("d32", new DictionaryType(ArrowType.Int32, ArrowType.String)), new("di", new DictionaryType(ArrowType.Int32, ArrowType.Int64))]) with { CanAppend = false };
        yield return Constants();
        yield return Encoded(40_000);
        yield return LongStrings();
        yield return ManyPages();
        yield return SparseLists();
        yield return StableRowIds();
        yield return Sliced();
        yield return HiddenItems();
        for (var seed = 1; seed <= RandomTables; seed++) yield return RandomTypes(seed);
    }

    /// <summary>Tables of random nesting; set the variable for a longer search.</summary>
    static int RandomTables => int.TryParse(Environment.GetEnvironmentVariable("PENNON_INTEROP_RANDOM"), out var count) ? count : 4;

    static InteropTable RandomTypes(int seed)
    {
        var random = new Random(seed);
        return Random($"random_{seed:D3}", 150 + random.Next(900), [.. Enumerable.Range(0, 4).Select(i => new Field($"c{i}", RandomType(random, 4), random.Next(3) > 0))]) with { CanAppend = false };
    }

    static ArrowType RandomType(Random random, int depth) => (depth == 0 ? 0 : random.Next(5)) switch
    {
        1 or 2 => new ListType(new Field("item", RandomType(random, depth - 1))),
        3 => new StructType([.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => new Field($"f{i}", RandomType(random, depth - 1)))]),
        4 => new MapType(new Field("key", ArrowType.String, nullable: false), new Field("value", RandomType(random, depth - 1))),
        _ => random.Next(8) switch
        {
            0 => ArrowType.Boolean,
            1 => ArrowType.Int32,
            2 => ArrowType.UInt64,
            3 => ArrowType.Float64,
            4 => ArrowType.Binary,
            5 => new FixedSizeListType(ArrowType.Float32, 3),
            // Wider vectors below lists read well too, until LanceDB rewrites them: it cannot read its own files of that kind.
            6 => new FixedSizeListType(ArrowType.Float32, 30),
            _ => ArrowType.String,
        },
    };

    static readonly Field Id = new("id", ArrowType.Int64, nullable: false);

    static InteropTable Scalars(int rows) => Random($"scalars_{rows}", rows,
    [
        new("bool", ArrowType.Boolean), new("i8", ArrowType.Int8), new("u8", ArrowType.UInt8), new("i16", ArrowType.Int16), new("u16", ArrowType.UInt16), new("i32", ArrowType.Int32), new("u32", ArrowType.UInt32),
        new("i64", ArrowType.Int64), new("u64", ArrowType.UInt64), new("f16", ArrowType.Float16), new("f32", ArrowType.Float32), new("f64", ArrowType.Float64), new("s", ArrowType.String),
        new("i32nn", ArrowType.Int32, nullable: false), new("bnn", ArrowType.Boolean, nullable: false), new("null", ArrowType.Null),
    ]) with
    { CanAppend = false, Indexes = rows > 1000 ? new Dictionary<string, string> { ["id"] = "btree", ["u8"] = "bitmap" } : new Dictionary<string, string>() };

    static InteropTable Random(string name, int rows, Field[] fields)
    {
        var schema = new Schema([Id, .. fields]);
        return new InteropTable(name, schema, () => Split(rows, 7000).Select((part, i) =>
        {
            var random = new RandomRows(name.Length * 100 + i);
            return new RecordBatch(schema, [Ids(part.Start, part.Count), .. fields.Select(f => random.Create(f, part.Count))], part.Count);
        }));
    }

    static IEnumerable<(int Start, int Count)> Split(int rows, int size)
    {
        if (rows == 0) yield return (0, 0);
        for (var start = 0; start < rows; start += size) yield return (start, Math.Min(size, rows - start));
    }

    static PrimitiveArray<long> Ids(int start, int count)
    {
        var ids = new long[count];
        for (var i = 0; i < count; i++) ids[i] = start + i;
        return new PrimitiveArray<long>(ArrowType.Int64, ids);
    }

    static InteropTable Vectors(int dimension, int rows)
    {
        var schema = new Schema([Id, new("v", new FixedSizeListType(ArrowType.Float32, dimension)), new("vnn", new FixedSizeListType(new Field("item", ArrowType.Float32, nullable: true), dimension), nullable: false)]);
        return new InteropTable($"vectors_{dimension}", schema, () =>
        {
            var random = new Random(dimension);
            ArrowArray Column(Field field)
            {
                var builder = new FixedSizeListBuilder((FixedSizeListType)field.Type);
                for (var i = 0; i < rows; i++)
                {
                    if (field.Nullable && random.Next(10) == 0)
                    {
                        builder.AppendNull();
                        continue;
                    }
                    for (var k = 0; k < dimension; k++) ((PrimitiveBuilder<float>)builder.Items).Append(random.NextSingle() - 0.5f);
                    builder.EndRow();
                }
                return builder.Build();
            }
            return [new RecordBatch(schema, [Ids(0, rows), Column(schema.Fields[1]), Column(schema.Fields[2])], rows)];
        })
        { CanAppend = false, Indexes = new Dictionary<string, string> { ["vnn"] = "ivf_flat" } };
    }

    static InteropTable Constants()
    {
        Field[] fields =
        [
            new("i", ArrowType.Int32, nullable: false), new("inull", ArrowType.Int32), new("s", ArrowType.String, nullable: false), new("empty", ArrowType.String, nullable: false), new("snull", ArrowType.String),
            new("allnull", ArrowType.Float64), new("allnullstr", ArrowType.String), new("b", ArrowType.Boolean, nullable: false), new("dec", new Decimal128Type(20, 2), nullable: false), new("ls", ArrowType.LargeString, nullable: false),
            new("li", new ListType(ArrowType.Int32)), new("lnull", new ListType(ArrowType.Int32)), new("st", new StructType([new("x", ArrowType.Int32), new("y", ArrowType.String)])), new("u8", ArrowType.UInt8, nullable: false), new("fsb", new FixedSizeBinaryType(40), nullable: false),
        ];
        var schema = new Schema([Id, .. fields]);
        return new InteropTable("constants", schema, () =>
        {
            const int rows = 5000;
            var builders = fields.Select(f => ArrayBuilder.Create(f.Type)).ToArray();
            for (var i = 0; i < rows; i++)
            {
                ((PrimitiveBuilder<int>)builders[0]).Append(-7);
                ((PrimitiveBuilder<int>)builders[1]).Append(i % 3 == 0 ? null : 42);
                ((BinaryBuilder)builders[2]).Append("always the same");
                ((BinaryBuilder)builders[3]).Append("");
                ((BinaryBuilder)builders[4]).Append(i % 5 == 0 ? null : "now and then");
                builders[5].AppendNull();
                builders[6].AppendNull();
                ((BooleanBuilder)builders[7]).Append(true);
                ((FixedSizeBinaryBuilder)builders[8]).Append((Int128)(-123456));
                ((BinaryBuilder)builders[9]).Append("large");
                for (var k = 0; k < i % 4; k++) ((PrimitiveBuilder<int>)((ListBuilder)builders[10]).Items).Append(9);
                ((ListBuilder)builders[10]).EndRow();
                if (i % 2 == 0) builders[11].AppendNull();
                else ((ListBuilder)builders[11]).EndRow();
                if (i % 7 == 0) builders[12].AppendNull();
                else
                {
                    var st = (StructBuilder)builders[12];
                    st.Children[0].AppendNull();
                    ((BinaryBuilder)st.Children[1]).Append("y");
                    st.EndRow();
                }
                ((PrimitiveBuilder<byte>)builders[13]).Append(255);
                ((FixedSizeBinaryBuilder)builders[14]).Append(Enumerable.Repeat((byte)7, 40).ToArray());
            }
            return [new RecordBatch(schema, [Ids(0, rows), .. builders.Select(b => b.Build())], rows)];
        })
        { CanAppend = false };
    }

    /// <summary>Values that each favour one encoding: runs, few bits, dictionaries, FSST.</summary>
    static InteropTable Encoded(int rows)
    {
        Field[] fields =
        [
            new("runs32", ArrowType.Int32), new("runs8", ArrowType.UInt8, nullable: false), new("small32", ArrowType.Int32), new("small64", ArrowType.UInt64, nullable: false), new("small16", ArrowType.UInt16), new("small8", ArrowType.UInt8),
            new("few64", ArrowType.Int64), new("fewstr", ArrowType.String), new("fewlarge", ArrowType.LargeString, nullable: false), new("text", ArrowType.String), new("largetext", ArrowType.LargeString), new("time", new TimestampType(TimeUnit.Millisecond), nullable: false), new("fewfloat", ArrowType.Float64),
            new("listtext", new ListType(ArrowType.String)), new("listfew", new ListType(ArrowType.String)), new("fewbin", ArrowType.Binary),
        ];
        var schema = new Schema([Id, .. fields]);
        return new InteropTable("encoded", schema, () => Split(rows, 9000).Select(part =>
        {
            var random = new Random(part.Start);
            var builders = fields.Select(f => ArrayBuilder.Create(f.Type)).ToArray();
            for (var i = part.Start; i < part.Start + part.Count; i++)
            {
                ((PrimitiveBuilder<int>)builders[0]).Append(i / 700 % 5 == 4 ? null : i / 300 - 50);
                ((PrimitiveBuilder<byte>)builders[1]).Append((byte)(i / 1000));
                ((PrimitiveBuilder<int>)builders[2]).Append(random.Next(20) == 0 ? null : random.Next(1000));
                ((PrimitiveBuilder<ulong>)builders[3]).Append((ulong)random.Next(1 << 20));
                ((PrimitiveBuilder<ushort>)builders[4]).Append(random.Next(20) == 0 ? null : (ushort)random.Next(500));
                ((PrimitiveBuilder<byte>)builders[5]).Append(random.Next(20) == 0 ? null : (byte)random.Next(8));
                ((PrimitiveBuilder<long>)builders[6]).Append(random.Next(20) == 0 ? null : -1_000_000_007L * random.Next(40));
                ((BinaryBuilder)builders[7]).Append(random.Next(20) == 0 ? null : "category " + random.Next(30));
                ((BinaryBuilder)builders[8]).Append("kind " + random.Next(12));
                ((BinaryBuilder)builders[9]).Append(random.Next(20) == 0 ? null : Sentence(random));
                ((BinaryBuilder)builders[10]).Append(random.Next(20) == 0 ? null : Sentence(random));
                ((PrimitiveBuilder<long>)builders[11]).Append(1_700_000_000_000L + random.Next(1 << 30));
                ((PrimitiveBuilder<double>)builders[12]).Append(random.Next(9) switch { 0 => double.NaN, 1 => -0.0, 2 => null, var x => x / 3.0 });
                for (var k = random.Next(4); k > 0; k--) ((BinaryBuilder)((ListBuilder)builders[13]).Items).Append(random.Next(9) == 0 ? null : Sentence(random));
                ((ListBuilder)builders[13]).EndRow();
                for (var k = random.Next(4); k > 0; k--) ((BinaryBuilder)((ListBuilder)builders[14]).Items).Append(random.Next(9) == 0 ? null : "tag" + random.Next(9));
                ((ListBuilder)builders[14]).EndRow();
                ((BinaryBuilder)builders[15]).Append([(byte)random.Next(9), 0, 255]);
            }
            return new RecordBatch(schema, [Ids(part.Start, part.Count), .. builders.Select(b => b.Build())], part.Count);
        }))
        { CanAppend = false, Indexes = new Dictionary<string, string> { ["id"] = "btree", ["fewstr"] = "bitmap", ["text"] = "fts", ["small32"] = "btree" }, Options = new LanceWriteOptions { MaxRowsPerFile = 17_000 } };
    }

    static string Sentence(Random random)
    {
        string[] words = ["About", "the", "graph", "of", "people", "who", "know", "each", "other", "and", "their", "comments", "in", "forums", "Müller", "über", "travelled", "to", "2011"];
        var text = new StringBuilder();
        for (var n = 4 + random.Next(16); n > 0; n--) text.Append(words[random.Next(words.Length)]).Append(' ');
        return text.ToString();
    }

    static InteropTable LongStrings()
    {
        var schema = new Schema([Id, new("long", ArrowType.String), new("longbin", ArrowType.Binary), new("large", ArrowType.LargeString, nullable: false), new("mixed", ArrowType.String), new("list", new ListType(ArrowType.String)), new("st", new StructType([new("l", new ListType(ArrowType.String))]))]);
        return new InteropTable("long_strings", schema, () =>
        {
            const int rows = 120;
            var random = new Random(5);
            string Long(int max)
            {
                var text = new StringBuilder();
                for (var n = random.Next(max); n > 0; n--) text.Append(Sentence(random));
                return text.ToString();
            }
            var builders = schema.Fields.Skip(1).Select(f => ArrayBuilder.Create(f.Type)).ToArray();
            for (var i = 0; i < rows; i++)
            {
                ((BinaryBuilder)builders[0]).Append(i % 9 == 0 ? null : Long(100));
                var bytes = new byte[random.Next(20_000)];
                random.NextBytes(bytes);
                if (i % 11 == 0) builders[1].AppendNull();
                else ((BinaryBuilder)builders[1]).Append(bytes);
                ((BinaryBuilder)builders[2]).Append(Long(40));
                ((BinaryBuilder)builders[3]).Append(i == 50 ? Long(3000) : "short " + i);
                for (var k = random.Next(3); k > 0; k--) ((BinaryBuilder)((ListBuilder)builders[4]).Items).Append(Long(90));
                ((ListBuilder)builders[4]).EndRow();
                if (i % 4 == 0)
                {
                    builders[5].AppendNull();
                    continue;
                }
                var list = (ListBuilder)((StructBuilder)builders[5]).Children[0];
                for (var k = random.Next(3); k > 0; k--) ((BinaryBuilder)list.Items).Append(Long(90));
                list.EndRow();
                ((StructBuilder)builders[5]).EndRow();
            }
            return [new RecordBatch(schema, [Ids(0, rows), .. builders.Select(b => b.Build())], rows)];
        })
        { CanAppend = false };
    }

    static InteropTable ManyPages() => Random("many_pages", 20_000,
    [
        new("i", ArrowType.Int32), new("s", ArrowType.String), new("l", new ListType(ArrowType.Int64)), new("v", new FixedSizeListType(ArrowType.Float32, 16)), new("d", new DictionaryType(ArrowType.Int8, ArrowType.String)),
    ]) with
    { CanAppend = false, Options = new LanceWriteOptions { PageBytes = 8192, MaxRowsPerFile = 7777 }, Indexes = new Dictionary<string, string> { ["id"] = "btree" } };

    /// <summary>Batches that are views into the middle of larger ones.</summary>
    static InteropTable Sliced()
    {
        var schema = new Schema(
        [
            Id, new("i", ArrowType.Int16), new("b", ArrowType.Boolean), new("s", ArrowType.String), new("l", new ListType(new StructType([new("x", ArrowType.Int32), new("y", ArrowType.String)]))),
            new("st", new StructType([new("v", new FixedSizeListType(ArrowType.Float32, 3)), new("ll", new ListType(new ListType(ArrowType.Boolean)))])), new("d", new DictionaryType(ArrowType.Int32, ArrowType.String)),
            new("f", new FixedSizeListType(new FixedSizeListType(new Field("item", ArrowType.Int8), 2), 3)), new("m", new MapType(new Field("key", ArrowType.Int32, nullable: false), new Field("value", ArrowType.String))),
        ]);
        return new InteropTable("sliced", schema, () =>
        {
            var random = new RandomRows(77);
            RecordBatch Part(int start, int offset, int count) =>
                new(schema, [Ids(start - offset, offset + count + 9).Slice(offset, count), .. schema.Fields.Skip(1).Select(f => random.Create(f, offset + count + 9).Slice(offset, count))], count);
            return [Part(0, 13, 1001), Part(1001, 500, 77), Part(1078, 1, 1), Part(1079, 8, 640)];
        })
        { CanAppend = false };
    }

    /// <summary>Lists whose null rows still have items in memory, and whose items lie in another order or are shared between rows.</summary>
    static InteropTable HiddenItems()
    {
        var schema = new Schema([Id, new("l", new ListType(ArrowType.Int32)), new("s", new StructType([new("l", new ListType(ArrowType.String)), new("f", new FixedSizeListType(ArrowType.Int16, 2))]))]);
        return new InteropTable("hidden_items", schema, () =>
        {
            const int rows = 2000;
            var random = new RandomRows(9, nulls: 0.2);
            var validity = new byte[rows / 8];
            new Random(4).NextBytes(validity);
            ArrowArray Gappy(ArrowType type, Field item)
            {
                var offsets = new int[rows + 1];
                for (var i = 0; i < rows; i++) offsets[i + 1] = offsets[i] + i % 4;
                return ArrowArray.Create(type, rows, -1, 0, [ArrowBuffer.Of<byte>(validity), ArrowBuffer.Of<int>(offsets)], [random.Create(item, offsets[^1])]);
            }
            var lists = Gappy(schema.Fields[1].Type, new Field("item", ArrowType.Int32));
            var structType = (StructType)schema.Fields[2].Type;
            var shifted = new byte[rows / 8];
            new Random(5).NextBytes(shifted);
            var structs = ArrowArray.Create(structType, rows, -1, 0, [ArrowBuffer.Of<byte>(shifted)], [Gappy(structType.Fields[0].Type, new Field("item", ArrowType.String)), random.Create(structType.Fields[1], rows)]);
            return [new RecordBatch(schema, [Ids(0, rows), lists, structs], rows)];
        })
        { CanAppend = false };
    }

    /// <summary>Lists that are nearly all empty or null, one of them huge, and one row of nothing but empty lists.</summary>
    static InteropTable SparseLists()
    {
        var schema = new Schema([Id, new("l", new ListType(ArrowType.Int32)), new("ll", new ListType(new ListType(ArrowType.UInt64)))]);
        return new InteropTable("sparse_lists", schema, () =>
        {
            const int rows = 90_000;
            var lists = new ListBuilder(schema.Fields[1].Type);
            var nested = new ListBuilder(schema.Fields[2].Type);
            var inner = (ListBuilder)nested.Items;
            for (var i = 0; i < rows; i++)
            {
                if (i % 3 == 1) lists.AppendNull();
                else
                {
                    var count = i == 45_000 ? 70_000 : i % 20_000 == 5 ? 3 : 0;
                    for (var k = 0; k < count; k++) ((PrimitiveBuilder<int>)lists.Items).Append(k * 7 % 1000);
                    lists.EndRow();
                }
                var lengths = i == 100 ? 40_000 : i % 30_000 == 8 ? 2 : 0;
                for (var k = 0; k < lengths; k++)
                {
                    if (k == 20_000) ((PrimitiveBuilder<ulong>)inner.Items).Append(5);
                    inner.EndRow();
                }
                nested.EndRow();
            }
            return [new RecordBatch(schema, [Ids(0, rows), lists.Build(), nested.Build()], rows)];
        })
        { CanAppend = false };
    }

    static InteropTable StableRowIds() => Random("stable_row_ids", 2500, [new("s", ArrowType.String)]) with
    {
        Options = new LanceWriteOptions { StableRowIds = true, MaxRowsPerFile = 1000, Config = new Dictionary<string, string> { ["lance.auto_cleanup.interval"] = "20" }, TableMetadata = new Dictionary<string, string> { ["owner"] = "tests" } },
    };
}
