using System.Text;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests.Loading;

public sealed class CsvTokenizerTests
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    static async Task<(List<string[]> Rows, List<long> Lines, IReadOnlyList<LoadError> Errors)> ReadAsync(byte[] content, int columns, char delimiter = '|')
    {
        using var folder = new TempFolder();
        var path = folder.Path("x.csv");
        await File.WriteAllBytesAsync(path, content, None);
        await using var feed = new RowFeed(path, None);
        var tokens = new CsvTokenizer((byte)delimiter, (byte)'"', columns);
        var errors = new LoadErrors(1000);
        var rows = new List<string[]>();
        var lines = new List<long>();
        byte[] scratch = [];
        do
        {
            while (tokens.Read(feed, errors))
            {
                for (var row = 0; row < tokens.Rows; row++)
                {
                    var fields = new string[columns];
                    for (var column = 0; column < columns; column++)
                    {
                        var field = tokens.Field(row, column);
                        fields[column] = Encoding.UTF8.GetString(field.Length > 0 && field[0] == '"' ? CsvTokenizer.Unquote(field, (byte)'"', ref scratch) : field);
                    }

                    rows.Add(fields);
                    lines.Add(tokens.LineOf(row));
                }
            }
        }
        while (await feed.FillAsync(None));

        var collected = Record.Exception(errors.ThrowIfAny) is LoadException load ? load.Errors : [];
        return (rows, lines, collected);
    }

    static Task<(List<string[]> Rows, List<long> Lines, IReadOnlyList<LoadError> Errors)> ReadAsync(string content, int columns) =>
        ReadAsync(Encoding.UTF8.GetBytes(content), columns);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n\n\r\n")]
    [InlineData("\uFEFF")]
    public async Task Nothing_and_blank_lines_are_no_rows(string content)
    {
        var (rows, _, errors) = await ReadAsync(content, 2);

        Assert.Empty(rows);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_last_row_needs_no_line_end()
    {
        var (rows, _, _) = await ReadAsync("a|b\nc|", 2);

        Assert.Equal([["a", "b"], ["c", ""]], rows);
    }

    [Fact]
    public async Task Carriage_returns_and_a_byte_order_mark_are_dropped()
    {
        var (rows, lines, _) = await ReadAsync("\uFEFFa|b\r\n\r\nc|d\r\n", 2);

        Assert.Equal([["a", "b"], ["c", "d"]], rows);
        Assert.Equal([1, 3], lines);
    }

    [Fact]
    public async Task Quoted_fields_hold_delimiters_line_ends_and_doubled_quotes()
    {
        var (rows, lines, errors) = await ReadAsync("\"a|b\"|\"line 1\nline 2\"\n\"\"\"q\"\"\"|\"\"\nplain|mid\"dle\n\"x\"y|z\n", 2);

        Assert.Equal([["a|b", "line 1\nline 2"], ["\"q\"", ""], ["plain", "mid\"dle"], ["xy", "z"]], rows);
        Assert.Equal([1, 3, 4, 5], lines);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Rows_of_another_width_are_errors_with_their_line()
    {
        var (rows, _, errors) = await ReadAsync("a|b\na\na|b|c\nc|d\n", 2);

        Assert.Equal([["a", "b"], ["c", "d"]], rows);
        Assert.Equal([2, 3], errors.Select(e => e.Line));
        Assert.Contains("3 fields instead of 2", errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_is_an_error_with_its_line()
    {
        var (rows, _, errors) = await ReadAsync("a|b\nc|\"d\ne|f\n", 2);

        Assert.Equal([["a", "b"]], rows);
        Assert.Equal(2, Assert.Single(errors).Line);
    }

    [Fact]
    public async Task Fields_larger_than_a_block_are_whole()
    {
        var large = new string('x', 3 << 20);
        var (rows, lines, _) = await ReadAsync($"1|{large}\n2|\"{large}\n|{large}\"\n3|y\n", 2);

        Assert.Equal(3, rows.Count);
        Assert.Equal(large, rows[0][1]);
        Assert.Equal($"{large}\n|{large}", rows[1][1]);
        Assert.Equal([1, 2, 4], lines);
    }

    [Fact]
    public async Task Random_tables_come_back_as_they_were_written()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            var random = new Random(seed);
            var columns = random.Next(1, 6);
            var expected = new List<string[]>();
            var text = new StringBuilder();
            var count = seed == 15 ? 60_000 : random.Next(0, 400);
            for (var row = 0; row < count; row++)
            {
                var fields = new string[columns];
                for (var c = 0; c < columns; c++)
                {
                    var value = new string([.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => "ab|\"\n é,"[random.Next(8)])]);
                    var quote = random.Next(2) == 0 || value.AsSpan().IndexOfAny('|', '\n', '"') >= 0 || (columns == 1 && value.Length == 0);
                    fields[c] = value;
                    text.Append(c == 0 ? "" : "|").Append(quote ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value);
                }

                text.Append(random.Next(2) == 0 ? "\n" : "\r\n");
                expected.Add(fields);
            }

            var (rows, _, errors) = await ReadAsync(text.ToString(), columns);

            Assert.True(errors.Count == 0 && expected.Count == rows.Count, $"seed {seed}: {rows.Count} of {expected.Count} rows, {errors.Count} errors");
            for (var row = 0; row < rows.Count; row++)
            {
                Assert.True(expected[row].SequenceEqual(rows[row]), $"seed {seed}, row {row}");
            }
        }
    }
}
