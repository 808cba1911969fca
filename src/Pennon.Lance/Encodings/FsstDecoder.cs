using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>A static symbol table of up to 255 strings of 1 to 8 bytes; each code byte stands for one of them.</summary>
internal sealed class FsstDecoder
{
    const uint Magic = 0x46535354;
    const int Escape = 255;
    const int HeaderLength = 8;

    readonly ulong[] _symbols = new ulong[256];
    readonly byte[] _lengths = new byte[256];

    /// <summary>False when the encoder left the data as it was.</summary>
    public bool IsEncoded { get; }

    public FsstDecoder(ReadOnlySpan<byte> table)
    {
        CorruptEncodingException.ThrowIf(table.Length < HeaderLength, "FSST: the symbol table is shorter than its header");
        CorruptEncodingException.ThrowIf(BinaryPrimitives.ReadUInt32LittleEndian(table[4..]) != Magic, "FSST: the symbol table has a wrong magic number");
        int count = table[0];
        IsEncoded = (table[3] & 1) != 0;
        CorruptEncodingException.ThrowIf(table.Length < HeaderLength + 9 * count, "FSST: the symbol table is cut off");
        for (int i = 0; i < count; i++)
        {
            _symbols[i] = BinaryPrimitives.ReadUInt64LittleEndian(table[(HeaderLength + 8 * i)..]);
            int length = table[HeaderLength + 8 * count + i];
            CorruptEncodingException.ThrowIf(length is 0 or > 8, "FSST: a symbol has a length outside 1 to 8");
            _lengths[i] = (byte)length;
        }
        // Codes beyond the table keep length 0, which the decoder reports; 255 is the escape and needs no entry.
    }

    /// <summary>Room that surely holds a decoded value: eight bytes for each code, or the exact size of a long value.</summary>
    public int Reserve(ReadOnlySpan<byte> source) => source.Length <= 4096
        ? source.Length * 8
        : (int)Math.Min(DecodedLength(source) + 8, int.MaxValue - 4096);

    /// <summary>The exact decoded size of one value.</summary>
    public long DecodedLength(ReadOnlySpan<byte> source)
    {
        if (!IsEncoded)
        {
            return source.Length;
        }
        long total = 0;
        for (int i = 0; i < source.Length; i++)
        {
            int code = source[i];
            if (code == Escape)
            {
                i++;
                total++;
            }
            else
            {
                total += _lengths[code];
            }
        }
        return total;
    }

    /// <summary>Decodes one value and returns its length; <paramref name="destination"/> must hold what it decodes to.</summary>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!IsEncoded)
        {
            source.CopyTo(destination);
            return source.Length;
        }
        ref byte src = ref MemoryMarshal.GetReference(source);
        ref byte dst = ref MemoryMarshal.GetReference(destination);
        ref ulong symbols = ref MemoryMarshal.GetArrayDataReference(_symbols);
        ref byte lengths = ref MemoryMarshal.GetArrayDataReference(_lengths);
        int length = source.Length;
        int read = 0;
        int written = 0;
        // Whole-word stores overrun a short symbol on purpose; the next store covers the surplus.
        int fastEnd = destination.Length - 8;
        while (read < length)
        {
            int code = Unsafe.Add(ref src, read++);
            if (code != Escape)
            {
                int size = Unsafe.Add(ref lengths, code);
                CorruptEncodingException.ThrowIf(size == 0, "FSST: a code is not in the symbol table");
                ulong symbol = Unsafe.Add(ref symbols, code);
                if (written <= fastEnd)
                {
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref dst, written), symbol);
                }
                else
                {
                    CorruptEncodingException.ThrowIf(size > destination.Length - written, "FSST: a value decodes past its buffer");
                    for (int i = 0; i < size; i++)
                    {
                        Unsafe.Add(ref dst, written + i) = (byte)(symbol >> (8 * i));
                    }
                }
                written += size;
            }
            else
            {
                CorruptEncodingException.ThrowIf(read >= length, "FSST: an escape has no byte after it");
                CorruptEncodingException.ThrowIf(written >= destination.Length, "FSST: a value decodes past its buffer");
                Unsafe.Add(ref dst, written++) = Unsafe.Add(ref src, read++);
            }
        }
        return written;
    }

    /// <summary>Decodes a run of values whose codes follow each other, and writes where each ends.</summary>
    /// <param name="offsets">One more position in <paramref name="source"/> than there are values.</param>
    /// <param name="destination">Room for eight bytes per code.</param>
    /// <param name="ends">Receives the length of the output after each value.</param>
    /// <returns>The length of the output.</returns>
    public int DecodeRun<T>(ReadOnlySpan<byte> source, ReadOnlySpan<T> offsets, Span<byte> destination, Span<int> ends)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        ref byte src = ref MemoryMarshal.GetReference(source);
        ref byte dst = ref MemoryMarshal.GetReference(destination);
        ref ulong symbols = ref MemoryMarshal.GetArrayDataReference(_symbols);
        ref byte lengths = ref MemoryMarshal.GetArrayDataReference(_lengths);
        CorruptEncodingException.ThrowIf(offsets[^1] > T.CreateSaturating(source.Length), "an offset points past the end of its buffer");
        int read = int.CreateTruncating(offsets[0]);
        CorruptEncodingException.ThrowIf(offsets[0] > offsets[^1], "offsets decrease");
        CorruptEncodingException.ThrowIf(destination.Length < 8L * (int.CreateTruncating(offsets[^1]) - read), "FSST: a value decodes past its buffer");
        T limit = offsets[^1];
        int written = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            T next = offsets[i + 1];
            // Together with the limit this keeps every read inside the codes, and so every write inside the room.
            CorruptEncodingException.ThrowIf(next > limit || int.CreateTruncating(next) < read, "offsets decrease");
            int end = int.CreateTruncating(next);
            while (read < end)
            {
                int code = Unsafe.Add(ref src, read++);
                if (code != Escape)
                {
                    int size = Unsafe.Add(ref lengths, code);
                    CorruptEncodingException.ThrowIf(size == 0, "FSST: a code is not in the symbol table");
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref dst, written), Unsafe.Add(ref symbols, code));
                    written += size;
                }
                else
                {
                    CorruptEncodingException.ThrowIf(read >= end, "FSST: an escape has no byte after it");
                    Unsafe.Add(ref dst, written++) = Unsafe.Add(ref src, read++);
                }
            }
            ends[i] = written;
        }
        return written;
    }
}
