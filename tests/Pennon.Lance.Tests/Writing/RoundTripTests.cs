using System.Buffers;
using System.Text;
using System.Text.Json;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Tests.Interop;

namespace Pennon.Lance.Tests.Writing;

/// <summary>What the writer writes, the reader reads: whole, in ranges, and row by row.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Names => [.. InteropTables.All().Select(t => t.Name).Where(n => n != "rows_100000")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_value_comes_back(string name)
    {
        var table = InteropTables.All().Single(t => t.Name == name);
        var store = new MemoryObjectStore();
        await using var writer = await LanceTableWriter.CreateAsync(store, "t", table.Schema, table.Options);
        var batches = table.Batches().ToList();
        foreach (var batch in batches) await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        await staged.CommitAsync();
        var manifest = (await new TableHistory(store, new TablePaths("t")).ReadAsync(1, ManifestNaming.Version2, default)).Manifest;
        var next = 0;
        FileColumn[] columns = [.. table.Schema.Fields.Select(f => Column(f, ref next))];
        var random = new Random(name.Length);
        var first = 0;
        var expected = columns.Select((_, c) => Concat.Apply([.. batches.Select(b => b.Column(c))])).ToList();
        var (left, right) = (new JsonRows(), new JsonRows());
        foreach (var file in manifest.Fragments.Select(f => f.Files.Single()))
        {
            using var reader = await LanceFileReader.OpenAsync(await store.OpenAsync("t/data/" + file.Path));
            var rows = (int)reader.RowCount;
            Compare(await reader.ReadAsync(columns, 0, rows), Enumerable.Range(0, rows).ToList());
            for (var i = 0; i < 3; i++)
            {
                var start = random.Next(rows);
                var count = random.Next(1, Math.Min(rows - start, 700) + 1);
                Compare(await reader.ReadAsync(columns, start, count), Enumerable.Range(start, count).ToList());
            }
            var positions = Enumerable.Range(0, 50).Select(_ => random.Next(rows)).Distinct().Order().ToList();
            Compare(await reader.TakeAsync(columns, positions.Select(p => (long)p).ToArray()), positions);
            first += rows;
        }
        Assert.Equal(batches.Sum(b => b.Length), first);

        void Compare(ArrowArray[] actual, List<int> rows)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                Assert.Equal(table.Schema.Fields[c].Type, actual[c].Type);
                const int atOnce = 500;
                for (var i = 0; i < rows.Count; i += atOnce)
                {
                    var end = Math.Min(rows.Count, i + atOnce);
                    if (left.Of(expected[c], rows.Skip(i).Take(end - i).Select(r => first + r)).SequenceEqual(right.Of(actual[c], Enumerable.Range(i, end - i)))) continue;
                    for (; i < end; i++)
                    {
                        var want = Encoding.UTF8.GetString(left.Of(expected[c], [first + rows[i]]));
                        var got = Encoding.UTF8.GetString(right.Of(actual[c], [i]));
                        if (want != got) Assert.Fail($"{name}.{columns[c].Field.Name}, row {rows[i]}: read {got}, wrote {want}");
                    }
                }
            }
        }
    }

    static FileColumn Column(Field field, ref int next)
    {
        var below = TableField.ChildrenOf(field.Type);
        if (below.Count == 0) return new FileColumn(field, next++, []);
        var children = new FileColumn[below.Count];
        for (var i = 0; i < children.Length; i++) children[i] = Column(below[i], ref next);
        return new FileColumn(field, -1, children);
    }

    sealed class JsonRows
    {
        readonly ArrayBufferWriter<byte> _bytes = new();
        readonly Utf8JsonWriter _json;

        public JsonRows() => _json = new Utf8JsonWriter(_bytes);

        public ReadOnlySpan<byte> Of(ArrowArray array, IEnumerable<int> rows)
        {
            _bytes.ResetWrittenCount();
            _json.Reset();
            _json.WriteStartArray();
            foreach (var row in rows) ArrowJson.Write(_json, array, row);
            _json.WriteEndArray();
            _json.Flush();
            return _bytes.WrittenSpan;
        }
    }
}
