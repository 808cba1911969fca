using Pennon.Cli.Output;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Tests.Output;

public sealed class TextTableTests
{
    static string Print(int? width, string[] titles, params string[][] rows)
    {
        var text = new StringWriter { NewLine = "\n" };
        var table = new TextTable(text, titles, width);
        foreach (var row in rows)
        {
            table.Add(row);
        }

        table.Finish();
        return text.ToString();
    }

    [Fact]
    public void ColumnsAreAsWideAsTheirContent() => Assert.Equal(
        "┌──────┬───┐\n│ name │ n │\n├──────┼───┤\n│ Ada  │ 1 │\n└──────┴───┘\n",
        Print(null, ["name", "n"], ["Ada", "1"]));

    [Fact]
    public void ATableWithoutRowsShowsItsTitles() => Assert.Equal("┌───┐\n│ a │\n├───┤\n└───┘\n", Print(80, ["a"]));

    [Fact]
    public void NumbersAlignRight()
    {
        var text = new StringWriter { NewLine = "\n" };
        var table = new TextTable(text, ["count"], 80);
        table.AlignRight(0);
        table.Add(["7"]);
        table.Finish();
        Assert.Contains("│     7 │", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WideContentIsCutToTheTerminal()
    {
        var lines = Print(30, ["id", "text"], ["1", new string('x', 500)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(DisplayWidth.Of(line) <= 30, line));
        Assert.Contains(lines, line => line.Contains("x…", StringComparison.Ordinal));
    }

    [Fact]
    public void RowsAfterTheFirstFiveHundredKeepTheBox()
    {
        var rows = Enumerable.Range(0, 700).Select(i => new[] { i < 600 ? "a" : "a very long late cell" }).ToArray();
        var lines = Print(40, ["c"], rows).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(704, lines.Length);
        Assert.Single(lines.Select(DisplayWidth.Of).Distinct());
    }

    [Fact]
    public void LineBreaksAndControlCharactersDoNotTearTheBox()
    {
        var text = Print(80, ["c"], ["a\nb\u001b[2Jc"]);
        Assert.Contains("a⏎b�[2Jc", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("", 0)]
    public void WidthCountsTerminalColumns(string text, int width) => Assert.Equal(width, DisplayWidth.Of(text));

    [Fact]
    public void FittingCutsBetweenCharacters()
    {
        Assert.Equal("日…", DisplayWidth.Fit("日本語", 4));
        Assert.Equal("abc", DisplayWidth.Fit("abc", 3));
        Assert.Equal("ab…", DisplayWidth.Fit("abcd", 3));
    }
}
