using Pennon.Arrow;

namespace Pennon.TestSupport;

/// <summary>Equality of Arrow arrays and batches by type and value; how the rows are laid out in buffers does not matter.</summary>
public static class ArrowAssert
{
    /// <summary>Whether two arrays have equal types, lengths and values. Floats are equal when their bits are, and NaN equals NaN.</summary>
    public static bool Same(ArrowArray left, ArrowArray right) => left.Type == right.Type && ArrowText.Rows(left).SequenceEqual(ArrowText.Rows(right));

    /// <summary>Asserts that two arrays are the same; names the first row that differs.</summary>
    public static void Equal(ArrowArray expected, ArrowArray actual, string? context = null)
    {
        if (expected.Type != actual.Type) Assert.Fail($"{context}: the type is {actual.Type}, not {expected.Type}.");
        Rows(ArrowText.Rows(expected), actual, context);
    }

    /// <summary>Asserts the printed form of every row, and that the count of nulls agrees with the rows.</summary>
    public static void Rows(IReadOnlyList<string> expected, ArrowArray actual, string? context = null)
    {
        if (expected.Count != actual.Length) Assert.Fail($"{context}: {actual.Length} rows of {actual.Type}, not {expected.Count}.");
        var nulls = 0;
        for (var i = 0; i < expected.Count; i++)
        {
            var row = ArrowText.Row(actual, i);
            if (row != expected[i]) Assert.Fail($"{context}: row {i} of {actual.Type} is {row}, not {expected[i]}.");
            if (actual.IsNull(i)) nulls++;
        }
        if (nulls != actual.NullCount) Assert.Fail($"{context}: {actual.Type} counts {actual.NullCount} nulls, and {nulls} rows are null.");
    }

    /// <summary>Asserts that two batches have the same schema and values.</summary>
    public static void Equal(RecordBatch expected, RecordBatch actual, string? context = null)
    {
        if (!expected.Schema.Equals(actual.Schema)) Assert.Fail($"{context}: the schema is '{actual.Schema}', not '{expected.Schema}'.");
        if (expected.Length != actual.Length) Assert.Fail($"{context}: {actual.Length} rows, not {expected.Length}.");
        for (var i = 0; i < expected.Columns.Count; i++) Equal(expected.Column(i), actual.Column(i), $"{context} column '{expected.Schema.Fields[i].Name}'");
    }
}
