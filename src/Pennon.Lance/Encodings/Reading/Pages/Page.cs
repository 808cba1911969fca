using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Rows of a page or of a file, in ascending order and without overlap.</summary>
internal readonly record struct RowRange(long Start, long Count)
{
    public long End => Start + Count;
}

/// <summary>Where one page lies in its file.</summary>
internal sealed class PageLocation(string file, long[] offsets, long[] sizes, long rows)
{
    public string File => file;

    public long Rows => rows;

    public int BufferCount => offsets.Length;

    public long Size(int buffer)
    {
        CheckBuffer(buffer);
        return sizes[buffer];
    }

    /// <summary>The file position of a buffer; 0 for a page without buffers.</summary>
    public long Offset(int buffer) => buffer < offsets.Length ? offsets[buffer] : 0;

    /// <summary>Asks for a part of a buffer.</summary>
    public int Request(ReadPlan plan, int buffer, long start, long length)
    {
        CheckBuffer(buffer);
        CorruptEncodingException.ThrowIf(start < 0 || length < 0 || start > sizes[buffer] || length > sizes[buffer] - start, "a range lies outside its page buffer");
        return plan.Add(offsets[buffer] + start, length);
    }

    public int RequestAll(ReadPlan plan, int buffer) => Request(plan, buffer, 0, Size(buffer));

    void CheckBuffer(int buffer) => CorruptEncodingException.ThrowIf(buffer >= offsets.Length, "a page has fewer buffers than its layout needs");
}

/// <summary>A page of file version 2.1 or later. Instances are shared by concurrent reads and keep what they learn about
/// their chunks.</summary>
internal abstract class Page(PageLocation location, PageNesting nesting)
{
    public PageLocation Location => location;

    public PageNesting Nesting => nesting;

    /// <summary>Starts reading rows of the page into a sink.</summary>
    public abstract PageRead Begin(IReadOnlyList<RowRange> ranges, ValueSink sink);

    public static Page Create(PageLayout layout, PageLocation location, int depth = 0)
    {
        switch (layout.LayoutCase)
        {
            case PageLayout.LayoutOneofCase.MiniBlockLayout:
                return new MiniBlockPage(layout.MiniBlockLayout, location);
            case PageLayout.LayoutOneofCase.FullZipLayout:
                return new FullZipPage(layout.FullZipLayout, location);
            case PageLayout.LayoutOneofCase.ConstantLayout:
                return new ConstantPage(layout.ConstantLayout, location);
            case PageLayout.LayoutOneofCase.BlobLayout:
                CorruptEncodingException.ThrowIf(depth > 0 || layout.BlobLayout.InnerLayout is null, "a blob page has no inner page");
                return new BlobPage(layout.BlobLayout, Create(layout.BlobLayout.InnerLayout, location, depth + 1));
            case PageLayout.LayoutOneofCase.SparseLayout:
                throw new LanceNotSupportedException("sparse page layout", $"A page of '{location.File}' has the sparse layout of the unstable file version 2.3; rewrite the table in file version 2.2 to read it.");
            default:
                throw new CorruptEncodingException("a page has no known layout");
        }
    }
}

/// <summary>One read of one page: asks for bytes until it has all it needs, then decodes them.</summary>
internal abstract class PageRead
{
    /// <summary>Adds the byte ranges needed next to the plan; false when there are none left and <see cref="Decode"/> may run.</summary>
    public abstract bool Plan(ReadPlan plan);

    /// <summary>Appends the rows to the levels of the column and to the sink of the read.</summary>
    public abstract void Decode(ReadPlan plan, LevelStore levels);
}
