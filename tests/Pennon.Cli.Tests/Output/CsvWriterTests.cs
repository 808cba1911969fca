using Pennon.Cli.Output;

namespace Pennon.Cli.Tests.Output;

public sealed class CsvWriterTests
{
    static string Write(params string?[] cells)
    {
        var text = new StringWriter();
        new CsvWriter(text).WriteRow(cells);
        return text.ToString();
    }

    [Fact]
    public void QuotesOnlyWhereNeeded() => Assert.Equal("a,\"b,c\",\"d\"\"e\",\"f\ng\"\n", Write("a", "b,c", "d\"e", "f\ng"));

    [Fact]
    public void NullAndTheEmptyStringDiffer() => Assert.Equal(",\"\",x\n", Write(null, "", "x"));

    [Fact]
    public void OuterBlanksAreKept() => Assert.Equal("\" a\",\"b \"\n", Write(" a", "b "));
}
