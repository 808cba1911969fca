using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Tests.Execution;

/// <summary>The typed loops over integers against plain arithmetic.</summary>
public sealed class IntegerKernelTests
{
    static readonly long[] Edges = [0, 1, -1, 2, -2, 3, 7, -7, 10, 1000, -1000, 10_000_000_000_000, long.MaxValue, long.MaxValue - 1, long.MinValue, long.MinValue + 1, 1L << 32, -(1L << 32), 1L << 62];

    static long[] Values(Random random) =>
        [.. Edges, .. Enumerable.Range(0, 500).Select(_ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64))];

    [Fact]
    public void Division_by_a_constant_is_division()
    {
        var random = new Random(5);
        var values = Values(random);
        foreach (long divisor in values.Where(static d => d is not (0 or 1 or -1)))
        {
            var by = new IntegerArithmetic.Divisor(divisor);
            foreach (long value in values)
            {
                Assert.True(value / divisor == by.Quotient(value), $"{value} / {divisor} is {value / divisor}, not {by.Quotient(value)}");
            }
        }
    }

    [Theory]
    [InlineData(nameof(BinaryOperator.Divide))]
    [InlineData(nameof(BinaryOperator.Modulo))]
    public void One_and_minus_one_and_zero_are_cases_of_their_own(string name)
    {
        var op = Enum.Parse<BinaryOperator>(name);
        var column = new Int64Vector([5, -5, 0], null, 3);
        Assert.Equal(op == BinaryOperator.Divide ? [5, -5, 0] : [0, 0, 0], IntegerArithmetic.WithScalar(op, column, 1).Values.ToArray());
        Assert.Equal(op == BinaryOperator.Divide ? [-5, 5, 0] : [0, 0, 0], IntegerArithmetic.WithScalar(op, column, -1).Values.ToArray());
        Assert.Throws<CypherRuntimeException>(() => IntegerArithmetic.WithScalar(op, column, 0));
        Assert.True(IntegerArithmetic.WithScalar(op, new Int64Vector([0], [true], 1), 0).IsNull(0));
    }

    [Fact]
    public void Results_beyond_the_integers_are_refused()
    {
        var column = new Int64Vector([1, long.MaxValue], null, 2);
        Assert.Throws<CypherRuntimeException>(() => IntegerArithmetic.WithScalar(BinaryOperator.Add, column, 1));
        Assert.Throws<CypherRuntimeException>(() => IntegerArithmetic.WithScalar(BinaryOperator.Subtract, column, -1));
        Assert.Throws<CypherRuntimeException>(() => IntegerArithmetic.WithScalar(BinaryOperator.Multiply, column, 2));
        Assert.Throws<CypherRuntimeException>(() => IntegerArithmetic.WithScalar(BinaryOperator.Divide, new Int64Vector([long.MinValue], null, 1), -1));
    }

    [Theory]
    [InlineData(nameof(BinaryOperator.Equal))]
    [InlineData(nameof(BinaryOperator.NotEqual))]
    [InlineData(nameof(BinaryOperator.Less))]
    [InlineData(nameof(BinaryOperator.LessOrEqual))]
    [InlineData(nameof(BinaryOperator.Greater))]
    [InlineData(nameof(BinaryOperator.GreaterOrEqual))]
    public void Comparisons_with_a_constant_agree_with_plain_ones_at_every_length(string name)
    {
        var op = Enum.Parse<BinaryOperator>(name);
        var random = new Random(6);
        for (int length = 0; length < 40; length++)
        {
            long[] values = [.. Enumerable.Range(0, length).Select(_ => (long)random.Next(-3, 4))];
            var result = new byte[length];
            CompareLoops.WithScalar(op, values, 1, result);
            byte[] expected = [.. values.Select(value => Holds(op, value) ? BooleanVector.True : BooleanVector.False)];
            Assert.Equal(expected, result);
        }
    }

    static bool Holds(BinaryOperator op, long value) => op switch
    {
        BinaryOperator.Equal => value == 1,
        BinaryOperator.NotEqual => value != 1,
        BinaryOperator.Less => value < 1,
        BinaryOperator.LessOrEqual => value <= 1,
        BinaryOperator.Greater => value > 1,
        _ => value >= 1,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Groups_are_numbered_as_they_come_whether_keys_lie_close_or_far(int keys)
    {
        var random = new Random(keys);
        var table = new GroupTable([.. Enumerable.Repeat(ValueKind.Int64, keys)], Context(), "test");
        var known = new Dictionary<string, int>();
        // Keys spread more with every batch, and in the last ones some are null.
        foreach (long spread in (long[])[1, 2, 8, 300, 70_000, long.MaxValue / 2, 5])
        {
            var columns = new Vector[keys];
            for (int k = 0; k < keys; k++)
            {
                long[] values = [.. Enumerable.Range(0, 200).Select(_ => random.NextInt64(-spread, spread + 1))];
                bool[]? nulls = spread > 300 ? [.. values.Select(_ => random.Next(9) == 0)] : null;
                columns[k] = new Int64Vector(values, nulls, values.Length);
            }
            var groups = new int[200];
            table.Find(columns, 200, groups);
            for (int i = 0; i < 200; i++)
            {
                string key = string.Join(',', columns.Select(column => column.IsNull(i) ? "null" : $"{((Int64Vector)column).Values[i]}"));
                known.TryAdd(key, known.Count);
                Assert.Equal(known[key], groups[i]);
            }
        }
        Assert.Equal(known.Count, table.Count);
        var found = table.Keys();
        foreach (var (key, group) in known)
        {
            Assert.Equal(key, string.Join(',', found.Select(column => column.IsNull(group) ? "null" : $"{((Int64Vector)column).Values[group]}")));
        }
    }

    static Pennon.Cypher.Execution.ExecutionContext Context() =>
        new(new GraphReader(new Graph.GraphSnapshotBuilder().Build()), 0, [], new MemoryBudget(long.MaxValue), default);
}
