using System.Text;
using Pennon.Arrow;
using Pennon.Lance.Scans;

namespace Pennon.Lance.Tests.Scans;

/// <summary>LIKE over a whole column against the pattern matched text by text.</summary>
public sealed class LikeScanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_column_matches_as_its_texts_do_one_by_one(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var large = random.Next(2) == 0;
            var builder = new BinaryBuilder(large ? ArrowType.LargeString : ArrowType.String);
            var count = random.Next(0, 200);
            for (var i = 0; i < count; i++)
            {
                if (random.Next(8) == 0)
                    builder.AppendNull();
                else
                    builder.Append(Text(random, 14));
            }
            using var whole = builder.Build();
            var from = random.Next(count + 1);
            using var array = whole.Slice(from, random.Next(count - from + 1));
            var literal = Text(random, random.Next(2) == 0 ? 3 : 12);
            if (literal.Length == 0)
                literal = "a";
            foreach (var pattern in new[] { literal, literal + "%", "%" + literal, "%" + literal + "%", "" })
            {
                var like = new LikePattern(Encoding.UTF8.GetBytes(pattern), null, ignoreCase: false);
                Assert.True(like.TryGetLiteral(out var place, out var bytes));
                using var matched = LikeScan.Apply(array, place, bytes);
                var texts = new TextValues(new FilterVector(array, false));
                Assert.Equal(array.Length, matched.Length);
                for (var i = 0; i < array.Length; i++)
                {
                    Assert.Equal(array.IsNull(i), matched.IsNull(i));
                    if (!array.IsNull(i))
                        Assert.True(like.Matches(texts[i]) == matched.GetValue(i), $"seed {seed}, round {round}, row {i}: '{Encoding.UTF8.GetString(texts[i])}' like '{pattern}'");
                }
            }
        }
    }

    [Fact]
    public void A_text_across_the_border_of_two_values_is_no_match()
    {
        var builder = new BinaryBuilder(ArrowType.String);
        foreach (var text in new[] { "xab", "cab", "", "abcx", "aabc" })
            builder.Append(text);
        using var array = builder.Build();
        using var matched = LikeScan.Apply(array, LikePlace.Anywhere, "abc"u8);
        Assert.Equal([false, false, false, true, true], Enumerable.Range(0, 5).Select(matched.GetValue));
    }

    [Theory]
    [InlineData("a_c")]
    [InlineData("a%c")]
    [InlineData("%")]
    [InlineData("%a%b%")]
    public void Patterns_with_wildcards_inside_are_left_to_the_general_way(string pattern) =>
        Assert.False(new LikePattern(Encoding.UTF8.GetBytes(pattern), null, ignoreCase: false).TryGetLiteral(out _, out _));

    static string Text(Random random, int longest)
    {
        var text = new StringBuilder();
        for (var length = random.Next(longest + 1); text.Length < length;)
            text.Append("aabcü\0"[random.Next(6)]);
        return text.ToString();
    }
}
