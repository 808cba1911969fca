namespace Pennon.Cli.Tests.Commands;

public sealed class ShellCommandTests(SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    Task<CliRun> ShellAsync(string input) => CliRun.OfAsync(["shell", sample.Path], input);

    [Fact]
    public async Task StatementsFromAFileRunInOrder()
    {
        var run = await ShellAsync("RETURN 1 AS one;\nMATCH (p:Person)\nRETURN count(*) AS people;\n");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("│   1 │", run.Output, StringComparison.Ordinal);
        Assert.Contains("│      3 │", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLastStatementNeedsNoSemicolon() => Assert.Contains("│   7 │", (await ShellAsync("RETURN 7 AS one")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task TheFirstErrorEndsAFileWithExitCodeOne()
    {
        var run = await ShellAsync("RETURN 1 AS one;\nRETURN nonsense;\nRETURN 2 AS two;\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nonsense", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("two", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ColonCommandsWork()
    {
        var run = await ShellAsync(":schema\n:timing on\nRETURN 1;\n:explain MATCH (n:Person) RETURN n\n:profile MATCH (n:Person) RETURN n\n:help\n:quit\nRETURN 99;\n");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("KNOWS", run.Output, StringComparison.Ordinal);
        Assert.Contains("timing is on", run.Output, StringComparison.Ordinal);
        Assert.Contains("planned in", run.Error, StringComparison.Ordinal);
        Assert.Contains("Tab completes", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("99", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":nonsense")]
    [InlineData(":explain")]
    [InlineData(":timing maybe")]
    public async Task AWrongCommandIsExplained(string line)
    {
        var run = await ShellAsync(line + "\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(line.Split(' ')[0], run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyInputIsFine() => Assert.Equal(0, (await ShellAsync("")).ExitCode);
}
