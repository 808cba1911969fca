using Pennon.Cli.Shell;

namespace Pennon.Cli.Tests.Shell;

public sealed class StatementSplitterTests
{
    readonly StatementSplitter _splitter = new();

    [Fact]
    public void ASemicolonEndsAStatement() => Assert.Equal(["RETURN 1"], _splitter.Add("RETURN 1;"));

    [Fact]
    public void AStatementMaySpanLines()
    {
        Assert.Empty(_splitter.Add("MATCH (n)"));
        Assert.False(_splitter.IsEmpty);
        Assert.Equal(["MATCH (n)\nRETURN n"], _splitter.Add("RETURN n;"));
        Assert.True(_splitter.IsEmpty);
    }

    [Fact]
    public void OneLineMayHoldSeveralStatements() => Assert.Equal(["RETURN 1", "RETURN 2"], _splitter.Add("RETURN 1; RETURN 2 ;"));

    [Theory]
    [InlineData("RETURN 'a;b';", "RETURN 'a;b'")]
    [InlineData("RETURN \"a;b\";", "RETURN \"a;b\"")]
    [InlineData("RETURN `a;b`;", "RETURN `a;b`")]
    [InlineData("RETURN 'it\\'s; so';", "RETURN 'it\\'s; so'")]
    [InlineData("RETURN /* ; */ 1;", "RETURN /* ; */ 1")]
    [InlineData("RETURN 4 / 2;", "RETURN 4 / 2")]
    public void SemicolonsInQuotesAndCommentsAreText(string line, string statement) => Assert.Equal([statement], _splitter.Add(line));

    [Fact]
    public void ALineCommentEndsWithItsLine()
    {
        Assert.Empty(_splitter.Add("RETURN 1 // not the end;"));
        Assert.Equal(["RETURN 1 // not the end;\n+ 1"], _splitter.Add("+ 1;"));
    }

    [Fact]
    public void CommentsAndBlanksAloneAreNoStatement()
    {
        Assert.Empty(_splitter.Add("// nothing"));
        Assert.Empty(_splitter.Add("  /* at"));
        Assert.Empty(_splitter.Add("all */ ;;"));
        Assert.True(_splitter.IsEmpty);
        Assert.Null(_splitter.TakeRest());
    }

    [Fact]
    public void WhatIsLeftAtTheEndIsAStatement()
    {
        _splitter.Add("RETURN 3");
        Assert.Equal("RETURN 3", _splitter.TakeRest());
        Assert.Null(_splitter.TakeRest());
    }
}
