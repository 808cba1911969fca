using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;
using Pennon.Lance.Wire;
using Pennon.Lance.Wire.Encodings20;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Files;

/// <summary>One column of a file: where its pages are, and what they turned out to be.</summary>
internal sealed class FileColumnReader
{
    readonly int _column;
    readonly string _file;
    readonly long _position;
    readonly StoredPage[] _pages;
    readonly long[] _rowStarts;
    readonly Page?[] _decoders;

    sealed record StoredPage(PageLocation Location, Any Encoding);

    FileColumnReader(int column, string file, long position, StoredPage[] pages)
    {
        _column = column;
        _file = file;
        _position = position;
        _pages = pages;
        _decoders = new Page?[pages.Length];
        _rowStarts = new long[pages.Length + 1];
        for (int i = 0; i < pages.Length; i++)
        {
            _rowStarts[i + 1] = _rowStarts[i] + pages[i].Location.Rows;
        }
    }

    public int PageCount => _pages.Length;

    /// <summary>Rows of all pages; in file version 2.0 items, for the column of a list's items.</summary>
    public long Rows => _rowStarts[^1];

    public static FileColumnReader Parse(ReadOnlySpan<byte> bytes, int column, FileVersion version, string file, long position)
    {
        ColumnMetadata metadata;
        try
        {
            metadata = ColumnMetadata.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The metadata of column {column} cannot be parsed", file, position, error);
        }
        var pages = new StoredPage[metadata.Pages.Count];
        long rows = 0;
        for (int i = 0; i < pages.Length; i++)
        {
            var page = metadata.Pages[i];
            if (page.Length > long.MaxValue / 4 || page.BufferOffsets.Count != page.BufferSizes.Count || (rows += (long)page.Length) > long.MaxValue / 4)
            {
                throw new LanceFormatException($"Page {i} of column {column} has an impossible length or unequal numbers of buffer positions and sizes", file, position);
            }
            pages[i] = new StoredPage(
                new PageLocation(file, Positions(page.BufferOffsets), Positions(page.BufferSizes), (long)page.Length),
                ParseEncoding(page.Encoding, i, column, version, file, position));
        }
        return new FileColumnReader(column, file, position, pages);

        long[] Positions(IReadOnlyList<ulong> values)
        {
            var result = new long[values.Count];
            for (int i = 0; i < result.Length; i++)
            {
                if (values[i] > long.MaxValue)
                {
                    throw new LanceFormatException($"A buffer of column {column} lies outside the file", file, position);
                }
                result[i] = (long)values[i];
            }
            return result;
        }
    }

    static Any ParseEncoding(StoredEncoding? encoding, int page, int column, FileVersion version, string file, long position)
    {
        if (encoding?.LocationCase == StoredEncoding.LocationOneofCase.Indirect)
        {
            throw new LanceNotSupportedException("deferred page encodings", $"Page {page} of column {column} of '{file}' keeps its encoding outside the column metadata, which is not supported.");
        }
        if (encoding?.LocationCase != StoredEncoding.LocationOneofCase.Direct)
        {
            throw new LanceFormatException($"Page {page} of column {column} has no encoding", file, position);
        }
        try
        {
            var any = Any.Parser.ParseFrom(encoding.Direct.Encoding);
            string wanted = version.HasLeafColumns ? "lance.encodings21.PageLayout" : "lance.encodings.ArrayEncoding";
            if (Any.GetTypeName(any.TypeUrl) != wanted)
            {
                throw new LanceFormatException($"Page {page} of column {column} is described by '{any.TypeUrl}' instead of {wanted}", file, position);
            }
            return any;
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The encoding of page {page} of column {column} cannot be parsed", file, position, error);
        }
    }

    public void CheckRows(long rows)
    {
        if (Rows != rows)
        {
            throw new LanceFormatException($"The pages of column {_column} have {Rows} rows and the file {rows}", _file, _position);
        }
    }

    /// <summary>The page's decoder, made on first use.</summary>
    public Page Page(int index)
    {
        if (_decoders[index] is { } known)
        {
            return known;
        }
        try
        {
            return _decoders[index] = Encodings.Reading.Page.Create(PageLayout.Parser.ParseFrom(_pages[index].Encoding.Value), _pages[index].Location);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The layout of page {index} of column {_column} cannot be parsed", _file, _position, error);
        }
        catch (CorruptEncodingException error)
        {
            throw Corrupt(index, error);
        }
    }

    /// <summary>The encoding of a page of file version 2.0.</summary>
    public ArrayEncoding Encoding20(int index)
    {
        try
        {
            return ArrayEncoding.Parser.ParseFrom(_pages[index].Encoding.Value);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The encoding of page {index} of column {_column} cannot be parsed", _file, _position, error);
        }
    }

    public PageLocation Location(int index) => _pages[index].Location;

    /// <summary>The row that a page starts with.</summary>
    public long RowStart(int page) => _rowStarts[page];

    /// <summary>Splits row ranges of the column at page boundaries: for each page that holds any, its ranges counted from its
    /// own first row.</summary>
    public List<(int Page, List<RowRange> Ranges)> Split(IReadOnlyList<RowRange> ranges)
    {
        var result = new List<(int Page, List<RowRange> Ranges)>();
        int page = 0;
        foreach (var range in ranges)
        {
            if (_rowStarts[page + 1] <= range.Start)
            {
                page = PageOf(range.Start);
            }
            for (long row = range.Start; row < range.End;)
            {
                while (_rowStarts[page + 1] <= row)
                {
                    page++;
                }
                long end = Math.Min(range.End, _rowStarts[page + 1]);
                if (result.Count == 0 || result[^1].Page != page)
                {
                    result.Add((page, []));
                }
                result[^1].Ranges.Add(new RowRange(row - _rowStarts[page], end - row));
                row = end;
            }
        }
        return result;
    }

    int PageOf(long row)
    {
        int at = Array.BinarySearch(_rowStarts, row);
        return at >= 0 ? at : ~at - 1;
    }

    public LanceFormatException Corrupt(int page, CorruptEncodingException error) =>
        new($"Page {page} of column {_column} is corrupt: {error.Message}", _file, _pages[page].Location.Offset(0), error);
}
