using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>Chooses the layout and encoding of a page by what its values are, and encodes it.</summary>
internal static class PageEncoder
{
    // From this size on a value is read on its own rather than with a chunk of neighbours.
    const int FullZipBytes = 256;

    // Strings stay in chunks until they are long on average, or one of them would make a chunk huge.
    const int LongString = 4096;
    const int LongStringAverage = 512;

    const int MinFsstBytes = 32 * 1024;

    /// <summary>Encodes the rows of a buffer. The page may refer to the buffer's memory.</summary>
    public static EncodedPage Encode(LevelPath path, LeafBuffer buffer)
    {
        var levels = PageLevels.Settle(path, buffer.Repetition, buffer.Definition, buffer.Entries, buffer.Slots);
        var valid = levels.HasDefinition ? levels.Definition.Span.Count((ushort)0) : buffer.Slots;
        if (valid == 0) return ConstantPage.EncodeMissing(levels, buffer.Rows);
        var shape = buffer.Shape;
        return shape.Kind switch
        {
            LeafKind.Boolean => EncodeBooleans(levels, buffer),
            LeafKind.Variable => EncodeVariable(levels, buffer),
            LeafKind.Vector => EncodeVectors(levels, buffer),
            LeafKind.Dictionary => EncodeDictionary(levels, buffer),
            _ => shape.Width switch
            {
                1 => EncodeIntegers<byte>(levels, buffer),
                2 => EncodeIntegers<ushort>(levels, buffer),
                4 => EncodeIntegers<uint>(levels, buffer),
                8 => EncodeIntegers<ulong>(levels, buffer),
                _ => EncodeWide(levels, buffer),
            },
        };
    }

