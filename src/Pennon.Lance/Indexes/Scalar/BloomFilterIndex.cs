using System.Globalization;
using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>A Bloom filter of the values of a stretch of rows.</summary>
sealed record BloomZone(uint Fragment, long Start, long Length, bool HasNull, BloomFilter Filter) : IZone
{
    public long Size => 64 + Filter.Bytes.Length;
}

/// <summary>A Bloom filter of each stretch of rows (TABLE 16.6).</summary>
sealed class BloomFilterIndex : ZoneIndex<BloomZone>
{
    const string ItemsKey = "bloomfilter_item";
    const string ProbabilityKey = "bloomfilter_probability";

    public override string Name => "BloomFilter";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.index.pb.BloomFilterIndexDetails", "lance.table.BloomFilterIndexDetails"];

    public override int Version => 0;

    protected override string FileName => "bloomfilter.lance";

    public override bool Builds(LanceIndexOptions options) => options is LanceBloomFilterIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceBloomFilterIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is ValuesQuery or NullQuery ? AnswerKind.AtMost : AnswerKind.None;

    public override void CheckField(LanceField field, LanceIndexOptions options)
    {
        if (!Supports(field.Type))
            throw new LanceNotSupportedException($"BloomFilter index of {field.Type}", $"Column '{field.Name}' is {field.Type}, which a BloomFilter index cannot hold.");
    }

    protected override int ZoneRows(LanceIndexOptions options) => ((LanceBloomFilterIndex)options).ZoneRows;

    protected override bool MayHold(ZoneList<BloomZone> zones, BloomZone zone, ScalarQuery query)
    {
        if (query is NullQuery)
            return zone.HasNull;
        foreach (var key in ((ValuesQuery)query).Keys)
        {
            if (MayHold(zone, key, zones.Type))
                return true;
        }
        return false;
    }

    // Values that count as one may be stored in several forms: both zeros are looked up, and of NaN there are too many.
    static bool MayHold(BloomZone zone, IndexKey key, ArrowType type)
    {
        if (!type.IsFloatingPoint)
            return zone.Filter.MayContain(BloomFilter.Hash(key, type));
        return key.Equals(IndexKeys.NaN(type)) || zone.Filter.MayContain(BloomFilter.Hash(key, type))
            || (key.Number == 0 && zone.Filter.MayContain(BloomFilter.Hash(new IndexKey(IndexKeys.NegativeZero), type)));
    }

    protected override BloomZone Summarize(uint fragment, long start, int length, ArrowArray values, LanceIndexOptions options)
    {
        var bloom = (LanceBloomFilterIndex)options;
        var filter = BloomFilter.For(bloom.ZoneRows, bloom.Probability);
        var keys = IndexKeys.Of(values, forSearch: false);
        for (var i = 0; i < keys.Count; i++)
            filter.Add(BloomFilter.Hash(keys, i, values.Type));
        return new BloomZone(fragment, start, length, values.HasNulls, filter);
    }

    protected override BloomZone Move(BloomZone zone, uint fragment, long start, long length) => zone with { Fragment = fragment, Start = start, Length = length };

    protected override async ValueTask<ZoneList<BloomZone>> ReadAsync(IndexFileReader file, ArrowType type, CancellationToken cancellationToken)
    {
        if (!Supports(type))
            throw new LanceFormatException($"The index is of a column of {type}, which it cannot hold", file.Name, -1);
        RequireType(file, "has_null", ArrowType.Boolean);
        RequireType(file, "bloom_filter_data", ArrowType.Binary);
        var size = ReadZoneRows(file, ItemsKey);
        var text = file.Metadata.GetValueOrDefault(ProbabilityKey);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var probability) || !(probability is > 0 and < 1))
            throw new LanceFormatException($"The share of wrong hits is '{text}'", file.Name, -1);
        using var rows = await file.ReadAsync(0, CheckedRows(file, file.RowCount), ["fragment_id", "zone_start", "zone_length", "has_null", "bloom_filter_data"], cancellationToken).ConfigureAwait(false);
        var zones = new BloomZone[rows.Length];
        for (var i = 0; i < zones.Length; i++)
        {
            var (fragment, start, length) = ReadPlace(rows, i, file.Name);
            var bytes = ((BinaryArray)rows.Column(4)).GetBytes(i);
            zones[i] = new BloomZone(fragment, start, length, ((BooleanArray)rows.Column(3)).GetValue(i), BloomFilter.Read(bytes, file.Name));
        }
        return new ZoneList<BloomZone>(zones, new LanceBloomFilterIndex { ZoneRows = size, Probability = probability }, type);
    }

    protected override async ValueTask WriteAsync(IndexBuild build, IReadOnlyList<BloomZone> zones, LanceIndexOptions options, CancellationToken cancellationToken)
    {
        const int BatchZones = 256;
        var bloom = (LanceBloomFilterIndex)options;
        var schema = new Schema([
            new Field("fragment_id", ArrowType.UInt64, nullable: false), new Field("zone_start", ArrowType.UInt64, nullable: false), new Field("zone_length", ArrowType.UInt64, nullable: false),
            new Field("has_null", ArrowType.Boolean, nullable: false), new Field("bloom_filter_data", ArrowType.Binary, nullable: false)]);
        var file = await build.CreateFileAsync(FileName, schema, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            foreach (var part in zones.Chunk(BatchZones))
            {
                var nulls = new BooleanBuilder();
                var filters = new BinaryBuilder(ArrowType.Binary);
                foreach (var zone in part)
                {
                    nulls.Append(zone.HasNull);
                    filters.Append(zone.Filter.Bytes);
                }
                using var batch = new RecordBatch(schema, [
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. part.Select(static z => (ulong)z.Fragment)]),
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. part.Select(static z => (ulong)z.Start)]),
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. part.Select(static z => (ulong)z.Length)]),
                    nulls.Build(), filters.Build()], part.Length);
                await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            file.SetMetadata(ItemsKey, bloom.ZoneRows.ToString(CultureInfo.InvariantCulture));
            file.SetMetadata(ProbabilityKey, bloom.Probability.ToString("R", CultureInfo.InvariantCulture));
            await build.FinishFileAsync(FileName, file, cancellationToken).ConfigureAwait(false);
        }
    }

    static bool Supports(ArrowType type) => type.IsVariableBinary
        || (IndexKeys.IsNumeric(type) && type.Id is not (ArrowTypeId.Boolean or ArrowTypeId.Float16 or ArrowTypeId.Duration));
}
