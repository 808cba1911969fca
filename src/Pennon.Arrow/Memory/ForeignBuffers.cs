namespace Pennon.Arrow;

/// <summary>Buffers over memory that the library did not allocate.</summary>
public static unsafe class ForeignBuffers
{
    /// <summary>
    /// Wraps <paramref name="length"/> bytes at <paramref name="address"/>. <paramref name="release"/> runs once, when the last
    /// reference is released; until then the memory must stay valid.
    /// </summary>
    public static ArrowBuffer Wrap(nint address, int length, Action? release)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0)
        {
            release?.Invoke();
            return ArrowBuffer.Empty;
        }
        if (address == 0) throw new ArgumentNullException(nameof(address));
        return new ArrowBuffer(new MemoryBlock((byte*)address, length, release is null ? null : _ => release()), 0, length);
    }
}
