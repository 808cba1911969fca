namespace Pennon.Cypher.Execution.Storage;

/// <summary>Orders UTF-8 text as <see cref="string.CompareOrdinal(string, string)"/> orders the same text, which differs from byte order beyond U+FFFF.</summary>
internal static class Utf8Order
{
    const byte FirstSurrogateLead = 0xF0;
    const byte FirstAfterSurrogates = 0xEE;

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }
        byte a = left[common], b = right[common];
        bool leftPair = a >= FirstSurrogateLead, rightPair = b >= FirstSurrogateLead;
        if (leftPair != rightPair && (leftPair ? b : a) >= FirstAfterSurrogates)
        {
            return leftPair ? -1 : 1;
        }
        return a.CompareTo(b);
    }
}
