namespace Pennon.Lance.Encodings.Zstd;

/// <summary>The decoded data outgrew the buffer. Kept apart from corruption because a frame that does not state its size
/// is decoded again into a larger buffer.</summary>
internal sealed class OutputFullException : Exception
{
    public static void ThrowIf(bool full)
    {
        if (full)
        {
            throw new OutputFullException();
        }
    }
}
