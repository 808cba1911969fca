namespace Pennon.Lance.Indexes;

/// <summary>What a scalar index is asked; keys are of the indexed type, with one zero for floats.</summary>
abstract record ScalarQuery;

/// <summary>Values in a range; an end that is not given is open. Nulls are in no range.</summary>
sealed record RangeQuery(IndexKey? Low, bool LowInclusive, IndexKey? High, bool HighInclusive) : ScalarQuery
{
    /// <summary>The values that are in both ranges.</summary>
    public RangeQuery Intersect(RangeQuery other)
    {
        var (low, lowInclusive) = (Low, LowInclusive);
        if (other.Low is { } a)
        {
            var order = low is { } mine ? a.CompareTo(mine) : 1;
            (low, lowInclusive) = order > 0 ? (a, other.LowInclusive) : order == 0 ? (low, lowInclusive && other.LowInclusive) : (low, lowInclusive);
        }
        var (high, highInclusive) = (High, HighInclusive);
        if (other.High is { } b)
        {
            var order = high is { } mine ? b.CompareTo(mine) : -1;
            (high, highInclusive) = order < 0 ? (b, other.HighInclusive) : order == 0 ? (high, highInclusive && other.HighInclusive) : (high, highInclusive);
        }
        return new RangeQuery(low, lowInclusive, high, highInclusive);
    }

    /// <summary>Whether no value can be in the range.</summary>
    public bool IsEmpty => Low is { } low && High is { } high && low.CompareTo(high) is var order && (order > 0 || (order == 0 && !(LowInclusive && HighInclusive)));

    /// <summary>Which entries of a sorted list are in the range.</summary>
    public (int Start, int End) In(KeyList sorted)
    {
        var start = Low is { } low ? sorted.LowerBound(low, above: !LowInclusive) : 0;
        var end = High is { } high ? sorted.LowerBound(high, above: HighInclusive) : sorted.Count;
        return (start, Math.Max(start, end));
    }
}

/// <summary>Values of a list, ascending and distinct.</summary>
sealed record ValuesQuery(IReadOnlyList<IndexKey> Keys) : ScalarQuery
{
    public static ValuesQuery Of(IEnumerable<IndexKey> keys) => new([.. keys.Distinct().Order()]);
}

/// <summary>Rows without a value.</summary>
sealed record NullQuery : ScalarQuery;

/// <summary>Lists that have one, or all, of some elements.</summary>
sealed record LabelsQuery(IReadOnlyList<IndexKey> Keys, bool WithNull, bool All) : ScalarQuery;

/// <summary>Text that contains a part.</summary>
sealed record ContainsQuery(byte[] Part) : ScalarQuery;
