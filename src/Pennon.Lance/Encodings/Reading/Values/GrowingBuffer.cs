using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>An Arrow buffer under construction.</summary>
/// <param name="expected">Bytes that will probably be needed; taken on first use, and only up to a limit, because a damaged
/// schema can promise any width.</param>
internal struct GrowingBuffer(int expected)
{
    const int LargestFirst = 32 << 20;

    ArrowBuffer _buffer = ArrowBuffer.Empty;

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    public readonly Span<byte> Used => _buffer.MutableSpan[..Length];

    /// <summary>Extends the used part by <paramref name="bytes"/> undefined bytes and returns them.</summary>
    public Span<byte> Extend(int bytes)
    {
        EnsureRoom(bytes);
        var span = _buffer.MutableSpan.Slice(Length, bytes);
        Length += bytes;
        return span;
    }

    /// <summary>At least <paramref name="bytes"/> bytes after the used part, not yet in use.</summary>
    public Span<byte> Room(int bytes)
    {
        EnsureRoom(bytes);
        return _buffer.MutableSpan[Length..];
    }

    /// <summary>Takes bytes written to <see cref="Room"/> into use.</summary>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Takes the last <paramref name="bytes"/> bytes out of use.</summary>
    public void Retract(int bytes) => Length -= bytes;

    public void EnsureRoom(long bytes)
    {
        long needed = Length + bytes;
        if (needed <= _buffer.Length)
        {
            return;
        }
        if (needed > ArrowAllocator.MaxLength)
        {
            throw new LanceNotSupportedException("arrays over 2 GiB", $"The values take {needed} bytes and do not fit one array; read fewer rows at a time.");
        }
        long wanted = _buffer.IsEmpty ? Math.Max(Math.Min(expected, LargestFirst), 256) : _buffer.Length * 2L;
        var larger = ArrowAllocator.Default.Allocate((int)Math.Min(ArrowAllocator.MaxLength, Math.Max(needed, wanted)));
        Used.CopyTo(larger.MutableSpan);
        _buffer.Release();
        _buffer = larger;
    }

    /// <summary>Replaces an unused buffer by one that holds its bytes already.</summary>
    public void Adopt(ArrowBuffer buffer)
    {
        _buffer.Release();
        _buffer = buffer.Retain();
        Length = buffer.Length;
    }

    /// <summary>The used part; the memory belongs to the caller now.</summary>
    public ArrowBuffer Detach()
    {
        var result = _buffer.Slice(0, Length);
        if (Length == 0)
        {
            _buffer.Release();
            result = ArrowBuffer.Empty;
        }
        _buffer = default;
        Length = 0;
        return result;
    }

    public void Release()
    {
        _buffer.Release();
        _buffer = default;
        Length = 0;
    }
}
