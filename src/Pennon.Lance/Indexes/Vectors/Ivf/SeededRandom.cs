namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Random numbers that depend on the seed alone (SplitMix64), so that equal inputs give equal indexes.</summary>
struct SeededRandom(ulong seed)
{
    ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public long Below(long limit) => (long)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>A number from 0 to less than 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
