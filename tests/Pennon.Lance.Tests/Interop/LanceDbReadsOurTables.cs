using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Interop;

/// <summary>LanceDB reads, changes and indexes what the writer writes.</summary>
public sealed class LanceDbReadsOurTables
{
    [Fact]
    public async Task LanceDb_reads_every_value_and_works_on_every_table()
    {
        Node.SkipUnlessPresent("interop");
        using var temporary = new TempFolder("interop");
        var folder = Environment.GetEnvironmentVariable("PENNON_INTEROP_FOLDER") is { Length: > 0 } kept ? kept : temporary.FullName;
        foreach (var table in InteropTables.All()) await table.WriteAsync(folder);
        var outcome = await Node.RunAsync(RepositoryFolder.Path("interop", "check.mjs"), [folder], timeout: TimeSpan.FromMinutes(5));
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }
}
