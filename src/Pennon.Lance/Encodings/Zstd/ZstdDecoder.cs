using System.Buffers.Binary;

namespace Pennon.Lance.Encodings.Zstd;

/// <summary>Decodes zstd frames (RFC 8878). Dictionaries are refused: nothing in a Lance file can name one.</summary>
internal sealed class ZstdDecoder
{
    const uint FrameMagic = 0xFD2FB528;
    const uint SkippableMagic = 0x184D2A50;
    const int MaxBlockLength = 128 * 1024;
    internal const string TooLong = "zstd: the data are longer than their uncompressed length";

    [ThreadStatic]
    static ZstdDecoder? t_instance;

    readonly HuffmanTable _huffman = new();
    readonly SequenceTables _tables = new();
    readonly byte[] _literals = new byte[MaxBlockLength + 32];

    ZstdDecoder()
    {
    }

    /// <summary>An upper bound of the decoded size, found by walking the block headers: what a hostile header claims beyond
    /// it need not be allocated to be refused.</summary>
    public static long MaxDecodedLength(ReadOnlySpan<byte> source)
    {
        long total = 0;
        while (source.Length >= 4)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(source) & 0xFFFFFFF0) == SkippableMagic)
            {
                long skip = source.Length < 8 ? source.Length : 8L + BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
                source = source[(int)Math.Min(source.Length, skip)..];
                continue;
            }
            var header = FrameHeader.Read(source);
            source = source[header.Length..];
            bool last = false;
            while (!last)
            {
                CorruptEncodingException.ThrowIf(source.Length < 3, "zstd: a block header is cut off");
                int word = source[0] | (source[1] << 8) | (source[2] << 16);
                last = (word & 1) != 0;
                int type = (word >> 1) & 3;
                int size = word >> 3;
                total += type == 2 ? MaxBlockLength : size;
                source = source[Math.Min(source.Length, 3 + (type == 1 ? 1 : size))..];
            }
            source = source[Math.Min(source.Length, header.HasChecksum ? 4 : 0)..];
        }
        return total;
    }

    /// <summary>Decodes all frames of <paramref name="source"/> into exactly <paramref name="destination"/>.Length bytes.</summary>
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int written = DecodeFrames(source, destination);
        CorruptEncodingException.ThrowIf(written != destination.Length, "zstd: the data are shorter than their uncompressed length");
    }

    /// <summary>Decodes frames whose size is not known from outside, up to <paramref name="limit"/> bytes.</summary>
    public static byte[] DecodeUnsized(ReadOnlySpan<byte> source, int limit)
    {
        byte[] buffer = new byte[(int)Math.Min(limit, MaxDecodedLength(source))];
        int written = DecodeFrames(source, buffer);
        return written == buffer.Length ? buffer : buffer[..written];
    }

    static int DecodeFrames(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var decoder = t_instance ??= new ZstdDecoder();
        int written = 0;
        while (!source.IsEmpty)
        {
            CorruptEncodingException.ThrowIf(source.Length < 4, "zstd: the frame is cut off");
            if ((BinaryPrimitives.ReadUInt32LittleEndian(source) & 0xFFFFFFF0) == SkippableMagic)
            {
                CorruptEncodingException.ThrowIf(source.Length < 8, "zstd: a skippable frame is cut off");
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
                CorruptEncodingException.ThrowIf(length > source.Length - 8, "zstd: a skippable frame is cut off");
                source = source[(int)(8 + length)..];
                continue;
            }
            int used = decoder.DecodeFrame(source, destination[written..], out int produced);
            written += produced;
            source = source[used..];
        }
        return written;
    }

    int DecodeFrame(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        var header = FrameHeader.Read(source);
        CorruptEncodingException.ThrowIf(header.ContentSize > destination.Length && header.ContentSize > 0, "zstd: the frame is longer than its uncompressed length");
        _huffman.Reset();
        _tables.Reset();
        int maxBlock = (int)Math.Min(MaxBlockLength, header.WindowSize);
        int position = header.Length;
        written = 0;
        bool last;
        do
        {
            CorruptEncodingException.ThrowIf(source.Length - position < 3, "zstd: a block header is cut off");
            int word = source[position] | (source[position + 1] << 8) | (source[position + 2] << 16);
            position += 3;
            last = (word & 1) != 0;
            int type = (word >> 1) & 3;
            int size = word >> 3;
            var rest = source[position..];
            switch (type)
            {
                case 0:
                    CorruptEncodingException.ThrowIf(size > rest.Length, "zstd: a raw block is cut off");
                    CorruptEncodingException.ThrowIf(size > destination.Length - written, TooLong);
                    rest[..size].CopyTo(destination[written..]);
                    position += size;
                    written += size;
                    break;
                case 1:
                    CorruptEncodingException.ThrowIf(rest.IsEmpty, "zstd: a run block is cut off");
                    CorruptEncodingException.ThrowIf(size > maxBlock, "zstd: a block is larger than blocks may be");
                    CorruptEncodingException.ThrowIf(size > destination.Length - written, TooLong);
                    destination.Slice(written, size).Fill(rest[0]);
                    position++;
                    written += size;
                    break;
                case 2:
                    CorruptEncodingException.ThrowIf(size > rest.Length, "zstd: a compressed block is cut off");
                    CorruptEncodingException.ThrowIf(size > maxBlock, "zstd: a block is larger than blocks may be");
                    written = DecodeBlock(rest[..size], destination, written);
                    position += size;
                    break;
                default:
                    CorruptEncodingException.Throw("zstd: a block has the reserved type");
                    break;
            }
        }
        while (!last);
        CorruptEncodingException.ThrowIf(header.ContentSize >= 0 && header.ContentSize != written, "zstd: the frame does not hold what its header states");
        if (header.HasChecksum)
        {
            CorruptEncodingException.ThrowIf(source.Length - position < 4, "zstd: the checksum is cut off");
            uint stated = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
            CorruptEncodingException.ThrowIf(stated != (uint)XxHash64.Hash(destination[..written]), "zstd: the checksum does not match");
            position += 4;
        }
        return position;
    }

    int DecodeBlock(ReadOnlySpan<byte> block, Span<byte> destination, int written)
    {
        int used = DecodeLiterals(block, out var literals);
        return _tables.DecodeSequences(block[used..], literals, destination, written);
    }

    int DecodeLiterals(ReadOnlySpan<byte> block, out ReadOnlySpan<byte> literals)
    {
        const string CutOff = "zstd: the literals are cut off";
        CorruptEncodingException.ThrowIf(block.IsEmpty, CutOff);
        int type = block[0] & 3;
        int format = (block[0] >> 2) & 3;
        if (type <= 1)
        {
            int headerLength = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
            CorruptEncodingException.ThrowIf(block.Length < headerLength, CutOff);
            int size = headerLength switch
            {
                1 => block[0] >> 3,
                2 => (block[0] >> 4) | (block[1] << 4),
                _ => (block[0] >> 4) | (block[1] << 4) | (block[2] << 12),
            };
            CorruptEncodingException.ThrowIf(size > MaxBlockLength, "zstd: there are more literals than a block may hold");
            if (type == 0)
            {
                CorruptEncodingException.ThrowIf(block.Length - headerLength < size, CutOff);
                literals = block.Slice(headerLength, size);
                return headerLength + size;
            }
            CorruptEncodingException.ThrowIf(block.Length == headerLength, CutOff);
            _literals.AsSpan(0, size).Fill(block[headerLength]);
            literals = _literals.AsSpan(0, size);
            return headerLength + 1;
        }

        int sizeBits = format switch { 0 or 1 => 10, 2 => 14, _ => 18 };
        int header = format switch { 0 or 1 => 3, 2 => 4, _ => 5 };
        CorruptEncodingException.ThrowIf(block.Length < header, CutOff);
        ulong bits = 0;
        for (int i = header - 1; i >= 0; i--)
        {
            bits = (bits << 8) | block[i];
        }
        int regenerated = (int)(bits >> 4) & ((1 << sizeBits) - 1);
        int compressed = (int)(bits >> (4 + sizeBits)) & ((1 << sizeBits) - 1);
        CorruptEncodingException.ThrowIf(regenerated > MaxBlockLength, "zstd: there are more literals than a block may hold");
        CorruptEncodingException.ThrowIf(block.Length - header < compressed, CutOff);
        var data = block.Slice(header, compressed);
        if (type == 2)
        {
            data = data[_huffman.Read(data)..];
        }
        CorruptEncodingException.ThrowIf(!_huffman.IsSet, "zstd: a block repeats a Huffman table that was never given");
        var target = _literals.AsSpan(0, regenerated);
        if (format == 0)
        {
            _huffman.Decode(data, target);
        }
        else
        {
            DecodeFourStreams(data, target);
        }
        literals = target;
        return header + compressed;
    }

    void DecodeFourStreams(ReadOnlySpan<byte> data, Span<byte> target)
    {
        CorruptEncodingException.ThrowIf(data.Length < 6, "zstd: the literal stream sizes are cut off");
        int segment = (target.Length + 3) / 4;
        CorruptEncodingException.ThrowIf(segment * 3 > target.Length, "zstd: there are too few literals for four streams");
        int position = 6;
        for (int stream = 0; stream < 4; stream++)
        {
            int size = stream < 3 ? BinaryPrimitives.ReadUInt16LittleEndian(data[(2 * stream)..]) : data.Length - position;
            CorruptEncodingException.ThrowIf(size > data.Length - position, "zstd: a literal stream is cut off");
            var part = stream < 3 ? target.Slice(stream * segment, segment) : target[(3 * segment)..];
            _huffman.Decode(data.Slice(position, size), part);
            position += size;
        }
    }

    readonly record struct FrameHeader(int Length, long ContentSize, long WindowSize, bool HasChecksum)
    {
        public static FrameHeader Read(ReadOnlySpan<byte> source)
        {
            const string CutOff = "zstd: the frame header is cut off";
            CorruptEncodingException.ThrowIf(source.Length < 5, CutOff);
            CorruptEncodingException.ThrowIf(BinaryPrimitives.ReadUInt32LittleEndian(source) != FrameMagic, "zstd: the data do not start with a zstd frame");
            int descriptor = source[4];
            CorruptEncodingException.ThrowIf((descriptor & 8) != 0, "zstd: the frame header uses a reserved bit");
            bool single = (descriptor & 0x20) != 0;
            int dictionaryLength = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
            int sizeLength = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
            int length = 5 + (single ? 0 : 1) + dictionaryLength + sizeLength;
            CorruptEncodingException.ThrowIf(source.Length < length, CutOff);
            int position = 5;
            long window = 0;
            if (!single)
            {
                int value = source[position++];
                long size = 1L << (10 + (value >> 3));
                window = size + size / 8 * (value & 7);
            }
            for (int i = 0; i < dictionaryLength; i++)
            {
                CorruptEncodingException.ThrowIf(source[position + i] != 0, "zstd: the frame needs a dictionary, which Lance files cannot carry");
            }
            position += dictionaryLength;
            long content = sizeLength switch
            {
                0 => -1,
                1 => source[position],
                2 => 256 + BinaryPrimitives.ReadUInt16LittleEndian(source[position..]),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(source[position..]),
                _ => BinaryPrimitives.ReadInt64LittleEndian(source[position..]),
            };
            CorruptEncodingException.ThrowIf(sizeLength == 8 && content < 0, "zstd: the stated content size is impossible");
            return new FrameHeader(length, content, single ? content : window, (descriptor & 4) != 0);
        }
    }
}
