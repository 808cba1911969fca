using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Lance.Tests.Tables;

/// <summary>The recordings of single files, read as tables and written as JSON byte for byte.</summary>
public sealed class FileFixtureTableTests
{
    public static TheoryData<string> Recordings => FixtureFolders.Recordings("files");

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_JSON_of_every_column_equals_the_recording(string recording)
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(recording));
        var root = expected.RootElement;
        using var dataset = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording));
        Assert.Equal(root.GetProperty("rows").GetInt64(), await dataset.CountRowsAsync());
        var output = new ArrayBufferWriter<byte>();
        new JsonRowWriter(dataset.Schema).WriteSchema(output);
        // A query without rows was recorded without columns.
        if (root.GetProperty("rows").GetInt64() > 0)
            Assert.Equal(root.GetProperty("schema").GetRawText(), Encoding.UTF8.GetString(output.WrittenSpan));
        var batches = new List<RecordBatch>();
        await foreach (var batch in dataset.ScanAsync())
            batches.Add(batch);
        if (root.TryGetProperty("columns", out var columns))
        {
            foreach (var column in columns.EnumerateObject())
                Assert.True(column.Value.GetRawText() == Encoding.UTF8.GetString(Column(batches, column.Name)), $"column {column.Name}");
        }
        if (root.TryGetProperty("columnDigest", out var digests))
        {
            foreach (var digest in digests.EnumerateObject())
                Assert.Equal(digest.Value.GetProperty("sha256OfJsonArray").GetString(), Convert.ToHexStringLower(SHA256.HashData(Column(batches, digest.Name))));
        }
    }

    static byte[] Column(List<RecordBatch> batches, string name)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("["u8);
        foreach (var batch in batches)
        {
            var array = batch.Column(name);
            for (var i = 0; i < batch.Length; i++)
            {
                if (output.WrittenCount > 1)
                    output.Write(","u8);
                JsonRowWriter.WriteValue(output, array, i);
            }
        }
        output.Write("]"u8);
        return output.WrittenSpan.ToArray();
    }
}
