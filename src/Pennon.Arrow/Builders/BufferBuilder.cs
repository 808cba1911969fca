using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow;

/// <summary>A growing buffer of fixed-width values. Not safe for use by several threads.</summary>
/// <remarks>Build hands the memory over without a copy and leaves the builder empty, ready for the next buffer.</remarks>
public sealed class BufferBuilder<T>(ArrowAllocator? allocator = null) where T : unmanaged
{
    readonly ArrowAllocator _allocator = allocator ?? ArrowAllocator.Default;
    ArrowBuffer _buffer;
    int _length;

    /// <summary>Values appended so far.</summary>
    public int Length => _length;

    /// <summary>Values that fit without growing.</summary>
    public int Capacity => _buffer.Length / Unsafe.SizeOf<T>();

    /// <summary>The values appended so far, which may be changed in place.</summary>
    public Span<T> Span => MemoryMarshal.Cast<byte, T>(_buffer.MutableSpan)[.._length];

    /// <summary>Appends one value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(T value)
    {
        if ((long)(_length + 1) * Unsafe.SizeOf<T>() > _buffer.Length) Grow(1);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(_buffer.MutableSpan), (nint)_length * Unsafe.SizeOf<T>()), value);
        _length++;
    }

    /// <summary>Appends all values.</summary>
    public void Append(ReadOnlySpan<T> values) => values.CopyTo(AppendUninitialized(values.Length));

    /// <summary>Appends one value <paramref name="count"/> times.</summary>
    public void AppendRepeated(T value, int count) => AppendUninitialized(count).Fill(value);

    /// <summary>Appends room for <paramref name="count"/> values, which the caller fills before doing anything else.</summary>
    public Span<T> AppendUninitialized(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > Capacity - _length) Grow(count);
        var span = MemoryMarshal.Cast<byte, T>(_buffer.MutableSpan).Slice(_length, count);
        _length += count;
        return span;
    }

    /// <summary>Makes room for <paramref name="count"/> more values.</summary>
    public void Reserve(int count)
    {
        if (count > Capacity - _length) Grow(count);
    }

    /// <summary>Cuts the values back to the first <paramref name="length"/>.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
    }

    /// <summary>Hands the values over and starts anew.</summary>
    public ArrowBuffer Build()
    {
        var built = _length == 0 ? ArrowBuffer.Empty : _buffer.Slice(0, _length * Unsafe.SizeOf<T>());
        if (_length == 0) _buffer.Release();
        _buffer = ArrowBuffer.Empty;
        _length = 0;
        return built;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Grow(int count)
    {
        var needed = ((long)_length + count) * Unsafe.SizeOf<T>();
        if (needed > ArrowAllocator.MaxLength)
            throw new InvalidOperationException($"A buffer holds at most {ArrowAllocator.MaxLength} bytes, and {needed} are needed; build smaller batches.");
        var capacity = (int)Math.Min(ArrowAllocator.MaxLength, Math.Max(needed, Math.Max(256, (long)_buffer.Length * 2)));
        var grown = _allocator.Allocate(capacity);
        _buffer.Span[..(_length * Unsafe.SizeOf<T>())].CopyTo(grown.MutableSpan);
        _buffer.Release();
        _buffer = grown;
    }
}
