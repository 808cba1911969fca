using System.Numerics;

namespace Pennon.Lance.Indexes.Text;

/// <summary>
/// What the documents of a stretch of postings can score at best: the pairs of frequency and length that no other pair of the
/// stretch beats in both (TABLE 17.6).
/// </summary>
sealed class Impacts
{
    /// <summary>Blocks under one entry of the second level.</summary>
    public const int GroupBlocks = 32;

    const int Norms = 256;

    // Largest frequency met per length byte; 0 = none.
    readonly uint[] _best = new uint[Norms];
    int _highest = -1;

    /// <summary>A document's length as one byte; exact below 8, three leading bits after the first above.</summary>
    public static byte NormOf(uint length)
    {
        if (length < 8)
            return (byte)length;
        var shift = 28 - BitOperations.LeadingZeroCount(length);
        return (byte)((length >> shift & 7) | (uint)(shift + 1 << 3));
    }

    /// <summary>The smallest length that has this byte.</summary>
    public static uint LengthOf(byte norm)
    {
        if (norm < 8)
            return norm;
        var shift = (norm >> 3) - 1;
        return shift > 28 ? uint.MaxValue : ((uint)(norm & 7) | 8) << shift;
    }

    public void Add(uint frequency, uint length)
    {
        var norm = NormOf(length);
        if (frequency > _best[norm])
            _best[norm] = frequency;
        if (norm > _highest)
            _highest = norm;
    }

    public void Add(Impacts other)
    {
        for (var norm = 0; norm <= other._highest; norm++)
            _best[norm] = Math.Max(_best[norm], other._best[norm]);
        _highest = Math.Max(_highest, other._highest);
    }

    public void Clear()
    {
        _best.AsSpan(0, _highest + 1).Clear();
        _highest = -1;
    }

    /// <summary>The largest size of an entry.</summary>
    public const int MaximumSize = (2 + Norms) * VarInt.MaximumSize + Norms;

    /// <summary>Writes the entry of the stretch; gives its size.</summary>
    public int Write(uint lastDocument, Span<byte> bytes)
    {
        var pairs = 0;
        uint frequency = 0;
        for (var norm = 0; norm <= _highest; norm++)
        {
            if (_best[norm] > frequency)
            {
                frequency = _best[norm];
                pairs++;
            }
        }
        var at = VarInt.Write(bytes, 0, lastDocument);
        at = VarInt.Write(bytes, at, (uint)pairs);
        frequency = 0;
        var previous = 0;
        for (var norm = 0; norm <= _highest; norm++)
        {
            if (_best[norm] <= frequency)
                continue;
            var step = norm - previous;
            var more = _best[norm] - frequency - 1;
            at = VarInt.Write(bytes, at, more << 1 | (step == 1 ? 0u : 1));
            if (step != 1)
                bytes[at++] = (byte)step;
            frequency = _best[norm];
            previous = norm;
        }
        return at;
    }
}
