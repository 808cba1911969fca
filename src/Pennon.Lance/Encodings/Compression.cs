using System.Buffers.Binary;
using Pennon.Lance.Encodings.Zstd;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>General-purpose compression as Lance frames it: the uncompressed length, then one block or frame.</summary>
internal static class Compression
{
    const int UnsizedLimit = 64 << 20;

    /// <summary>The uncompressed length; checked against what the compressed bytes can possibly hold.</summary>
    public static int DecodedLength(CompressionScheme scheme, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            return 0;
        }
        long length;
        long bound;
        switch (scheme)
        {
            case CompressionScheme.CompressionLz4:
                CorruptEncodingException.ThrowIf(source.Length < 4, "LZ4: the uncompressed length is cut off");
                length = BinaryPrimitives.ReadUInt32LittleEndian(source);
                bound = 255L * source.Length;
                break;
            case CompressionScheme.CompressionZstd:
                if (IsBareFrame(source))
                {
                    return ZstdDecoder.DecodeUnsized(source, UnsizedLimit).Length;
                }
                length = BinaryPrimitives.ReadInt64LittleEndian(source);
                bound = ZstdDecoder.MaxDecodedLength(source[8..]);
                break;
            default:
                throw Unsupported(scheme);
        }
        CorruptEncodingException.ThrowIf((ulong)length > (ulong)Math.Min(bound, int.MaxValue - 4096), "the uncompressed length is larger than the compressed bytes can hold");
        return (int)length;
    }

    /// <summary>Decompresses into exactly the length that <see cref="DecodedLength"/> gave.</summary>
    public static void Decode(CompressionScheme scheme, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
        {
            return;
        }
        switch (scheme)
        {
            case CompressionScheme.CompressionLz4:
                Lz4Block.Decode(source[4..], destination);
                break;
            case CompressionScheme.CompressionZstd:
                ZstdDecoder.Decode(IsBareFrame(source) ? source : source[8..], destination);
                break;
            default:
                throw Unsupported(scheme);
        }
    }

    /// <summary>Early writers stored a zstd frame without the length before it.</summary>
    static bool IsBareFrame(ReadOnlySpan<byte> source) =>
        source.Length < 8 || (BinaryPrimitives.ReadUInt32LittleEndian(source) == 0xFD2FB528 && (source[4] & 0x10) == 0);

    static LanceNotSupportedException Unsupported(CompressionScheme scheme) =>
        new("compression scheme", $"The page is compressed by scheme {(int)scheme}, and only LZ4 (1) and zstd (2) are known.");
}
