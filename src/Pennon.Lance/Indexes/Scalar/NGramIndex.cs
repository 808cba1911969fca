using System.Buffers.Binary;
using System.Text;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Text;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>The rows whose text has each run of three letters or digits (TABLE 16.7).</summary>
sealed class NGramIndex : KeyedSetIndex
{
    const int Length = 3;
    const uint Span = 37;

    // Rows without text.
    const uint NullToken = 0;

    public override string Name => "NGram";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.table.NGramIndexDetails"];

    public override int Version => 0;

    protected override string FileName => "ngram_postings.lance";

    protected override string KeyColumn => "tokens";

    protected override string SetColumn => "posting_list";

    protected override string? StatisticsKey => null;

    protected override bool SetsAreNullable => false;

    public override bool Builds(LanceIndexOptions options) => options is LanceNGramIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceNGramIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is ContainsQuery contains && Tokens(contains.Part).Count > 0 ? AnswerKind.AtMost : AnswerKind.None;

    public override void CheckField(LanceField field, LanceIndexOptions options)
    {
        if (!FilterCoercion.IsText(field.Type))
            throw new LanceNotSupportedException($"NGram index of {field.Type}", $"Column '{field.Name}' is {field.Type}, and an NGram index is of text.");
    }

    protected override ArrowType KeyType(ArrowType column) => ArrowType.UInt32;

    public override async ValueTask<RowAddressSet> SearchAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken) =>
        await base.SearchAsync(segment, query is ContainsQuery contains
            ? new LabelsQuery([.. Tokens(contains.Part).Select(static t => new IndexKey(t))], WithNull: false, All: true)
            : query, cancellationToken).ConfigureAwait(false);

    public override ValueTask<double> EstimateAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        // What three letters are worth is known only once their rows are read.
        const double Guess = 0.05;
        return ValueTask.FromResult(Guess);
    }

    protected override async ValueTask AddRowsAsync(IndexBuild build, PairSorter sorter, List<ulong> withoutValue, CancellationToken cancellationToken)
    {
        await foreach (var batch in build.ReadAsync(addresses: false, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
                await sorter.AddAsync(Pairs(batch), cancellationToken).ConfigureAwait(false);
        }
    }

    protected override byte[] Encode(RowAddressSet rows)
    {
        var parts = new List<byte[]>();
        foreach (var high in rows.Fragments)
            parts.Add(RoaringFormat.Write(rows.Offsets(high, 1L << 32)));
        var bytes = new byte[8 + parts.Sum(static p => 4 + p.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)parts.Count);
        var at = 8;
        for (var i = 0; i < parts.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), rows.Fragments[i]);
            parts[i].CopyTo(bytes, at + 4);
            at += 4 + parts[i].Length;
        }
        return bytes;
    }

    protected override RowAddressSet Decode(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length < 8)
            throw new LanceFormatException($"A posting list has at least 8 bytes, and this one {bytes.Length}", file, -1);
        var count = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (count > (ulong)(bytes.Length - 8) / 8)
            throw new LanceFormatException($"A posting list of {bytes.Length} bytes claims {count} parts", file, -1);
        var at = 8;
        var parts = new List<(uint High, RoaringBitmap? Offsets)>((int)count);
        for (var i = 0UL; i < count; i++)
        {
            if (bytes.Length - at < 4)
                throw new LanceFormatException("A posting list ends too early", file, -1);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            at += 4;
            if (parts.Count > 0 && parts[^1].High >= high)
                throw new LanceFormatException("The parts of a posting list are not in ascending order", file, -1);
            parts.Add((high, RoaringFormat.ReadFirst(bytes[at..], out var used, file, at)));
            at += used;
        }
        if (at != bytes.Length)
            throw new LanceFormatException($"A posting list is followed by {bytes.Length - at} unexpected bytes", file, -1);
        return RowAddressSet.OfParts(parts);
    }

    static PairBatch Pairs(RecordBatch batch)
    {
        var texts = new TextValues(new FilterVector(batch.Column(0), false));
        var rows = ((PrimitiveArray<ulong>)batch.Column(1)).Values;
        var numbers = new List<long>();
        var ids = new List<ulong>();
        var seen = new HashSet<uint>();
        for (var i = 0; i < rows.Length; i++)
        {
            seen.Clear();
            if (texts.IsNull(i))
                seen.Add(NullToken);
            else
                Collect(Encoding.UTF8.GetString(texts[i]), seen, asciiOnly: false);
            foreach (var token in seen)
            {
                numbers.Add(token);
                ids.Add(rows[i]);
            }
        }
        return new PairBatch(new KeyList([.. numbers]), [.. ids]);
    }

    // Folding may look beyond a character, so that only what was ASCII in the part is sure to be in the text's tokens too.
    static HashSet<uint> Tokens(ReadOnlySpan<byte> part)
    {
        var tokens = new HashSet<uint>();
        Collect(Encoding.UTF8.GetString(part), tokens, asciiOnly: true);
        return tokens;
    }

    static void Collect(string text, HashSet<uint> tokens, bool asciiOnly)
    {
        if (!asciiOnly && !Ascii.IsValid(text))
            text = AsciiFolding.Fold(text.ToLowerInvariant());
        var run = 0;
        uint token = 0;
        foreach (var character in text)
        {
            uint digit = character switch
            {
                >= '0' and <= '9' => (uint)(character - '0' + 1),
                >= 'a' and <= 'z' => (uint)(character - 'a' + 11),
                >= 'A' and <= 'Z' => (uint)(character - 'A' + 11),
                _ => 0,
            };
            if (digit == 0)
            {
                run = 0;
                continue;
            }
            token = token % (Span * Span) * Span + digit;
            if (++run >= Length)
                tokens.Add(token);
        }
    }
}
