using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow;

/// <summary>
/// A run of bytes in a reference-counted block, at most 2 GiB - 1 long. Freshly allocated buffers begin at a multiple of 64.
/// </summary>
/// <remarks>
/// A buffer is a small value: copying it does not count as a reference. Whoever keeps a copy beyond the life of its source calls
/// <see cref="Retain"/>, and everybody who holds a reference calls <see cref="Release"/> once. Memory of the library's own
/// allocators that is never released is garbage-collected, so that releasing is an optimisation; imported memory must be released.
/// </remarks>
public readonly struct ArrowBuffer
{
    readonly MemoryBlock? _block;
    readonly int _offset;

    internal ArrowBuffer(MemoryBlock block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        Length = length;
    }

    /// <summary>A buffer without bytes.</summary>
    public static ArrowBuffer Empty => default;

    /// <summary>Bytes in the buffer.</summary>
    public int Length { get; }

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _block is null ? default : _block.Slice(_offset, Length);
    }

    /// <summary>The bytes, to be written by whoever allocated the buffer and has not handed it out yet.</summary>
    public Span<byte> MutableSpan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _block is null ? default : _block.Slice(_offset, Length);
    }

    /// <summary>The bytes as memory, for asynchronous input and output.</summary>
    public Memory<byte> Memory => _block is null ? default : _block.AsMemory(_offset, Length);

    internal MemoryBlock? Block => _block;

    internal int BlockOffset => _offset;

    /// <summary>The bytes seen as values of <typeparamref name="T"/>; a remainder is cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Span);

    /// <summary>The bytes to be written as values of <typeparamref name="T"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> MutableAs<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(MutableSpan);

    /// <summary>A part of the buffer over the same memory; takes no reference.</summary>
    public ArrowBuffer Slice(int offset, int length)
    {
        if ((uint)offset > (uint)Length || (uint)length > (uint)(Length - offset))
            throw new ArgumentOutOfRangeException(nameof(length), $"Bytes {offset} to {(long)offset + length} are outside a buffer of {Length} bytes.");
        return _block is null ? default : new ArrowBuffer(_block, _offset + offset, length);
    }

    /// <summary>A new buffer with a copy of the values.</summary>
    public static ArrowBuffer Of<T>(ReadOnlySpan<T> values, ArrowAllocator? allocator = null) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (bytes.IsEmpty) return Empty;
        var buffer = (allocator ?? ArrowAllocator.Default).Allocate(bytes.Length);
        bytes.CopyTo(buffer.MutableSpan);
        return buffer;
    }

    /// <summary>A buffer over an existing array, without a copy; alignment is whatever the array has.</summary>
    public static ArrowBuffer Wrap(byte[] array, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(array);
        if ((uint)offset > (uint)array.Length || (uint)length > (uint)(array.Length - offset)) throw new ArgumentOutOfRangeException(nameof(length));
        return length == 0 ? Empty : new ArrowBuffer(new MemoryBlock(array, offset, length, free: null), 0, length);
    }

    /// <summary>Takes one more reference on the memory and returns the same buffer.</summary>
    public ArrowBuffer Retain()
    {
        _block?.Retain();
        return this;
    }

    /// <summary>Gives one reference back; the memory returns to its allocator with the last.</summary>
    public void Release() => _block?.Release();
}
