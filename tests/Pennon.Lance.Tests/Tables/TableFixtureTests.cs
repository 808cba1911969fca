using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Lance.Tests.Tables;

/// <summary>Tables made by LanceDB, version by version and row by row, against what LanceDB itself recorded.</summary>
public sealed class TableFixtureTests
{
    public static TheoryData<string> Recordings => FixtureFolders.Recordings("tables");

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Every_recorded_version_reads_as_recorded(string recording)
    {
        var expected = JsonNode.Parse(await File.ReadAllBytesAsync(recording))!;
        if (expected["versions"] is not JsonObject versions)
            return;
        var remaining = expected["remainingVersions"]?.AsArray().Select(v => (int)v!).ToHashSet();
        var table = FixtureFolders.TableOf(recording);
        foreach (var (name, version) in versions)
        {
            var number = int.Parse(name, CultureInfo.InvariantCulture);
            if (remaining is not null && !remaining.Contains(number))
                continue;
            using var dataset = await LanceDataset.OpenAsync(table, new LanceOpenOptions { Version = number });
            Assert.Equal(number, dataset.Version);
            var rows = (int)version!["rowCount"]!;
            Assert.Equal(rows, await dataset.CountRowsAsync());
            Assert.Equal(version["schema"]!.AsArray().Select(f => (string)f!["name"]!), dataset.Schema.Fields.Select(f => f.Name));
            Assert.Equal(version["schema"]!.AsArray().Select(f => (bool)f!["nullable"]!), dataset.Schema.Fields.Select(f => f.Nullable));
            if (version["schemaMetadata"] is JsonObject metadata)
                Assert.Equal(metadata.Select(m => (m.Key, (string)m.Value!)).Order(), dataset.Schema.Metadata.Select(m => (m.Key, m.Value)).Order());
            if (version["rows"] is JsonArray recorded)
                await CompareRowsAsync(dataset, recorded, name);
            if (version["idSum"] is { } sum)
                await CompareIdsAsync(dataset, version, (long)sum);
            if (version["indices"] is JsonArray indices)
                Assert.Equal(indices.Select(i => (string)i!["name"]!).Distinct().Order(), dataset.Info.Indices.Select(i => i.Name).Distinct().Order());
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Every_recorded_filter_gives_the_recorded_rows(string recording)
    {
        var expected = JsonNode.Parse(await File.ReadAllBytesAsync(recording))!;
        var remaining = expected["remainingVersions"]?.AsArray().Select(v => (int)v!).ToHashSet();
        foreach (var query in expected["queries"]?.AsArray() ?? [])
        {
            if ((string)query!["kind"]! != "filter" || (remaining is not null && !remaining.Contains((int)query["version"]!)))
                continue;
            var options = new LanceOpenOptions { Version = (int)query["version"]!, Branch = (string?)query["branch"] };
            using var dataset = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording), options);
            var where = (string)query["where"]!;
            var select = query["select"]?.AsArray().Select(s => (string)s!).ToArray() ?? ["id"];
            var rows = await RowsAsync(dataset, new ScanOptions { Columns = select, Where = where });
            Assert.True((int)query["count"]! == rows.Count, $"{where}: {rows.Count} rows, recorded {query["count"]}");
            var texts = rows.Select(r => r.ToJsonString()).ToHashSet();
            foreach (var row in query["rows"]!.AsArray())
                Assert.Contains(row!.ToJsonString(), texts);
            Assert.Equal(rows.Count, await dataset.CountRowsAsync(LanceExpression.Parse(where)));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Tags_and_branches_are_found(string recording)
    {
        var expected = JsonNode.Parse(await File.ReadAllBytesAsync(recording))!;
        var path = FixtureFolders.TableOf(recording);
        using var latest = await LanceDataset.OpenAsync(path);
        if (expected["tags"] is JsonObject tags)
        {
            var found = await latest.ListTagsAsync();
            Assert.Equal(tags.Select(t => t.Key).Order(StringComparer.Ordinal), found.Select(t => t.Name));
            foreach (var tag in found)
            {
                using var tagged = await LanceDataset.OpenAsync(path, new LanceOpenOptions { Tag = tag.Name });
                Assert.Equal(tag.Version, tagged.Version);
                Assert.Equal(tag.Branch, tagged.Branch);
            }
        }
        if (expected["branches"] is JsonObject branches)
        {
            Assert.Equal(branches.Select(b => b.Key).Order(StringComparer.Ordinal), (await latest.ListBranchesAsync()).Select(b => b.Name).Order(StringComparer.Ordinal));
            foreach (var (name, content) in branches)
            {
                using var branch = await LanceDataset.OpenAsync(path, new LanceOpenOptions { Branch = name });
                Assert.Equal(name, branch.Branch);
                if (content?["rowCount"] is { } count)
                    Assert.Equal((int)count, await branch.CountRowsAsync());
                if (content?["rows"] is JsonArray rows)
                    await CompareRowsAsync(branch, rows, name);
            }
        }
    }

    static async Task CompareRowsAsync(LanceDataset dataset, JsonArray recorded, string version)
    {
        var withIds = recorded.Count > 0 && recorded[0]!.AsObject().ContainsKey("_rowid");
        foreach (var batchSize in new int?[] { null, 3 })
        {
            var rows = await RowsAsync(dataset, new ScanOptions { WithRowId = withIds, BatchSize = batchSize });
            Assert.Equal(recorded.Count, rows.Count);
            for (var i = 0; i < rows.Count; i++)
            {
                var want = Sorted(recorded[i]!).ToJsonString();
                var got = Sorted(rows[i]).ToJsonString();
                Assert.True(want == got, $"version {version}, row {i}: {got} instead of {want}");
            }
        }
    }

    static async Task CompareIdsAsync(LanceDataset dataset, JsonNode version, long sum)
    {
        var ids = new List<long>();
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = ["id"] }))
        {
            foreach (var id in ((PrimitiveArray<int>)batch.Column(0)).Values)
                ids.Add(id);
        }
        Assert.Equal(sum, ids.Sum());
        Assert.Equal(version["firstIds"]!.AsArray().Select(v => (long)v!), ids.Take(version["firstIds"]!.AsArray().Count));
        Assert.Equal(version["lastIds"]!.AsArray().Select(v => (long)v!), ids.TakeLast(version["lastIds"]!.AsArray().Count));
    }

    internal static async Task<List<JsonNode>> RowsAsync(LanceDataset dataset, ScanOptions options)
    {
        var rows = new List<JsonNode>();
        await foreach (var batch in dataset.ScanAsync(options))
        {
            for (var i = 0; i < batch.Length; i++)
            {
                var row = new JsonObject();
                for (var c = 0; c < batch.Columns.Count; c++)
                    row[batch.Schema.Fields[c].Name] = Value(batch.Column(c), i);
                rows.Add(row);
            }
        }
        return rows;
    }

    // The recordings hold what a JavaScript program sees: numbers as doubles, timestamps as numbers or dates.
    static JsonNode? Value(ArrowArray array, int row)
    {
        if (array.IsNull(row))
            return null;
        switch (array)
        {
            case BooleanArray a: return a.GetValue(row);
            case PrimitiveArray<sbyte> a: return Number(a.Values[row]);
            case PrimitiveArray<byte> a: return Number(a.Values[row]);
            case PrimitiveArray<short> a: return Number(a.Values[row]);
            case PrimitiveArray<int> { Type.Id: ArrowTypeId.Date32 } a: return Number(a.Values[row] * 86400000.0);
            case PrimitiveArray<int> a: return Number(a.Values[row]);
            case PrimitiveArray<uint> a: return Number(a.Values[row]);
            case PrimitiveArray<long> a: return Number(a.Values[row]);
            case PrimitiveArray<ulong> a: return Number(a.Values[row]);
            case PrimitiveArray<float> a: return Number(a.Values[row]);
            case PrimitiveArray<double> a: return Number(a.Values[row]);
            case StringArray a: return a.GetString(row);
            case VariableBinaryArray<int> a: return new JsonObject { ["hex"] = Convert.ToHexStringLower(a.GetBytes(row)) };
            case ListArray a:
                return new JsonArray([.. Enumerable.Range(a.Offsets[row], a.Offsets[row + 1] - a.Offsets[row]).Select(i => Value(a.Items, i))]);
            case FixedSizeListArray a:
                return new JsonArray([.. Enumerable.Range(row * a.Size, a.Size).Select(i => Value(a.Items, i))]);
            case StructArray a:
                var fields = ((StructType)a.Type).Fields;
                return new JsonObject(fields.Select((f, i) => KeyValuePair.Create(f.Name, Value(a.Children[i], row))));
            default: throw new InvalidOperationException($"no rendering of {array.Type}");
        }
    }

    // Minus zero is written as zero there.
    static JsonNode Number(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity" : value == 0 ? 0.0 : value;

    static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(v => v is null ? null : Sorted(v))]),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number => JsonValue.Create(v.TryGetValue<double>(out var d) ? d : double.Parse(v.ToJsonString(), CultureInfo.InvariantCulture)),
        _ => node.DeepClone(),
    };
}
