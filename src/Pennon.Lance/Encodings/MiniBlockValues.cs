using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>The values of a mini-block page, written chunk by chunk.</summary>
internal abstract class MiniBlockValues
{
    /// <summary>Chunks other than the last hold a power of two of slots, at least this many.</summary>
    public const int MinChunkSlots = 2;

    public const int MaxChunkSlots = 16 * 1024;

    /// <summary>Value buffers in each chunk.</summary>
    public abstract int BufferCount { get; }

    public abstract CompressiveEncoding Describe();

    /// <summary>Slots that make a chunk of a good size from slot <paramref name="first"/> on: a power of two from 2 to 16,384.</summary>
    public abstract int ChunkSlots(int first);

    /// <summary>Appends the buffers of a chunk, each padded to 8 bytes, and reports their unpadded sizes.</summary>
    public abstract void Write(int first, int count, ByteSink target, Span<int> sizes);

    /// <summary>The largest power of two of slots whose bytes stay within <paramref name="bytes"/>.</summary>
    protected static int SlotsFor(int bytes, int bitsPerSlot)
    {
        var slots = (long)bytes * 8 / Math.Max(1, bitsPerSlot);
        if (slots >= MaxChunkSlots) return MaxChunkSlots;
        return slots <= MinChunkSlots ? MinChunkSlots : 1 << System.Numerics.BitOperations.Log2((uint)slots);
    }
}
