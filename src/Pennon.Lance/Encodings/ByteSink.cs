using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>A growing run of bytes in pooled memory. Disposing gives the memory back.</summary>
internal sealed class ByteSink : IDisposable
{
    byte[] _bytes;

    public ByteSink(int capacity = 0) => _bytes = capacity == 0 ? [] : ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public Span<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Span);

    /// <summary>Lengthens the run by <paramref name="count"/> bytes of undefined content and returns them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Extend(int count)
    {
        if (count > _bytes.Length - Length) Grow(count);
        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public Span<T> Extend<T>(int count) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Extend(checked(count * Unsafe.SizeOf<T>())));

    /// <summary>Room for at least <paramref name="count"/> more bytes, which <see cref="Advance"/> then takes in.</summary>
    public Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - Length) Grow(count);
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void Append<T>(ReadOnlySpan<T> values) where T : unmanaged => Append(MemoryMarshal.AsBytes(values));

    public void AppendValue<T>(T value) where T : unmanaged => Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(Extend(Unsafe.SizeOf<T>())), value);

    public void AppendZeros(int count) => Extend(count).Clear();

    /// <summary>Appends zero bytes up to the next multiple of <paramref name="unit"/>, a power of two.</summary>
    public void Pad(int unit)
    {
        var missing = -Length & (unit - 1);
        if (missing != 0) AppendZeros(missing);
    }

    public void Truncate(int length) => Length = length;

    public void Clear() => Length = 0;

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Length = 0;
        if (bytes.Length != 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Grow(int count)
    {
        var needed = (long)Length + count;
        if (needed > Array.MaxLength) throw new LanceException($"A page of {needed:N0} bytes is beyond the {Array.MaxLength:N0} bytes a page can be written with; write smaller rows.");
        var size = (int)Math.Min(Math.Max(Math.Max(needed, 2L * _bytes.Length), 256), Array.MaxLength);
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, Length).CopyTo(bytes);
        if (_bytes.Length != 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
