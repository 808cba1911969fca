using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>Run-length encoding: one value and one length per run.</summary>
internal static class RunLength
{
    /// <summary>Expands runs into <paramref name="destination"/>, which must be filled exactly; a last run that
    /// overshoots is cut.</summary>
    /// <param name="lengthBits">Bits of one run length: 8, 16 or 32.</param>
    public static void Expand<T>(ReadOnlySpan<byte> values, ReadOnlySpan<byte> lengths, int lengthBits, Span<T> destination)
        where T : unmanaged
    {
        int width = Unsafe.SizeOf<T>();
        int lengthWidth = lengthBits / 8;
        int runs = values.Length / width;
        CorruptEncodingException.ThrowIf(lengths.Length / lengthWidth < runs, "RLE: there are fewer run lengths than values");
        int written = 0;
        for (int run = 0; run < runs && written < destination.Length; run++)
        {
            uint length = lengthWidth switch
            {
                1 => lengths[run],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(lengths[(2 * run)..]),
                _ => BinaryPrimitives.ReadUInt32LittleEndian(lengths[(4 * run)..]),
            };
            T value = Unsafe.ReadUnaligned<T>(in values[run * width]);
            int count = (int)Math.Min(length, (uint)(destination.Length - written));
            if (count <= 4 && destination.Length - written >= 4)
            {
                ref T at = ref destination[written];
                at = value;
                Unsafe.Add(ref at, 1) = value;
                Unsafe.Add(ref at, 2) = value;
                Unsafe.Add(ref at, 3) = value;
            }
            else
            {
                destination.Slice(written, count).Fill(value);
            }
            written += count;
        }
        CorruptEncodingException.ThrowIf(written != destination.Length, "RLE: the runs hold fewer values than the chunk");
    }

    /// <summary>Refuses a count that the runs cannot reach, before memory is asked for.</summary>
    public static void CheckCount(int runs, ReadOnlySpan<byte> lengths, int lengthBits, int count)
    {
        CorruptEncodingException.ThrowIf(lengths.Length / (lengthBits / 8) < runs, "RLE: there are fewer run lengths than values");
        long longest = lengthBits switch { 8 => byte.MaxValue, 16 => ushort.MaxValue, _ => 1 << 23 };
        CorruptEncodingException.ThrowIf(count > runs * longest, "RLE: the runs hold fewer values than the chunk");
    }

    /// <summary>Expands runs of values of <paramref name="width"/> bytes (1, 2, 4 or 8).</summary>
    public static void Expand(int width, ReadOnlySpan<byte> values, ReadOnlySpan<byte> lengths, int lengthBits, Span<byte> destination)
    {
        switch (width)
        {
            case 1: Expand(values, lengths, lengthBits, destination); break;
            case 2: Expand(values, lengths, lengthBits, MemoryMarshal.Cast<byte, ushort>(destination)); break;
            case 4: Expand(values, lengths, lengthBits, MemoryMarshal.Cast<byte, uint>(destination)); break;
            case 8: Expand(values, lengths, lengthBits, MemoryMarshal.Cast<byte, ulong>(destination)); break;
            case 16: Expand(values, lengths, lengthBits, MemoryMarshal.Cast<byte, UInt128>(destination)); break;
            default: throw new ArgumentOutOfRangeException(nameof(width));
        }
    }
}
