using System.Buffers;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>A pooled work area that lives as long as one method.</summary>
internal readonly ref struct Scratch<T> where T : unmanaged
{
    readonly T[] _array;

    public Scratch(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    public Span<T> Span { get; }

    public Span<byte> Bytes => MemoryMarshal.AsBytes(Span);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
