using Pennon.Cli.Output;

namespace Pennon.Cli.Tests.Output;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(1234567, "1,234,567 rows")]
    public void CountsAgreeInNumber(long count, string text) => Assert.Equal(text, Quantity.Count(count, "row"));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(20L << 30, "20 GiB")]
    public void BytesUseBinaryUnits(long bytes, string text) => Assert.Equal(text, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.25, "250 µs")]
    [InlineData(1.234, "1.23 ms")]
    [InlineData(45.67, "45.7 ms")]
    [InlineData(2500, "2.50 s")]
    [InlineData(125_000, "2 min 5 s")]
    public void TimesUseTheUnitThatReadsBest(double milliseconds, string text) => Assert.Equal(text, Quantity.Time(TimeSpan.FromMilliseconds(milliseconds)));
}
