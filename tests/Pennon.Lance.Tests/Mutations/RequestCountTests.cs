using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>How many requests a store sees: few, and no more when the table has many versions.</summary>
public sealed class RequestCountTests
{
    static async Task<(long Open, long Append, long Count)> CountAsync(int versions)
    {
        var memory = new MemoryObjectStore();
        using (var table = await CreateAsync(memory, 5))
        {
            for (var i = 1; i < versions; i++)
            {
                await using var change = table.StageUpdateConfig(new LanceConfigChanges { TableMetadata = new Dictionary<string, string?> { [$"k{i}"] = null } });
                await change.CommitAsync();
                if (i % 50 == 0) break;
            }
        }
        for (var latest = 0L; latest < versions;)
        {
            using var table = await OpenAsync(memory);
            latest = table.Version;
            if (latest < versions) await table.UpdateConfigAsync(new LanceConfigChanges { TableMetadata = new Dictionary<string, string?> { ["k"] = null } });
        }
        var store = new CountingObjectStore(memory);
        using var opened = await OpenAsync(store);
        Assert.Equal(versions, opened.Version);
        var open = store.Requests;
        await using var staged = await opened.StageAppendAsync(People, Batches(People, [9, "x", 1.0]));
        store.Reset();
        await staged.CommitAsync();
        var append = store.Requests;
        using var after = await OpenAsync(store);
        return (open, append, await after.CountRowsAsync());
    }

    [Fact]
    public async Task Opening_the_latest_version_takes_two_requests_and_a_commit_four_however_many_versions_there_are()
    {
        Assert.Equal((2L, 4L, 6L), await CountAsync(10));
        Assert.Equal((2L, 4L, 6L), await CountAsync(1000));
    }
}
