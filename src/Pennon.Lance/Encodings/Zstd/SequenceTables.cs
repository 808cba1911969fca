using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings.Zstd;

/// <summary>The entropy tables and repeat offsets that the sequences of a frame share, and their execution.</summary>
internal sealed class SequenceTables
{
    const int MaxLiteralAccuracy = 9;
    const int MaxOffsetAccuracy = 8;
    const int MaxMatchAccuracy = 9;

    static ReadOnlySpan<short> DefaultLiteralCounts =>
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    static ReadOnlySpan<short> DefaultMatchCounts =>
        [1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            -1, -1, -1, -1, -1, -1, -1];

    static ReadOnlySpan<short> DefaultOffsetCounts =>
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    static ReadOnlySpan<uint> LiteralBaselines =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

    static ReadOnlySpan<byte> LiteralExtraBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    static ReadOnlySpan<uint> MatchBaselines =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
            35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539];

    static ReadOnlySpan<byte> MatchExtraBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    static ReadOnlySpan<uint> OffsetBaselines =>
        [1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15,
            1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 22, 1 << 23, 1 << 24, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30, 1u << 31];

    static ReadOnlySpan<byte> OffsetExtraBits =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31];

    readonly FseTable _literalTable = new(MaxLiteralAccuracy);
    readonly FseTable _offsetTable = new(MaxOffsetAccuracy);
    readonly FseTable _matchTable = new(MaxMatchAccuracy);
    uint _repeat1;
    uint _repeat2;
    uint _repeat3;

    public void Reset()
    {
        _literalTable.Reset();
        _offsetTable.Reset();
        _matchTable.Reset();
        (_repeat1, _repeat2, _repeat3) = (1, 4, 8);
    }

    /// <summary>Reads the sequences of a block and applies them after <paramref name="written"/> bytes of output;
    /// returns the new length of the output.</summary>
    public int DecodeSequences(ReadOnlySpan<byte> source, ReadOnlySpan<byte> literals, Span<byte> output, int written)
    {
        const string CutOff = "zstd: the sequences are cut off";
        CorruptEncodingException.ThrowIf(source.IsEmpty, CutOff);
        int count = source[0];
        int position = 1;
        if (count >= 128)
        {
            int length = count == 255 ? 3 : 2;
            CorruptEncodingException.ThrowIf(source.Length < length, CutOff);
            count = count == 255 ? source[1] + (source[2] << 8) + 0x7F00 : ((count - 128) << 8) + source[1];
            position = length;
        }
        if (count == 0)
        {
            CorruptEncodingException.ThrowIf(position != source.Length, "zstd: bytes follow a block without sequences");
            CorruptEncodingException.ThrowIf(literals.Length > output.Length - written, ZstdDecoder.TooLong);
            literals.CopyTo(output[written..]);
            return written + literals.Length;
        }
        CorruptEncodingException.ThrowIf(source.Length == position, CutOff);
        int modes = source[position++];
        CorruptEncodingException.ThrowIf((modes & 3) != 0, "zstd: the sequence modes use reserved bits");
        position += SetTable(_literalTable, modes >> 6, source[position..], MaxLiteralAccuracy, 6, DefaultLiteralCounts, LiteralBaselines, LiteralExtraBits);
        position += SetTable(_offsetTable, (modes >> 4) & 3, source[position..], MaxOffsetAccuracy, 5, DefaultOffsetCounts, OffsetBaselines, OffsetExtraBits);
        position += SetTable(_matchTable, (modes >> 2) & 3, source[position..], MaxMatchAccuracy, 6, DefaultMatchCounts, MatchBaselines, MatchExtraBits);
        return Execute(count, new BackwardBitReader(source[position..]), literals, output, written);
    }

    static int SetTable(
        FseTable table, int mode, ReadOnlySpan<byte> source, int maxAccuracy, int defaultAccuracy,
        ReadOnlySpan<short> defaults, ReadOnlySpan<uint> baselines, ReadOnlySpan<byte> extraBits)
    {
        switch (mode)
        {
            case 0:
                table.Build(defaults, defaultAccuracy, baselines, extraBits);
                return 0;
            case 1:
                CorruptEncodingException.ThrowIf(source.IsEmpty, "zstd: a repeated code is cut off");
                table.BuildSingle(source[0], baselines, extraBits);
                return 1;
            case 2:
                Span<short> counts = stackalloc short[64];
                int used = FseTable.ReadCounts(source, maxAccuracy, counts, out int symbols, out int accuracy);
                table.Build(counts[..symbols], accuracy, baselines, extraBits);
                return used;
            default:
                CorruptEncodingException.ThrowIf(!table.IsSet, "zstd: a block repeats an entropy table that was never given");
                return 0;
        }
    }

    int Execute(int count, BackwardBitReader bits, ReadOnlySpan<byte> literals, Span<byte> output, int written)
    {
        ref var literalStates = ref MemoryMarshal.GetArrayDataReference(_literalTable.States);
        ref var offsetStates = ref MemoryMarshal.GetArrayDataReference(_offsetTable.States);
        ref var matchStates = ref MemoryMarshal.GetArrayDataReference(_matchTable.States);
        ref byte target = ref MemoryMarshal.GetReference(output);
        ref byte source = ref MemoryMarshal.GetReference(literals);
        uint literalState = bits.Read(_literalTable.Accuracy);
        uint offsetState = bits.Read(_offsetTable.Accuracy);
        uint matchState = bits.Read(_matchTable.Accuracy);
        int literalAt = 0;
        for (int i = 0; i < count; i++)
        {
            var literal = Unsafe.Add(ref literalStates, (nint)literalState);
            var offset = Unsafe.Add(ref offsetStates, (nint)offsetState);
            var match = Unsafe.Add(ref matchStates, (nint)matchState);
            uint offsetValue = offset.Baseline + bits.Read(offset.ExtraBits);
            int matchLength = (int)(match.Baseline + bits.Read(match.ExtraBits));
            int literalLength = (int)(literal.Baseline + bits.Read(literal.ExtraBits));
            CorruptEncodingException.ThrowIf(bits.Remaining < 0, "zstd: the sequences are cut off");
            if (i + 1 < count)
            {
                literalState = literal.NextState + bits.Read(literal.StateBits);
                matchState = match.NextState + bits.Read(match.StateBits);
                offsetState = offset.NextState + bits.Read(offset.StateBits);
            }
            uint distance = ResolveOffset(offsetValue, literalLength);

            CorruptEncodingException.ThrowIf(literalLength > literals.Length - literalAt, "zstd: a sequence takes more literals than there are");
            CorruptEncodingException.ThrowIf((long)literalLength + matchLength > output.Length - written, ZstdDecoder.TooLong);
            if (literalLength <= 16 && literals.Length - literalAt >= 16 && output.Length - written >= 16)
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, written), Unsafe.ReadUnaligned<Int128>(ref Unsafe.Add(ref source, literalAt)));
            }
            else
            {
                literals.Slice(literalAt, literalLength).CopyTo(output[written..]);
            }
            literalAt += literalLength;
            written += literalLength;
            CorruptEncodingException.ThrowIf(distance == 0 || distance > (uint)written, "zstd: a match points before the start of the frame");
            Lz4Block.CopyMatch(ref target, written, (int)distance, matchLength, output.Length);
            written += matchLength;
        }
        CorruptEncodingException.ThrowIf(bits.Remaining != 0, "zstd: bits follow the last sequence");
        int rest = literals.Length - literalAt;
        CorruptEncodingException.ThrowIf(rest > output.Length - written, ZstdDecoder.TooLong);
        literals[literalAt..].CopyTo(output[written..]);
        return written + rest;
    }

    uint ResolveOffset(uint value, int literalLength)
    {
        if (value > 3)
        {
            (_repeat1, _repeat2, _repeat3) = (value - 3, _repeat1, _repeat2);
            return _repeat1;
        }
        // Without literals the most recent offset would have extended the previous match, so the codes shift by one.
        uint which = literalLength == 0 ? value + 1 : value;
        switch (which)
        {
            case 1:
                break;
            case 2:
                (_repeat1, _repeat2) = (_repeat2, _repeat1);
                break;
            case 3:
                (_repeat1, _repeat2, _repeat3) = (_repeat3, _repeat1, _repeat2);
                break;
            default:
                (_repeat1, _repeat2, _repeat3) = (_repeat1 - 1, _repeat1, _repeat2);
                break;
        }
        return _repeat1;
    }
}
