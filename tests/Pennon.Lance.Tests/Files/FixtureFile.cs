using System.Text.Json;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Files;

/// <summary>Data files written by LanceDB, with what LanceDB reads back from them.</summary>
internal static class FixtureFile
{
    static string? Root => Environment.GetEnvironmentVariable("PENNON_LANCE_FIXTURES") is { Length: > 0 } named
        ? Path.Combine(named, "files")
        : SharedData.Root is { } shared ? Path.Combine(shared, "lance", "fixtures", "files") : null;

    /// <summary>The names of all fixtures; one empty name on a machine without them, so that theories skip instead of failing.</summary>
    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            if (Root is { } root && Directory.Exists(root))
            {
                foreach (string file in Directory.GetFiles(root, "*.expected.json").Order(StringComparer.Ordinal))
                {
                    names.Add(Path.GetFileName(file)[..^".expected.json".Length]);
                }
            }
            if (names.Count == 0)
            {
                names.Add("");
            }
            return names;
        }
    }

    public static JsonElement Expected(string name)
    {
        SkipWithoutFixtures(name);
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root!, name + ".expected.json"))).RootElement;
    }

    /// <summary>The data files of a fixture.</summary>
    public static string[] DataFiles(string name)
    {
        SkipWithoutFixtures(name);
        string folder = Path.Combine(Root!, name + ".lance", "data");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.lance").Order(StringComparer.Ordinal)] : [];
    }

    static void SkipWithoutFixtures(string name)
    {
        if (name.Length == 0)
        {
            Assert.Skip("Needs the Lance fixtures in 'shared/lance/fixtures' (or PENNON_LANCE_FIXTURES naming them), which this machine does not have.");
        }
    }

    public static async Task<LanceFileReader> OpenAsync(string path)
    {
        var store = new LocalObjectStore(Path.GetDirectoryName(path)!);
        return await LanceFileReader.OpenAsync(await store.OpenAsync(Path.GetFileName(path)));
    }

    public static Task<LanceFileReader> OpenAsync(byte[] content, string name = "damaged.lance") =>
        LanceFileReader.OpenAsync(new BytesReader(content, name)).AsTask();

    /// <summary>All columns of a file by its own descriptor.</summary>
    public static List<FileColumn> Columns(LanceFileReader reader) => Columns(reader, out _);

    public static List<FileColumn> Columns(LanceFileReader reader, out LanceSchema schema)
    {
        // A file describes a blob by children without ids, where the manifest has the name of the extension type.
        var fields = reader.Descriptor.Schema.Fields.Where(f => f.Id >= 0).Select(f => f.Clone()).ToList();
        foreach (var blob in fields.Where(f => f.LogicalType == "struct" && f.Metadata.ContainsKey(LanceField.BlobKey)))
        {
            blob.Metadata[Pennon.Arrow.Field.ExtensionNameKey] = Google.Protobuf.ByteString.CopyFromUtf8(LanceField.Blob2Name);
        }
        schema = LanceSchema.Read(fields, null, reader.Name);
        int next = 0;
        return [.. schema.Fields.Select(f => Build(f, reader.Version.HasLeafColumns, ref next))];
    }

    static FileColumn Build(LanceField field, bool leafColumns, ref int next)
    {
        int column = field.IsLeaf || !leafColumns ? next++ : -1;
        var children = new List<FileColumn>();
        if (!field.IsLeaf)
        {
            foreach (var child in field.Children)
            {
                children.Add(Build(child, leafColumns, ref next));
            }
        }
        return new FileColumn(field.Field, column, children);
    }

    /// <summary>A file held in memory, with counted and bounded reads.</summary>
    internal sealed class BytesReader(byte[] content, string name) : IObjectReader
    {
        public long BytesRead { get; private set; }

        public int Reads { get; private set; }

        public string Path => name;

        public long Length => content.Length;

        public bool SupportsSynchronousReads => true;

        public int Read(long offset, Span<byte> destination)
        {
            int count = (int)Math.Min(destination.Length, content.Length - offset);
            content.AsSpan((int)offset, count).CopyTo(destination);
            BytesRead += count;
            Reads++;
            return count;
        }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(offset, destination.Span));

        public void Dispose()
        {
        }
    }
}
