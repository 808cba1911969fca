namespace Pennon.Cypher.Syntax;

/// <summary>A stretch of query text: UTF-16 offset of its first character and its length.</summary>
internal readonly record struct SourceSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static SourceSpan Between(int start, int end) => new(start, end - start);

    public SourceSpan To(SourceSpan last) => Between(Start, last.End);
}
