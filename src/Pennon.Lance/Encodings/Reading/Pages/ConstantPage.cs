using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>A page whose values are all null, or all the same.</summary>
internal sealed class ConstantPage : Page
{
    const int CachedLevels = 4 << 20;
    const long MaxLevels = ValueSink.UnbackedLimit / 2;

    readonly BlockDecoder? _repetition;
    readonly BlockDecoder? _definition;
    readonly long _repetitionCount;
    readonly long _definitionCount;
    readonly bool _isInline;
    readonly ReadOnlyMemory<byte> _inline;
    readonly int _valueBuffer = -1;
    readonly int _levelBuffer = -1;
    StoredLevels? _levels;

    sealed record StoredLevels(ushort[] Repetition, ushort[] Definition);

    public ConstantPage(ConstantLayout layout, PageLocation location) : base(location, new PageNesting(layout.Layers))
    {
        _repetition = layout.RepCompression is null ? null : BlockDecoder.Create(layout.RepCompression);
        _definition = layout.DefCompression is null ? null : BlockDecoder.Create(layout.DefCompression);
        CorruptEncodingException.ThrowIf(layout.NumRepValues > MaxLevels || layout.NumDefValues > MaxLevels, "a constant page has an impossible number of levels");
        _repetitionCount = (long)layout.NumRepValues;
        _definitionCount = (long)layout.NumDefValues;
        _isInline = layout.HasInlineValue;
        _inline = layout.InlineValue.Memory;
        switch (location.BufferCount)
        {
            case 0:
                break;
            case 1 when !_isInline:
                _valueBuffer = 0;
                break;
            case 2:
                _levelBuffer = 0;
                break;
            case 3 when !_isInline:
                (_valueBuffer, _levelBuffer) = (0, 1);
                break;
            default:
                throw new CorruptEncodingException("a constant page has a number of buffers that means nothing");
        }
        CorruptEncodingException.ThrowIf(Nesting.HasLists && _levelBuffer < 0, "a constant page with lists has no levels");
    }

    public override PageRead Begin(IReadOnlyList<RowRange> ranges, ValueSink sink) => new Read(this, ranges, sink);

    StoredLevels DecodeLevels(ReadOnlySpan<byte> repetition, ReadOnlySpan<byte> definition)
    {
        var levels = new StoredLevels(
            Decode(_repetition, repetition, _repetitionCount), Decode(_definition, definition, _definitionCount));
        CorruptEncodingException.ThrowIf(Nesting.HasLists == (levels.Repetition.Length == 0), "a constant page has repetition levels without lists, or lists without them");
        CorruptEncodingException.ThrowIf(Nesting.HasLists && levels.Repetition[0] != Nesting.MaxRepetition, "a constant page does not begin with a row");
        CorruptEncodingException.ThrowIf(
            levels.Definition.Length > 0 && levels.Definition.Length != (Nesting.HasLists ? levels.Repetition.Length : Location.Rows),
            "a constant page has another number of definition levels than entries");
        return levels;
    }

    static ushort[] Decode(BlockDecoder? decoder, ReadOnlySpan<byte> source, long count)
    {
        if (decoder is null)
        {
            return source.IsEmpty ? [] : MemoryMarshal.Cast<byte, ushort>(source).ToArray();
        }
        var levels = new ushort[count];
        decoder.DecodeLevels(source, levels);
        return levels;
    }

