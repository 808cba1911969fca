using System.Globalization;
using System.Text;

namespace Pennon.Graph.Tests.Loading;

public sealed class NumberParserTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("+7", 7L)]
    [InlineData("12345678", 12345678L)]
    [InlineData("20100422123057947", 20100422123057947L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("00000000000000000000000012", 12L)]
    [InlineData("-0000000000000000000000000", 0L)]
    public void Integers_are_read(string text, long expected)
    {
        Assert.True(Int64Parser.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("1234567x")]
    [InlineData("x2345678")]
    [InlineData("1234:678")]
    [InlineData("12/45678")]
    [InlineData("--1")]
    [InlineData("１２")]
    public void Anything_else_is_no_integer(string text) => Assert.False(Int64Parser.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Random_integers_agree_with_the_framework()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var number = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            Assert.True(Int64Parser.TryParse(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)), out var value));
            Assert.Equal(number, value);
        }
    }

    [Fact]
    public void Narrow_integers_are_checked_against_their_range()
    {
        Assert.True(IntegerParser<sbyte>.TryParse("-128"u8, out var low));
        Assert.Equal(-128, low);
        Assert.False(IntegerParser<sbyte>.TryParse("128"u8, out _));
        Assert.False(IntegerParser<uint>.TryParse("-1"u8, out _));
        Assert.True(IntegerParser<uint>.TryParse("4294967295"u8, out var high));
        Assert.Equal(uint.MaxValue, high);
        Assert.True(UInt64Parser.TryParse("18446744073709551615"u8, out var widest));
        Assert.Equal(ulong.MaxValue, widest);
    }

    [Fact]
    public void Dates_and_times_count_from_1970()
    {
        Assert.True(DateParser.TryParse("1970-01-02"u8, out var day));
        Assert.Equal(1, day);
        Assert.False(DateParser.TryParse("1970-02-30"u8, out _));
        Assert.False(DateParser.TryParse("1970-1-2"u8, out _));
        Assert.True(TimestampParser.TryParse("1970-01-01T00:00:01.5Z"u8, out var micros));
        Assert.Equal(1_500_000, micros);
        Assert.True(TimestampParser.TryParse("1970-01-01T01:00:00+01:00"u8, out micros));
        Assert.Equal(0, micros);
    }
}
