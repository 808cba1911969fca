using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// A page of small chunks, each with the levels and values of a few hundred to a few thousand slots. Chunk sizes lie in a
/// table of their own, so that any row is found by reading that table and one chunk.
/// </summary>
internal sealed class MiniBlockPage : Page
{
    const int MaxValueBuffers = 32;

    readonly bool _hasRepetition;
    readonly bool _hasDefinition;

    public MiniBlockPage(MiniBlockLayout layout, PageLocation location) : base(location, new PageNesting(layout.Layers))
    {
        _hasRepetition = layout.RepCompression is not null;
        _hasDefinition = layout.DefCompression is not null;
        Repetition = _hasRepetition ? BlockDecoder.Create(layout.RepCompression!) : null;
        Definition = _hasDefinition ? BlockDecoder.Create(layout.DefCompression!) : null;
        Values = MiniBlockDecoder.Create(layout.ValueCompression);
        Dictionary = layout.Dictionary is null ? null : BlockDecoder.Create(layout.Dictionary);
        CorruptEncodingException.ThrowIf(layout.NumDictionaryItems > int.MaxValue / 16, "a dictionary has an impossible number of items");
        DictionaryItems = (int)layout.NumDictionaryItems;
        IndexBits = Dictionary is null ? 0 : IndexWidth(layout.ValueCompression);
        CorruptEncodingException.ThrowIf(layout.NumBuffers is 0 or > MaxValueBuffers, "a page has no value buffers, or more than any encoding needs");
        ValueBuffers = (int)layout.NumBuffers;
        HasLargeChunks = layout.HasLargeChunk;
        CorruptEncodingException.ThrowIf(layout.NumItems > long.MaxValue / 2, "a page has an impossible number of items");
        Items = (long)layout.NumItems;
        CorruptEncodingException.ThrowIf(Nesting.HasLists && (!_hasRepetition || layout.RepetitionIndexDepth != 1), "a page with lists has no repetition levels or no repetition index");
        CorruptEncodingException.ThrowIf(!Nesting.HasLists && (_hasRepetition || layout.RepetitionIndexDepth != 0), "a page without lists has repetition levels");
        CorruptEncodingException.ThrowIf(!Nesting.HasLists && Items != location.Rows, "a page has another number of values than rows");
        RepetitionIndexBuffer = Nesting.HasLists ? (Dictionary is null ? 2 : 3) : -1;
    }

    public BlockDecoder? Repetition { get; }

    public BlockDecoder? Definition { get; }

    public MiniBlockDecoder Values { get; }

    public BlockDecoder? Dictionary { get; }

    public int DictionaryItems { get; }

    /// <summary>Bits of one dictionary index, 0 without a dictionary.</summary>
    public int IndexBits { get; }

    public int ValueBuffers { get; }

    public bool HasLargeChunks { get; }

    public long Items { get; }

    public int RepetitionIndexBuffer { get; }

    /// <summary>The chunk table, once a read has loaded it.</summary>
    public ChunkTable? Chunks { get; set; }

    /// <summary>The dictionary, once a read has decoded it for a column of its type.</summary>
    public ValueSink? DecodedDictionary { get; set; }

    public override PageRead Begin(IReadOnlyList<RowRange> ranges, ValueSink sink) => new MiniBlockRead(this, ranges, sink);

    static int IndexWidth(CompressiveEncoding? encoding)
    {
        while (encoding?.CompressionCase == CompressiveEncoding.CompressionOneofCase.General)
        {
            encoding = encoding.General.Values;
        }
        int bits = encoding?.CompressionCase switch
        {
            CompressiveEncoding.CompressionOneofCase.InlineBitpacking => EncodingNames.WordBits(encoding.InlineBitpacking.UncompressedBitsPerValue),
            CompressiveEncoding.CompressionOneofCase.Rle => EncodingNames.FlatBits(encoding.Rle.Values, "dictionary indices"),
            CompressiveEncoding.CompressionOneofCase.ByteStreamSplit => EncodingNames.FlatBits(encoding.ByteStreamSplit.Values, "dictionary indices"),
            _ => EncodingNames.FlatBits(encoding, "dictionary indices"),
        };
        return EncodingNames.WordBits((ulong)bits);
    }
}