    static EncodedPage EncodeIntegers<T>(PageLevels levels, LeafBuffer buffer) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(buffer.Values.Span);
        if (levels.HasDefinition) FillIfConstant(values, levels);
        var first = values[0];
        if (!levels.HasLevels && !values.ContainsAnyExcept(first)) return ConstantPage.EncodeFixed(levels, buffer.Values.Span[..Unsafe.SizeOf<T>()], buffer.Rows);
        var best = ChooseIntegers<T>(buffer.Values.Memory, out var size);
        if (Unsafe.SizeOf<T>() == 8 && size > 4096 && DictionaryBuilder.TryBuild(MemoryMarshal.Cast<byte, ulong>(buffer.Values.Span)) is var (items, indices))
        {
            var codes = ChooseIntegers<uint>(indices.Memory, out var codesSize);
            if (codesSize + 8L * items.Count < size / 8 * 7 && MiniBlockPage.TryEncode(levels, codes, buffer.Rows, items) is { } page) return page.Own(items).Own(indices);
            items.Dispose();
            indices.Dispose();
        }
        return MiniBlockPage.TryEncode(levels, best, buffer.Rows) ?? FullZipPage.EncodeFixed(levels, buffer.Values.Memory, Unsafe.SizeOf<T>(), Descriptions.Flat(8 * Unsafe.SizeOf<T>()), buffer.Rows);
    }

    /// <summary>Gives missing slots the one value that all others have, if there is one, so that the page becomes a few runs.</summary>
    static void FillIfConstant<T>(Span<T> values, PageLevels levels) where T : unmanaged, IEquatable<T>
    {
        var definition = levels.Definition.Span;
        var constant = default(T);
        var found = false;
        var slot = 0;
        foreach (var level in definition)
        {
            if (level > levels.MaxVisible) continue;
            var value = values[slot++];
            if (level != 0) continue;
            if (!found) (constant, found) = (value, true);
            else if (!value.Equals(constant)) return;
        }
        values.Fill(constant);
    }

    static MiniBlockValues ChooseIntegers<T>(ReadOnlyMemory<byte> bytes, out long size) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes.Span);
        var width = Unsafe.SizeOf<T>();
        var flat = (long)values.Length * width;
        var packed = FixedStatistics.PackedSize<T>(values);
        var runs = FixedStatistics.Runs<T>(values) * (long)(width + 1) + values.Length / 255 * (width + 1);
        size = Math.Min(flat, Math.Min(packed, runs));
        if (runs < flat && runs < packed / 8 * 7) return new RunMiniBlocks<T>(bytes);
        return packed < flat / 16 * 15 ? new BitpackedMiniBlocks<T>(bytes) : new FlatMiniBlocks(bytes, width);
    }

    static EncodedPage EncodeBooleans(PageLevels levels, LeafBuffer buffer)
    {
        var flags = buffer.Values.Span;
        if (!levels.HasLevels && !flags.ContainsAnyExcept(flags[0])) return ConstantPage.EncodeFixed(levels, flags[..1], buffer.Rows);
        return MiniBlockPage.TryEncode(levels, new BitMiniBlocks(buffer.Values.Memory), buffer.Rows) ?? FullZipPage.EncodeFixed(levels, buffer.Values.Memory, 1, Descriptions.Flat(8), buffer.Rows);
    }

    static EncodedPage EncodeWide(PageLevels levels, LeafBuffer buffer)
    {
        var width = buffer.Shape.Width;
        var values = buffer.Values.Memory;
        if (!levels.HasLevels && width <= ConstantPage.MaxInlineBytes && IsConstant(values.Span, width)) return ConstantPage.EncodeFixed(levels, values.Span[..width], buffer.Rows);
        if (width >= FullZipBytes && !levels.HasRepetition) return FullZipPage.EncodeFixed(levels, values, width, Descriptions.Flat(8 * width), buffer.Rows);
        return MiniBlockPage.TryEncode(levels, new FlatMiniBlocks(values, width), buffer.Rows) ?? FullZipPage.EncodeFixed(levels, values, width, Descriptions.Flat(8 * width), buffer.Rows);
    }

    // Every value equals the first exactly when the bytes equal themselves shifted by one value.
    static bool IsConstant(ReadOnlySpan<byte> values, int width) => values[width..].SequenceEqual(values[..^width]);

    static EncodedPage EncodeVectors(PageLevels levels, LeafBuffer buffer)
    {
        var shape = buffer.Shape.Vector!;
        var inMiniBlocks = shape.BytesPerValue < FullZipBytes || levels.HasRepetition || shape.ItemBits == 1;
        if (inMiniBlocks && MiniBlockPage.TryEncode(levels, new VectorMiniBlocks(shape, buffer.Values.Memory, buffer.ItemValidity), buffer.Rows) is { } page) return page;
        if (shape.ItemBits == 1) throw new LanceNotSupportedException("sparse list of boolean vectors", "Lists of boolean vectors with very long stretches of missing lists cannot be written; write fewer rows at a time.");
        var encoding = shape.Describe(buffer.ItemValidity);
        if (Array.TrueForAll(buffer.ItemValidity, static flags => flags is null)) return FullZipPage.EncodeFixed(levels, buffer.Values.Memory, shape.BytesPerValue, encoding, buffer.Rows);
        var zipped = ZipValidity(shape, buffer, out var width);
        return FullZipPage.EncodeFixed(levels, zipped.Memory, width, encoding, buffer.Rows).Own(zipped);
    }

    /// <summary>Puts the validity bitmaps of each vector in front of its items.</summary>
    static ByteSink ZipValidity(VectorShape shape, LeafBuffer buffer, out int width)
    {
        width = shape.BytesPerValue;
        var items = 1;
        for (var d = 0; d < shape.Dimensions.Length; d++)
        {
            items *= shape.Dimensions[d];
            if (buffer.ItemValidity[d] is not null) width += (items + 7) / 8;
        }
        var target = new ByteSink(checked(width * buffer.Slots));
        for (var i = 0; i < buffer.Slots; i++)
        {
            items = 1;
            for (var d = 0; d < shape.Dimensions.Length; d++)
            {
                items *= shape.Dimensions[d];
                if (buffer.ItemValidity[d] is { } flags) FlagPacking.Pack(flags.Span.Slice(i * items, items), target.Extend((items + 7) / 8));
            }
            target.Append(buffer.Values.Span.Slice(i * shape.BytesPerValue, shape.BytesPerValue));
        }
        return target;
    }

    static EncodedPage EncodeDictionary(PageLevels levels, LeafBuffer buffer)
    {
        var indices = buffer.Values.Memory;
        MiniBlockValues codes = buffer.Shape.Width switch
        {
            1 => ChooseIntegers<byte>(indices, out _),
            2 => ChooseIntegers<ushort>(indices, out _),
            4 => ChooseIntegers<uint>(indices, out _),
            _ => ChooseIntegers<ulong>(indices, out _),
        };
        return MiniBlockPage.TryEncode(levels, codes, buffer.Rows, buffer.Dictionary!.ToPageDictionary())
            ?? throw new LanceNotSupportedException("sparse list of dictionary values", "Lists of dictionary values with very long stretches of missing lists cannot be written; write fewer rows at a time.");
    }

    static EncodedPage EncodeVariable(PageLevels levels, LeafBuffer buffer)
    {
        var bits = buffer.Shape.OffsetBits;
        var ends = MemoryMarshal.Cast<byte, int>(buffer.Ends.Span);
        var bytes = buffer.Values.Span;
        if (!levels.HasLevels && IsConstant(ends, bytes)) return ConstantPage.EncodeVariable(levels, bytes[..ends[1]], bits, buffer.Rows);
        if (TryEncodeWithDictionary(levels, buffer) is { } page) return page;
        var longest = 0;
        for (var i = 1; i < ends.Length; i++) longest = Math.Max(longest, ends[i] - ends[i - 1]);
        // A leaf below a list stays in mini-blocks whatever its length: LanceDB misreads full-zip pages below nullable structs there.
        var fullZip = !levels.HasRepetition && (longest >= LongString || bytes.Length / (ends.Length - 1) >= LongStringAverage);
        if (buffer.Shape.IsText && bytes.Length >= MinFsstBytes && FsstTable.Train(bytes, ends) is { } table && table.EstimatedRatio < 0.9)
        {
            var coded = table.Encode(bytes, ends, out var codedEnds);
            var encoded = fullZip ? null : MiniBlockPage.TryEncode(levels, new VariableMiniBlocks(codedEnds.Memory, coded.Memory, bits, table.Serialize()), buffer.Rows);
            encoded ??= FullZipPage.EncodeVariable(levels, codedEnds.Memory, coded.Memory, bits, Descriptions.Fsst(table.Serialize(), bits), buffer.Rows);
            return encoded.Own(coded).Own(codedEnds);
        }
        return (fullZip ? null : MiniBlockPage.TryEncode(levels, new VariableMiniBlocks(buffer.Ends.Memory, buffer.Values.Memory, bits, null), buffer.Rows))
            ?? FullZipPage.EncodeVariable(levels, buffer.Ends.Memory, buffer.Values.Memory, bits, Descriptions.Variable(bits), buffer.Rows);
    }

    static bool IsConstant(ReadOnlySpan<int> ends, ReadOnlySpan<byte> bytes)
    {
        var length = ends[1];
        if (bytes.Length != (long)length * (ends.Length - 1)) return false;
        for (var i = 1; i < ends.Length; i++)
            if (ends[i] != i * length) return false;
        return length == 0 || IsConstant(bytes, length);
    }

    static EncodedPage? TryEncodeWithDictionary(PageLevels levels, LeafBuffer buffer)
    {
        var ends = MemoryMarshal.Cast<byte, int>(buffer.Ends.Span);
        // Levels line up with slots only where every entry owns one; elsewhere a missing value is an item like any other.
        var missing = levels.HasDefinition && levels.Entries == levels.Slots ? levels.Definition.Span : default;
        if (DictionaryBuilder.TryBuild(ends, buffer.Values.Span, missing, buffer.Shape.OffsetBits) is not var (items, indices)) return null;
        var codes = ChooseIntegers<uint>(indices.Memory, out var size);
        // The plain form is judged as if FSST could halve it.
        var plain = buffer.Values.Length / (buffer.Shape.IsText ? 2 : 1) + 4L * (ends.Length - 1);
        if (size + items.ByteSize < plain && MiniBlockPage.TryEncode(levels, codes, buffer.Rows, items) is { } page) return page.Own(items).Own(indices);
        items.Dispose();
        indices.Dispose();
        return null;
    }
}
