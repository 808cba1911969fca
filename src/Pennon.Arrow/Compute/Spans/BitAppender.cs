using System.Numerics;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>Appends runs of bits to a bitmap that starts at bit 0, through a 64-bit register. Call <see cref="Flush"/> at the end.</summary>
internal ref struct BitAppender(Span<byte> target)
{
    readonly Span<byte> _target = target;
    ulong _word;
    int _filled;
    int _written;

    /// <summary>How many of the appended bits were set.</summary>
    public int Ones { get; private set; }

    /// <summary>Appends the lowest <paramref name="count"/> (0 to 64) bits; the bits above must be zero.</summary>
    public void Append(ulong bits, int count)
    {
        if (count == 0)
            return;
        Ones += BitOperations.PopCount(bits);
        _word |= bits << _filled;
        if (_filled + count < 64)
        {
            _filled += count;
            return;
        }
        Bits.Store(_target, _written, 64, _word);
        _written += 64;
        int taken = 64 - _filled;
        _word = taken == 64 ? 0 : bits >> taken;
        _filled = count - taken;
    }

    /// <summary>Appends <paramref name="count"/> bits found at a bit offset of another bitmap.</summary>
    public void AppendFrom(ReadOnlySpan<byte> source, long offset, int count)
    {
        for (int i = 0; i < count; i += 64)
        {
            int step = Math.Min(64, count - i);
            Append(Bits.Load(source, offset + i, step), step);
        }
    }

    public void AppendOnes(int count)
    {
        for (int i = 0; i < count; i += 64)
        {
            int step = Math.Min(64, count - i);
            Append(Bits.LowMask(step), step);
        }
    }

    public readonly void Flush()
    {
        if (_filled > 0)
            Bits.Store(_target, _written, _filled, _word);
    }
}
