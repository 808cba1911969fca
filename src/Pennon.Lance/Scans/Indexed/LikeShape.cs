using System.Text;

namespace Pennon.Lance.Scans;

/// <summary>What every text that matches a LIKE pattern has.</summary>
/// <param name="Prefix">How it starts.</param>
/// <param name="IsLiteral">Whether it is the prefix and nothing more.</param>
/// <param name="IsPrefix">Whether every text that starts so matches.</param>
/// <param name="Longest">The longest part that it is known to contain.</param>
readonly record struct LikeShape(byte[] Prefix, bool IsLiteral, bool IsPrefix, byte[] Longest)
{
    /// <summary>Takes a pattern apart.</summary>
    public static LikeShape Of(ReadOnlySpan<byte> pattern, char? escape)
    {
        ReadOnlySpan<byte> mark = escape is { } e ? Encoding.UTF8.GetBytes([e]) : [];
        var parts = new List<byte[]>();
        var part = new List<byte>();
        var wildcards = 0;
        var onlyTrailing = true;
        for (var i = 0; i < pattern.Length;)
        {
            if (mark.Length > 0 && pattern[i..].StartsWith(mark) && i + mark.Length < pattern.Length)
            {
                i += mark.Length;
                part.Add(pattern[i++]);
            }
            else if (pattern[i] is (byte)'%' or (byte)'_')
            {
                onlyTrailing &= pattern[i] == '%' && i == pattern.Length - 1;
                wildcards++;
                parts.Add([.. part]);
                part.Clear();
                i++;
            }
            else
            {
                part.Add(pattern[i++]);
            }
        }
        parts.Add([.. part]);
        return new LikeShape(parts[0], wildcards == 0, wildcards == 1 && onlyTrailing, parts.MaxBy(static p => p.Length)!);
    }
}
