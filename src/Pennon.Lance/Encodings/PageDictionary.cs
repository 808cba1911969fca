using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>The distinct items of a dictionary page, in order of first appearance.</summary>
/// <param name="count">Number of items.</param>
/// <param name="bytes">The items one after the other.</param>
/// <param name="ends">For variable-width items one more offset than there are items; null for fixed-width ones.</param>
/// <param name="bits">Width of an item, or of an offset.</param>
internal sealed class PageDictionary(int count, ByteSink bytes, int[]? ends, int bits) : IDisposable
{
    public int Count => count;

    public long ByteSize => bytes.Length + (ends is null ? 0 : (count + 1L) * (bits / 8));

    public CompressiveEncoding Describe() => ends is null ? Descriptions.Flat(bits) : Descriptions.Variable(bits);

    /// <summary>The items in block form.</summary>
    public ByteSink Encode()
    {
        if (ends is null)
        {
            var copy = new ByteSink(bytes.Length);
            copy.Append(bytes.Span);
            return copy;
        }
        var width = bits / 8;
        var table = (count + 1) * width;
        var target = new ByteSink(2 * width + table + bytes.Length);
        if (bits == 32)
        {
            target.AppendValue(32u);
            target.AppendValue((uint)(2 * width + table));
            target.Append<int>(ends.AsSpan(0, count + 1));
        }
        else
        {
            target.AppendValue(64UL);
            target.AppendValue((ulong)(2 * width + table));
            foreach (var end in ends.AsSpan(0, count + 1)) target.AppendValue((ulong)end);
        }
        target.Append(bytes.Span);
        return target;
    }

    public void Dispose() => bytes.Dispose();
}
