namespace Pennon.Arrow;

/// <summary>Where buffers get their memory. Allocators are thread-safe.</summary>
public abstract class ArrowAllocator
{
    /// <summary>Every buffer starts at a multiple of this many bytes.</summary>
    public const int Alignment = 64;

    /// <summary>The largest buffer, in bytes.</summary>
    public const int MaxLength = int.MaxValue - 4096;

    /// <summary>The shared pooled allocator.</summary>
    public static ArrowAllocator Default { get; } = new PooledAllocator();

    /// <summary>Allocates a buffer whose contents are undefined.</summary>
    /// <param name="byteLength">0 to <see cref="MaxLength"/> bytes.</param>
    public ArrowBuffer Allocate(int byteLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteLength, MaxLength);
        return byteLength == 0 ? ArrowBuffer.Empty : new ArrowBuffer(AllocateBlock(byteLength), 0, byteLength);
    }

    /// <summary>Allocates a buffer of zero bytes.</summary>
    public ArrowBuffer AllocateZeroed(int byteLength)
    {
        var buffer = Allocate(byteLength);
        buffer.MutableSpan.Clear();
        return buffer;
    }

    private protected abstract MemoryBlock AllocateBlock(int byteLength);

    internal MemoryBlock AllocateBlockFor(int byteLength) => AllocateBlock(byteLength);
}
