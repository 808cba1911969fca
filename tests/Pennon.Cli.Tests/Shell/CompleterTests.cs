using Pennon.Cli.Shell;

namespace Pennon.Cli.Tests.Shell;

public sealed class CompleterTests
{
    readonly Completer _completer = new(new SchemaWords(["Person", "Place"], ["KNOWS", "LIKES"], ["name", "number"]));

    [Theory]
    [InlineData("MATCH (p:Pe", "Person")]
    [InlineData("MATCH (p:", "Person,Place")]
    [InlineData("MATCH (a)-[:K", "KNOWS")]
    [InlineData("MATCH (a)-[r:KNOWS|", "KNOWS,LIKES")]
    [InlineData("RETURN p.n", "name,number")]
    [InlineData("RET", "RETURN")]
    [InlineData("ret", "return")]
    [InlineData(":sc", ":schema")]
    [InlineData("MATCH ", "")]
    [InlineData("", "")]
    public void OffersWhatCanStandThere(string text, string expected) =>
        Assert.Equal(expected, string.Join(",", _completer.Complete(text, text.Length).Candidates));

    [Fact]
    public void ReplacesTheWordAtTheCursor() => Assert.Equal(9, _completer.Complete("MATCH (p:Pe) RETURN p", 11).Start);
}
