using System.Runtime.InteropServices;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Assembles full-zip pages: levels and value of every entry side by side, so that one row is one short read.</summary>
internal static class FullZipPage
{
    /// <summary>Values of a fixed number of bytes; without levels the buffer is the values themselves.</summary>
    public static EncodedPage EncodeFixed(PageLevels levels, ReadOnlyMemory<byte> values, int width, CompressiveEncoding encoding, long rows)
    {
        var layout = Start(levels, encoding, out var zipper);
        layout.BitsPerValue = checked((uint)width * 8);
        var page = new EncodedPage(new PageLayout { FullZipLayout = layout }, rows);
        if (!levels.HasLevels) return page.Add(values);
        var target = new ByteSink(checked(values.Length + levels.Entries * zipper.ControlBytes));
        var starts = levels.HasRepetition ? new RowStarts(rows) : null;
        var repetition = levels.HasRepetition ? levels.Repetition.Span : default;
        var definition = levels.HasDefinition ? levels.Definition.Span : default;
        var source = values.Span;
        var position = 0;
        for (var i = 0; i < levels.Entries; i++)
        {
            var r = repetition.IsEmpty ? (ushort)0 : repetition[i];
            var d = definition.IsEmpty ? (ushort)0 : definition[i];
            if (starts is not null && r == levels.MaxRepetition) starts.Add(target.Length);
            zipper.Write(target, r, d);
            if (d > levels.MaxVisible) continue;
            target.Append(source.Slice(position, width));
            position += width;
        }
        page.Add(target);
        return starts is null ? page : page.Add(starts.Finish(target.Length));
    }

    /// <summary>Values of any length, each with its length before it; nulls have neither length nor bytes.</summary>
    public static EncodedPage EncodeVariable(PageLevels levels, ReadOnlyMemory<byte> ends, ReadOnlyMemory<byte> bytes, int offsetBits, CompressiveEncoding encoding, long rows)
    {
        var layout = Start(levels, encoding, out var zipper);
        layout.BitsPerOffset = (uint)offsetBits;
        var target = new ByteSink(checked((int)Math.Min(Array.MaxLength, bytes.Length + (long)levels.Entries * (zipper.ControlBytes + offsetBits / 8))));
        var starts = new RowStarts(rows);
        var repetition = levels.HasRepetition ? levels.Repetition.Span : default;
        var definition = levels.HasDefinition ? levels.Definition.Span : default;
        var source = bytes.Span;
        var offsets = MemoryMarshal.Cast<byte, int>(ends.Span);
        var slot = 0;
        for (var i = 0; i < levels.Entries; i++)
        {
            var r = repetition.IsEmpty ? (ushort)0 : repetition[i];
            var d = definition.IsEmpty ? (ushort)0 : definition[i];
            if (r == levels.MaxRepetition) starts.Add(target.Length);
            zipper.Write(target, r, d);
            if (d > levels.MaxVisible) continue;
            if (d == 0)
            {
                var value = source[offsets[slot]..offsets[slot + 1]];
                if (offsetBits == 32) target.AppendValue(value.Length);
                else target.AppendValue((long)value.Length);
                target.Append(value);
            }
            slot++;
        }
        return new EncodedPage(new PageLayout { FullZipLayout = layout }, rows).Add(target).Add(starts.Finish(target.Length));
    }

    static FullZipLayout Start(PageLevels levels, CompressiveEncoding encoding, out Zipper zipper)
    {
        var bitsRepetition = PageLevels.BitsFor(levels.MaxRepetition);
        var bitsDefinition = PageLevels.BitsFor(levels.MaxDefinition);
        zipper = new Zipper(bitsRepetition, bitsDefinition);
        var layout = new FullZipLayout
        {
            BitsRep = (uint)bitsRepetition,
            BitsDef = (uint)bitsDefinition,
            NumItems = (uint)levels.Entries,
            NumVisibleItems = (uint)levels.Slots,
            ValueCompression = encoding,
        };
        layout.Layers.Add(levels.Layers);
        return layout;
    }

    readonly struct Zipper(int bitsRepetition, int bitsDefinition)
    {
        public int ControlBytes { get; } = (bitsRepetition + bitsDefinition) switch { 0 => 0, <= 8 => 1, <= 16 => 2, _ => 4 };

        public void Write(ByteSink target, ushort repetition, ushort definition)
        {
            var word = (uint)repetition << bitsDefinition | definition;
            switch (ControlBytes)
            {
                case 0: break;
                case 1: target.AppendValue((byte)word); break;
                case 2: target.AppendValue((ushort)word); break;
                default: target.AppendValue(word); break;
            }
        }
    }

    /// <summary>Where each row starts, then the total, in the narrowest integers that hold the total.</summary>
    sealed class RowStarts(long rows)
    {
        readonly ByteSink _starts = new(checked((int)(rows + 1) * 4));

        public void Add(int position) => _starts.AppendValue(position);

        public ByteSink Finish(int total)
        {
            Add(total);
            if (total > ushort.MaxValue) return _starts;
            var wide = MemoryMarshal.Cast<byte, int>(_starts.Span);
            var narrow = new ByteSink(wide.Length * 2);
            foreach (var start in wide)
            {
                if (total <= byte.MaxValue) narrow.AppendValue((byte)start);
                else narrow.AppendValue((ushort)start);
            }
            _starts.Dispose();
            return narrow;
        }
    }
}
