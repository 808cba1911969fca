using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pennon.Lance.Wire.Encodings21;
using Kind = Pennon.Lance.Wire.Encodings21.CompressiveEncoding.CompressionOneofCase;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Decodes one whole buffer, the form that levels and dictionaries take.</summary>
internal abstract class BlockDecoder
{
    /// <summary>Values that may be claimed without bytes to hold them.</summary>
    protected const int UnbackedValues = (int)(ValueSink.UnbackedLimit / 8);

    /// <summary>Appends the <paramref name="count"/> values of a buffer to a sink.</summary>
    public abstract void Append(ReadOnlySpan<byte> source, int count, ValueSink sink);

    /// <summary>Decodes 16-bit levels into exactly <paramref name="levels"/>.Length values.</summary>
    public virtual void DecodeLevels(ReadOnlySpan<byte> source, Span<ushort> levels) =>
        CorruptEncodingException.Throw("levels are stored in a form that holds no 16-bit integers");

    public static BlockDecoder Create(CompressiveEncoding encoding, int depth = 0)
    {
        CorruptEncodingException.ThrowIf(depth > 8, "encodings are nested too deeply");
        return encoding.CompressionCase switch
        {
            Kind.Flat => new FlatBlock(EncodingNames.FlatBits(encoding, "a block")),
            Kind.InlineBitpacking => new InlinePackedBlock(EncodingNames.WordBits(encoding.InlineBitpacking.UncompressedBitsPerValue)),
            Kind.OutOfLineBitpacking => new OutOfLinePackedBlock(
                EncodingNames.WordBits(encoding.OutOfLineBitpacking.UncompressedBitsPerValue),
                encoding.OutOfLineBitpacking.Values is null ? 0 : EncodingNames.FlatBits(encoding.OutOfLineBitpacking.Values, "bit packing")),
            Kind.Rle => new RunLengthBlock(
                EncodingNames.FlatBits(encoding.Rle.Values, "run values"), EncodingNames.FlatBits(encoding.Rle.RunLengths, "run lengths")),
            Kind.Variable => new VariableBlock(EncodingNames.FlatBits(encoding.Variable.Offsets, "offsets")),
            Kind.General => new CompressedBlock(encoding.General.Compression?.Scheme ?? CompressionScheme.CompressionUnspecified, Create(encoding.General.Values ?? new(), depth + 1)),
            Kind.Constant => new ConstantBlock(encoding.Constant.Value.Memory),
            _ => throw EncodingNames.Unsupported(encoding, "a block"),
        };
    }
}

/// <summary>Decoders of fixed-width values, which produce bytes.</summary>
internal abstract class FixedBlockDecoder(int bits) : BlockDecoder
{
    protected int Bits => bits;

    protected abstract void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target);

    /// <summary>Refuses counts that the buffer cannot hold, before memory is asked for.</summary>
    protected abstract void CheckCount(ReadOnlySpan<byte> source, int count);

    public override void Append(ReadOnlySpan<byte> source, int count, ValueSink sink)
    {
        CorruptEncodingException.ThrowIf(bits % 8 != 0, "a block holds values that are not whole bytes");
        CheckCount(source, count);
        Decode(source, count, sink.AsFixed(bits / 8).Reserve(count));
    }

    public override void DecodeLevels(ReadOnlySpan<byte> source, Span<ushort> levels)
    {
        CorruptEncodingException.ThrowIf(bits != 16, "levels are not 16 bits wide");
        CheckCount(source, levels.Length);
        Decode(source, levels.Length, MemoryMarshal.AsBytes(levels));
    }
}

internal sealed class FlatBlock(int bits) : FixedBlockDecoder(bits)
{
    protected override void CheckCount(ReadOnlySpan<byte> source, int count) =>
        CorruptEncodingException.ThrowIf((long)count * Bits > source.Length * 8L, "a block is shorter than its values");

    protected override void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target) => source[..target.Length].CopyTo(target);

    public override void Append(ReadOnlySpan<byte> source, int count, ValueSink sink)
    {
        if (Bits == 1)
        {
            sink.As<BitSink>().Append(source, 0, count);
            return;
        }
        base.Append(source, count, sink);
    }
}

internal sealed class InlinePackedBlock(int bits) : FixedBlockDecoder(bits)
{
    protected override void CheckCount(ReadOnlySpan<byte> source, int count) =>
        CorruptEncodingException.ThrowIf(count > FastLanes.UnitLength, "a packed unit holds at most 1024 values");

    protected override void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target) => PackedUnit.DecodeInline(Bits, source, count, target);
}

internal sealed class OutOfLinePackedBlock(int bits, int width) : FixedBlockDecoder(bits)
{
    protected override void CheckCount(ReadOnlySpan<byte> source, int count)
    {
        CorruptEncodingException.ThrowIf(width > Bits, "a packed width exceeds the width of the values");
        CorruptEncodingException.ThrowIf(width == 0 && count > UnbackedValues, "more values of zero bits are claimed than can be built without stored data");
        CorruptEncodingException.ThrowIf((long)(count / FastLanes.UnitLength) * FastLanes.PackedBytes(width) > source.Length, "packed groups are cut off");
    }

