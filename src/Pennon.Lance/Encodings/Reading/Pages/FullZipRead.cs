using System.Buffers.Binary;
using Pennon.Lance.Files;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>One read of a full-zip page: positions from the row index where there is one, then the entries.</summary>
internal sealed class FullZipRead(FullZipPage page, IReadOnlyList<RowRange> ranges, ValueSink sink) : PageRead
{
    const int LevelBatch = 1024;

    readonly int[] _indexHandles = new int[page.HasRowIndex ? ranges.Count : 0];
    readonly int[] _handles = new int[ranges.Count];
    int _stage;

    public override bool Plan(ReadPlan plan)
    {
        switch (_stage++)
        {
            case 0 when page.HasRowIndex:
                for (int i = 0; i < ranges.Count; i++)
                {
                    _indexHandles[i] = page.Location.Request(plan, 1, ranges[i].Start * page.IndexWidth, (ranges[i].Count + 1) * page.IndexWidth);
                }
                return true;
            case 0:
                _stage = 2;
                int stride = page.ControlWidth + page.ValueWidth;
                for (int i = 0; i < ranges.Count; i++)
                {
                    _handles[i] = page.Location.Request(plan, 0, ranges[i].Start * stride, ranges[i].Count * stride);
                }
                return true;
            case 1:
                for (int i = 0; i < ranges.Count; i++)
                {
                    var index = plan.Bytes(_indexHandles[i]);
                    long start = Position(index, 0);
                    long end = Position(index, (int)ranges[i].Count);
                    CorruptEncodingException.ThrowIf(start > end, "positions in the row index decrease");
                    _handles[i] = page.Location.Request(plan, 0, start, end - start);
                }
                return true;
            default:
                return false;
        }
    }

    long Position(ReadOnlySpan<byte> index, int row)
    {
        var at = index[(row * page.IndexWidth)..];
        return page.IndexWidth switch
        {
            1 => at[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(at),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(at),
            _ => BinaryPrimitives.ReadInt64LittleEndian(at),
        };
    }

    public override void Decode(ReadPlan plan, LevelStore levels)
    {
        for (int i = 0; i < ranges.Count; i++)
        {
            int rows = (int)ranges[i].Count;
            if (page.ControlWidth == 0 && page.LengthWidth == 0)
            {
                levels.Append(page.Nesting, [], [], rows);
                AppendPlain(plan, _handles[i], rows);
            }
            else
            {
                DecodeEntries(plan.Bytes(_handles[i]), rows, levels);
            }
        }
    }

    /// <summary>Values without levels: a plain array, which becomes the column's memory itself if it is all the column needs.</summary>
    void AppendPlain(ReadPlan plan, int handle, int rows)
    {
        if (page.Fixed!.PlainSink(sink) is { } plain
            && plain.TryAdopt(plan.TryGetBuffer(handle, 8), (int)((long)rows * page.ValueWidth / plain.Width)))
        {
            page.Fixed.AdvancePlain(sink, rows);
            return;
        }
        page.Fixed.Append(plan.Bytes(handle), rows, sink);
    }

    void DecodeEntries(ReadOnlySpan<byte> data, int rows, LevelStore levels)
    {
        const string CutOff = "an entry is cut off";
        bool lists = page.Nesting.HasLists;
        int definitionMask = (1 << page.DefinitionBits) - 1;
        int maxVisible = page.Nesting.MaxVisible;
        Span<ushort> repetition = stackalloc ushort[LevelBatch];
        Span<ushort> definition = stackalloc ushort[LevelBatch];
        int batch = 0;
        int rowsSeen = 0;
        if (page.LengthWidth > 0 && sink is VariableSink variable)
        {
            variable.EnsureData(data.Length);
        }
        while (!data.IsEmpty || (page.ControlWidth == 0 && rowsSeen < rows))
        {
            CorruptEncodingException.ThrowIf(data.Length < page.ControlWidth, CutOff);
            uint control = page.ControlWidth switch
            {
                0 => 0,
                1 => data[0],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(data),
                _ => BinaryPrimitives.ReadUInt32LittleEndian(data),
            };
            data = data[page.ControlWidth..];
            int level = (int)control & definitionMask;
            int repeat = (int)(control >> page.DefinitionBits);
            rowsSeen += !lists || repeat == page.Nesting.MaxRepetition ? 1 : 0;
            CorruptEncodingException.ThrowIf(rowsSeen == 0 || rowsSeen > rows, "entries and the row index do not agree");
            CorruptEncodingException.ThrowIf(repeat > page.Nesting.MaxRepetition, "a repetition level names no list");
            repetition[batch] = (ushort)repeat;
            definition[batch] = (ushort)level;
            if (++batch == LevelBatch)
            {
                AppendLevels(levels, repetition, definition, batch);
                batch = 0;
            }
            if (level > maxVisible)
            {
                continue;
            }
            data = page.LengthWidth == 0 ? AppendFixed(data) : AppendVariable(data, level);
        }
        CorruptEncodingException.ThrowIf(rowsSeen != rows, "entries and the row index do not agree");
        AppendLevels(levels, repetition, definition, batch);
    }

    void AppendLevels(LevelStore levels, ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, int count) =>
        levels.Append(page.Nesting, page.Nesting.HasLists ? repetition[..count] : [], page.DefinitionBits > 0 && count > 0 ? definition[..count] : [], count);

    ReadOnlySpan<byte> AppendFixed(ReadOnlySpan<byte> data)
    {
        CorruptEncodingException.ThrowIf(data.Length < page.ValueWidth, "a value is cut off");
        page.Fixed!.Append(data[..page.ValueWidth], 1, sink);
        return data[page.ValueWidth..];
    }

    ReadOnlySpan<byte> AppendVariable(ReadOnlySpan<byte> data, int level)
    {
        if (level != 0)
        {
            sink.AppendEmpty(1);
            return data;
        }
        CorruptEncodingException.ThrowIf(data.Length < page.LengthWidth, "the length of a value is cut off");
        ulong length = page.LengthWidth == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt64LittleEndian(data);
        data = data[page.LengthWidth..];
        CorruptEncodingException.ThrowIf(length > (ulong)data.Length, "a value is cut off");
        page.Variable!.Append(data[..(int)length], sink);
        return data[(int)length..];
    }
}
