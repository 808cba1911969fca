using Pennon.Cli.Shell;
using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Shell;

public sealed class HistoryTests
{
    [Fact]
    public void StatementsOutliveTheSessionWithTheirLineBreaks()
    {
        using var folder = new TempFolder();
        var file = folder.Path("sub", "history");
        var first = new History(file);
        first.Add("MATCH (n)\nRETURN 'a\\nb';");
        first.Add("RETURN 1;");
        first.Add("RETURN 1;");
        Assert.Equal(["MATCH (n)\nRETURN 'a\\nb';", "RETURN 1;"], new History(file).Entries);
    }

    [Fact]
    public void AnUnusableFileCostsOnlyTheMemory()
    {
        using var folder = new TempFolder();
        var file = folder.Write("blocked", "");
        var history = new History(Path.Combine(file, "history"));
        history.Add("RETURN 1;");
        Assert.NotNull(history.Problem);
        Assert.Equal(["RETURN 1;"], history.Entries);
    }
}