    protected override void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target)
    {
        int valueBytes = Bits / 8;
        int groupBytes = FastLanes.PackedBytes(width);
        int groups = count / FastLanes.UnitLength;
        for (int group = 0; group < groups; group++)
        {
            PackedUnit.Decode(Bits, width, source.Slice(group * groupBytes, groupBytes), FastLanes.UnitLength, target.Slice(group * FastLanes.UnitLength * valueBytes, FastLanes.UnitLength * valueBytes));
        }
        int tail = count - groups * FastLanes.UnitLength;
        if (tail == 0)
        {
            return;
        }
        source = source[(groups * groupBytes)..];
        target = target.Slice(groups * FastLanes.UnitLength * valueBytes, tail * valueBytes);
        // The writer stores a short tail raw when that is no larger; only the length tells which it did.
        if (source.Length == target.Length)
        {
            source.CopyTo(target);
        }
        else
        {
            PackedUnit.Decode(Bits, width, source, tail, target);
        }
    }
}

internal sealed class RunLengthBlock(int bits, int lengthBits) : FixedBlockDecoder(CheckedBits(bits, lengthBits))
{
    static int CheckedBits(int bits, int lengthBits)
    {
        CorruptEncodingException.ThrowIf(bits is not (8 or 16 or 32 or 64 or 128) || lengthBits is not (8 or 16 or 32), "RLE: values or run lengths have a width that is not defined");
        return bits;
    }

    protected override void CheckCount(ReadOnlySpan<byte> source, int count)
    {
        Split(source, out var values, out var lengths);
        RunLength.CheckCount(values.Length / (Bits / 8), lengths, lengthBits, count);
    }

    protected override void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target)
    {
        Split(source, out var values, out var lengths);
        RunLength.Expand(Bits / 8, values, lengths, lengthBits, target);
    }

    static void Split(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> values, out ReadOnlySpan<byte> lengths)
    {
        CorruptEncodingException.ThrowIf(source.Length < 8, "RLE: the length of the values is cut off");
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(source);
        CorruptEncodingException.ThrowIf(size > (ulong)(source.Length - 8), "RLE: the values are cut off");
        values = source.Slice(8, (int)size);
        lengths = source[(8 + (int)size)..];
    }
}

internal sealed class ConstantBlock(ReadOnlyMemory<byte> value) : FixedBlockDecoder(value.Length * 8)
{
    protected override void CheckCount(ReadOnlySpan<byte> source, int count) =>
        CorruptEncodingException.ThrowIf((long)count * value.Length > ValueSink.UnbackedLimit || value.IsEmpty, "a constant block claims more values than can be built without stored data");

    protected override void Decode(ReadOnlySpan<byte> source, int count, Span<byte> target)
    {
        for (int i = 0; i < count; i++)
        {
            value.Span.CopyTo(target[(i * value.Length)..]);
        }
    }
}

internal sealed class CompressedBlock(CompressionScheme scheme, BlockDecoder inner) : BlockDecoder
{
    public override void Append(ReadOnlySpan<byte> source, int count, ValueSink sink)
    {
        using var plain = new Scratch<byte>(Compression.DecodedLength(scheme, source));
        Compression.Decode(scheme, source, plain.Span);
        inner.Append(plain.Span, count, sink);
    }

    public override void DecodeLevels(ReadOnlySpan<byte> source, Span<ushort> levels)
    {
        using var plain = new Scratch<byte>(Compression.DecodedLength(scheme, source));
        Compression.Decode(scheme, source, plain.Span);
        inner.DecodeLevels(plain.Span, levels);
    }
}

/// <summary>Strings: offset width, start of the bytes, offsets from there, bytes.</summary>
internal sealed class VariableBlock(int offsetBits) : BlockDecoder
{
    public override void Append(ReadOnlySpan<byte> source, int count, ValueSink sink)
    {
        const string CutOff = "a block of strings is cut off";
        var target = sink.As<VariableSink>();
        CorruptEncodingException.ThrowIf(offsetBits is not (32 or 64) || target.OffsetBits != offsetBits, "the offsets of a block of strings do not have the width of the column's type");
        int width = offsetBits / 8;
        CorruptEncodingException.ThrowIf(source.Length < 2 * width, CutOff);
        ulong bits = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(source) : BinaryPrimitives.ReadUInt64LittleEndian(source);
        ulong start = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) : BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        if (bits != (ulong)offsetBits)
        {
            throw new LanceNotSupportedException("old string block", "A dictionary is stored in a string form of early writers that is not supported; rewrite the table to read it.");
        }
        CorruptEncodingException.ThrowIf(start > (ulong)source.Length || start < (ulong)(2 * width) + (ulong)(count + 1L) * (ulong)width, CutOff);
        var offsets = source.Slice(2 * width, (count + 1) * width);
        var bytes = source[(int)start..];
        if (width == 4)
        {
            target.AppendRun(MemoryMarshal.Cast<byte, uint>(offsets), bytes);
        }
        else
        {
            target.AppendRun(MemoryMarshal.Cast<byte, ulong>(offsets), bytes);
        }
    }
}
