namespace Pennon.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task HelpIsWrittenToStandardOutputWithExitCodeZero()
    {
        var run = await CliRun.OfAsync("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task NoVerbShowsTheHelpAndIsAUsageError()
    {
        var run = await CliRun.OfAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("First steps:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownVerbIsAUsageErrorOnStandardError()
    {
        var run = await CliRun.OfAsync("frobnicate");
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("frobnicate", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }
}
