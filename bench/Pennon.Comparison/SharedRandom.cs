namespace Pennon.Comparison;

/// <summary>The generator of the peers' scripts (mulberry32), so that every side looks up the same keys and starts from the same nodes.</summary>
sealed class SharedRandom(int seed)
{
    int _state = seed;

    public double Next()
    {
        unchecked
        {
            _state += 0x6D2B79F5;
            var t = (_state ^ (int)((uint)_state >> 15)) * (1 | _state);
            t = (t + ((t ^ (int)((uint)t >> 7)) * (61 | t))) ^ t;
            return (uint)(t ^ (int)((uint)t >> 14)) / 4294967296.0;
        }
    }

    public int Below(int count) => (int)(Next() * count);
}
