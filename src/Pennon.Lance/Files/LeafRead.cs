using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;

namespace Pennon.Lance.Files;

/// <summary>One read of one leaf column: its pages, and the levels and values they produce.</summary>
internal sealed class LeafRead : IDisposable
{
    readonly FileColumnReader _reader;
    readonly List<(int Page, PageRead Read)> _pages = [];
    readonly string _name;
    bool _built;

    public LeafRead(FileColumnReader reader, Field field, ColumnNesting nesting, IReadOnlyList<RowRange> ranges, int rows)
    {
        _reader = reader;
        _name = field.Name;
        Levels = new LevelStore(nesting, nesting.ListCount > 0 ? 0 : rows);
        Values = ValueSink.Create(field.Type, nesting.ListCount > 0 ? 0 : rows);
        foreach (var (page, pageRanges) in reader.Split(ranges))
        {
            try
            {
                _pages.Add((page, reader.Page(page).Begin(pageRanges, Values)));
            }
            catch (CorruptEncodingException error)
            {
                throw reader.Corrupt(page, error);
            }
        }
    }

    public LevelStore Levels { get; }

    public ValueSink Values { get; }

    public bool Plan(ReadPlan plan)
    {
        bool more = false;
        foreach (var (page, read) in _pages)
        {
            try
            {
                more |= read.Plan(plan);
            }
            catch (CorruptEncodingException error)
            {
                throw _reader.Corrupt(page, error);
            }
        }
        return more;
    }

    public void Decode(ReadPlan plan)
    {
        foreach (var (page, read) in _pages)
        {
            try
            {
                read.Decode(plan, Levels);
            }
            catch (CorruptEncodingException error)
            {
                throw _reader.Corrupt(page, error);
            }
        }
    }

    /// <summary>The values as an array; the sink is empty afterwards.</summary>
    public ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity)
    {
        _built = true;
        return Values.Build(type, nullCount, validity);
    }

    public LanceFormatException Inconsistent(string file, string message) => new($"Column '{_name}': {message}", file, -1);

    public void Dispose()
    {
        Levels.Dispose();
        if (!_built)
        {
            Values.Release();
        }
    }
}
