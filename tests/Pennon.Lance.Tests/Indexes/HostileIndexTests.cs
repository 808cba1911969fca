using Pennon.Lance.IO;
using Pennon.Lance.Tests.Tables;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>Damaged index files give rows or a typed error, never anything else.</summary>
public sealed class HostileIndexTests
{
    static readonly string[] Filters =
    [
        "id = 4321", "id < 30", "word IS NULL", "word LIKE 'app%'", "val > 99.5", "NOT (val < 50)", "cat = 'c3'", "cat IS NULL", "NOT (cat = 'c3')", "small IN (1, 3)",
        "array_has_any(labels, ['l1', 'l2'])", "NOT array_has(labels, 'm0')", "ok IS NOT TRUE", "num = 3", "val IN (1.5, 0.0)", "contains(word, 'abra')", "word = 'abcad'", "flag", "part.x > 4",
    ];

    [Fact]
    public async Task Damaged_files_of_LanceDB_give_rows_or_an_error()
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables");
        var folder = Path.Combine(FixtureFolders.Whole!, "tables", "idx_scalar.lance");
        var objects = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => "t.lance/" + Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllBytes);
        await FuzzAsync(objects, rounds: 120);
    }

    [Fact]
    public async Task Damaged_files_of_ours_give_rows_or_an_error()
    {
        var source = new MemoryObjectStore();
        (await IndexedTable.CreateAsync(source, new Random(1), 400, 200)).Dispose();
        foreach (var (column, options) in IndexedTable.Choices)
        {
            using var dataset = await IndexedTable.OpenAsync(source);
            await dataset.CreateIndexAsync(column, options, name: $"{column} {options.GetType().Name}");
        }
        var objects = new Dictionary<string, byte[]>();
        await foreach (var entry in source.ListAsync(""))
        {
            using var reader = await source.OpenAsync(entry.Path);
            objects[entry.Path] = new byte[reader.Length];
            await reader.ReadAsync(0, objects[entry.Path]);
        }
        await FuzzAsync(objects, rounds: 160);
    }

    static async Task FuzzAsync(Dictionary<string, byte[]> objects, int rounds)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var files = objects.Keys.Where(k => k.Contains("/_indices/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var failed = 0;
        for (var round = 0; round < rounds; round++)
        {
            var store = new MemoryObjectStore();
            var target = files[round % files.Length];
            foreach (var (key, bytes) in objects)
                await store.PutAsync(key, key == target ? Damage(bytes, random) : bytes);
            using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
            foreach (var where in Filters)
            {
                if (FitsNot(dataset, where))
                    continue;
                failed += await TryAsync(async () => _ = await IndexedTable.RunAsync(dataset, where, useIndexes: true, limit: 50), $"seed {seed}, round {round}, {target}: {where}");
            }
            foreach (var index in await dataset.ListIndexesAsync())
                failed += await TryAsync(async () => await dataset.VerifyIndexAsync(index.Name), $"seed {seed}, round {round}, {target}: verify {index.Name}");
        }
        Assert.True(failed > 0, "no damage was noticed");
    }

    static bool FitsNot(LanceDataset dataset, string where)
    {
        try
        {
            _ = dataset.SchemaOf(new ScanOptions { Where = where });
            return false;
        }
        catch (LanceFilterException)
        {
            return true;
        }
    }

    static async Task<int> TryAsync(Func<Task> work, string context)
    {
        try
        {
            await work();
            return 0;
        }
        catch (LanceException)
        {
            return 1;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{context}: {error.GetType().Name}: {error.Message}", error);
        }
    }

    static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                for (var i = 0; i < 8; i++)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                return damaged;
            case 2:
                // The end has the positions and sizes of everything else.
                damaged[^(1 + random.Next(Math.Min(damaged.Length, 400)))] ^= (byte)(1 << random.Next(8));
                return damaged;
            default:
                var at = random.Next(damaged.Length);
                random.NextBytes(damaged.AsSpan(at, Math.Min(4, damaged.Length - at)));
                return damaged;
        }
    }
}
