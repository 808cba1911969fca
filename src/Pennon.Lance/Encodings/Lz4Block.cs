using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>Raw LZ4 blocks: no frame, no checksum, sizes known from outside.</summary>
internal static class Lz4Block
{
    const int MinMatch = 4;

    /// <summary>Decodes one block into exactly <paramref name="destination"/>.Length bytes.</summary>
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte src = ref MemoryMarshal.GetReference(source);
        ref byte dst = ref MemoryMarshal.GetReference(destination);
        int sourceLength = source.Length;
        int destinationLength = destination.Length;
        int read = 0;
        int written = 0;
        while (true)
        {
            CorruptEncodingException.ThrowIf(read >= sourceLength, "LZ4: the block ends before its last sequence");
            int token = Unsafe.Add(ref src, read++);
            int literals = token >> 4;
            if (literals == 15)
            {
                literals = ReadLength(source, ref read, literals, destinationLength);
            }
            CorruptEncodingException.ThrowIf(literals > sourceLength - read, "LZ4: literals run past the end of the block");
            CorruptEncodingException.ThrowIf(literals > destinationLength - written, "LZ4: literals run past the uncompressed length");
            if (literals <= 16 && sourceLength - read >= 16 && destinationLength - written >= 16)
            {
                // One unconditional 16-byte move is cheaper than a length-dependent copy for the usual short run.
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref dst, written), Unsafe.ReadUnaligned<Int128>(ref Unsafe.Add(ref src, read)));
            }
            else
            {
                source.Slice(read, literals).CopyTo(destination[written..]);
            }
            read += literals;
            written += literals;
            if (read == sourceLength)
            {
                break;
            }
            CorruptEncodingException.ThrowIf(sourceLength - read < 2, "LZ4: a match offset is cut off");
            int offset = Unsafe.Add(ref src, read) | (Unsafe.Add(ref src, read + 1) << 8);
            read += 2;
            CorruptEncodingException.ThrowIf(offset == 0 || offset > written, "LZ4: a match points before the start of the output");
            int length = token & 15;
            if (length == 15)
            {
                length = ReadLength(source, ref read, length, destinationLength);
            }
            length += MinMatch;
            CorruptEncodingException.ThrowIf(length > destinationLength - written, "LZ4: a match runs past the uncompressed length");
            CopyMatch(ref dst, written, offset, length, destinationLength);
            written += length;
        }
        CorruptEncodingException.ThrowIf(written != destinationLength, "LZ4: the block is shorter than its uncompressed length");
    }

    static int ReadLength(ReadOnlySpan<byte> source, ref int read, int length, int limit)
    {
        int b;
        do
        {
            CorruptEncodingException.ThrowIf(read >= source.Length, "LZ4: a length is cut off");
            b = source[read++];
            length += b;
            CorruptEncodingException.ThrowIf(length > limit, "LZ4: a length exceeds the uncompressed size");
        }
        while (b == 255);
        return length;
    }

    /// <summary>Copies an overlapping match. The caller has checked offset and length against the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CopyMatch(ref byte buffer, int position, int offset, int length, int capacity)
    {
        ref byte to = ref Unsafe.Add(ref buffer, position);
        ref byte from = ref Unsafe.Add(ref buffer, position - offset);
        if (offset >= 16 && length <= capacity - position - 16)
        {
            int i = 0;
            do
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Unsafe.ReadUnaligned<Int128>(ref Unsafe.Add(ref from, i)));
                i += 16;
            }
            while (i < length);
        }
        else if (offset >= 8 && length <= capacity - position - 8)
        {
            int i = 0;
            do
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i)));
                i += 8;
            }
            while (i < length);
        }
        else if (offset == 1)
        {
            MemoryMarshal.CreateSpan(ref to, length).Fill(from);
        }
        else
        {
            for (int i = 0; i < length; i++)
            {
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
            }
        }
    }
}