    /// <summary>The one value, as the bytes of a fixed-width or a variable-width type.</summary>
    static ReadOnlySpan<byte> ParseValue(ReadOnlySpan<byte> buffer, ValueSink sink)
    {
        const string CutOff = "the value of a constant page is cut off";
        CorruptEncodingException.ThrowIf(buffer.Length < 4, CutOff);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        CorruptEncodingException.ThrowIf(count is not (1 or 2) || buffer.Length < 4 + 4 * (int)count, CutOff);
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(buffer[4..]);
        var data = buffer[(4 + 4 * (int)count)..];
        CorruptEncodingException.ThrowIf(first > (uint)data.Length, CutOff);
        if (count == 1)
        {
            return data[..(int)first];
        }
        int width = sink.As<VariableSink>().OffsetBits / 8;
        uint second = BinaryPrimitives.ReadUInt32LittleEndian(buffer[8..]);
        CorruptEncodingException.ThrowIf(first != 2 * width || second > (uint)data.Length - first, CutOff);
        ulong start = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt64LittleEndian(data);
        ulong end = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) : BinaryPrimitives.ReadUInt64LittleEndian(data[8..]);
        CorruptEncodingException.ThrowIf(start > end || end > second, "the offsets of a constant value are out of range");
        return data.Slice((int)first, (int)second)[(int)start..(int)end];
    }

    static void AppendValue(ReadOnlySpan<byte> value, int count, ValueSink sink)
    {
        switch (sink)
        {
            case VariableSink variable:
                variable.AppendRepeated(value, count);
                break;
            case BitSink bits:
                CorruptEncodingException.ThrowIf(value.Length != 1, "a constant boolean is not one byte");
                bits.AppendRun(value[0] != 0, count);
                break;
            default:
                sink.AsFixed(value.Length).AppendRepeated(value, count);
                break;
        }
    }

    sealed class Read(ConstantPage page, IReadOnlyList<RowRange> ranges, ValueSink sink) : PageRead
    {
        int _stage;
        int _value = -1;
        int _repetition = -1;
        int _definition = -1;

        public override bool Plan(ReadPlan plan)
        {
            if (_stage++ > 0)
            {
                return false;
            }
            if (page._valueBuffer >= 0)
            {
                _value = page.Location.RequestAll(plan, page._valueBuffer);
            }
            if (page._levelBuffer >= 0 && page._levels is null)
            {
                _repetition = page.Location.RequestAll(plan, page._levelBuffer);
                _definition = page.Location.RequestAll(plan, page._levelBuffer + 1);
            }
            return _value >= 0 || _repetition >= 0;
        }

        public override void Decode(ReadPlan plan, LevelStore levels)
        {
            StoredLevels? stored = page._levels;
            if (_repetition >= 0)
            {
                stored = page.DecodeLevels(plan.Bytes(_repetition), plan.Bytes(_definition));
                if (stored.Repetition.Length + stored.Definition.Length <= CachedLevels)
                {
                    page._levels = stored;
                }
            }
            int position = 0;
            long row = 0;
            foreach (var range in ranges)
            {
                int entries = (int)range.Count;
                if (page.Nesting.HasLists)
                {
                    var repetition = stored!.Repetition.AsSpan(position);
                    int from = Levels.IndexOfNth(repetition, (ushort)page.Nesting.MaxRepetition, range.Start - row);
                    int to = Levels.IndexOfNth(repetition, (ushort)page.Nesting.MaxRepetition, range.End - row);
                    CorruptEncodingException.ThrowIf(from >= to, "a constant page has fewer rows in its levels than it states");
                    entries = to - from;
                    Append(stored.Repetition.AsSpan(position + from, entries), Slice(stored.Definition, position + from, entries), entries, levels);
                    position += to;
                    row = range.End;
                }
                else
                {
                    Append([], Slice(stored?.Definition ?? [], (int)Math.Min(range.Start, int.MaxValue), entries), entries, levels);
                }
            }

            void Append(ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, int entries, LevelStore target)
            {
                bool allNull = !page._isInline && _value < 0;
                target.Append(page.Nesting, repetition, definition, entries, leavesAreNull: allNull);
                int visible = definition.IsEmpty ? entries : Levels.CountUpTo(definition, page.Nesting.MaxVisible);
                if (allNull)
                {
                    sink.AppendEmpty(visible);
                }
                else
                {
                    AppendValue(page._isInline ? page._inline.Span : ParseValue(plan.Bytes(_value), sink), visible, sink);
                }
            }
        }

        static ReadOnlySpan<ushort> Slice(ushort[] levels, int start, int count) => levels.Length == 0 ? [] : levels.AsSpan(start, count);
    }
}
