using System.Buffers;
using System.Text;
using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Lance.Tests.Json;

public sealed class JsonRowWriterTests
{
    static string Value(ArrowArray array, int row = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonRowWriter.WriteValue(output, array, row);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Theory]
    [InlineData(1.0, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100000.0, "100000")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(-1.25e-7, "-1.25e-7")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "\"-0\"")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void Doubles_have_the_shortest_digits_that_read_back(double value, string json) =>
        Assert.Equal(json, Value(new PrimitiveArray<double>(ArrowType.Float64, [value])));

    [Fact]
    public void Floats_are_written_as_the_double_of_the_same_value() =>
        Assert.Equal("0.10000000149011612", Value(new PrimitiveArray<float>(ArrowType.Float32, [0.1f])));

    [Fact]
    public void Text_is_escaped_as_little_as_possible_and_always_valid()
    {
        var builder = new BinaryBuilder(ArrowType.String);
        builder.Append("a\"b\\c\n\t\u0001ü😀/\u007f");
        builder.Append([0x61, 0xFF, 0x62]);
        var array = builder.Build();
        Assert.Equal("\"a\\\"b\\\\c\\n\\t\\u0001ü😀/\u007f\"", Value(array, 0));
        Assert.Equal("\"a\uFFFDb\"", Value(array, 1));
    }

    [Fact]
    public void Large_integers_and_decimals_are_text()
    {
        Assert.Equal("\"-9223372036854775808\"", Value(new PrimitiveArray<long>(ArrowType.Int64, [long.MinValue])));
        Assert.Equal("\"18446744073709551615\"", Value(new PrimitiveArray<ulong>(ArrowType.UInt64, [ulong.MaxValue])));
        var decimals = new FixedSizeBinaryBuilder(new Decimal128Type(38, 2));
        decimals.Append(-(Int128)12345);
        Assert.Equal("\"-12345\"", Value(decimals.Build()));
    }

    [Fact]
    public void Lines_list_columns_in_order_and_array_index_names_first()
    {
        var schema = new Schema([new Field("b", ArrowType.Int32), new Field("10", ArrowType.Int32), new Field("2", ArrowType.Int32, false)]);
        static ArrowArray One(int value) => new PrimitiveArray<int>(ArrowType.Int32, [value]);
        var output = new ArrayBufferWriter<byte>();
        var writer = new JsonRowWriter(schema);
        writer.WriteHeader(output, "t", 3, 1);
        writer.WriteRows(output, new RecordBatch(schema, [One(1), One(2), One(3)], 1));
        Assert.Equal(
            "{\"table\":\"t\",\"version\":3,\"rows\":1,\"schema\":[{\"name\":\"b\",\"type\":\"int32\",\"nullable\":true},"
            + "{\"name\":\"10\",\"type\":\"int32\",\"nullable\":true},{\"name\":\"2\",\"type\":\"int32\",\"nullable\":false}]}\n"
            + "{\"2\":3,\"10\":2,\"b\":1}\n",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
