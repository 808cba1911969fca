using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes;

/// <summary>The smallest and largest value of a stretch of rows.</summary>
/// <param name="Min">The smallest value that is a number; null if there is none.</param>
/// <param name="Max">The largest value that is a number; null if there is none.</param>
sealed record Zone(uint Fragment, long Start, long Length, IndexKey? Min, IndexKey? Max, uint Nulls, uint NaNs) : IZone
{
    public long Size => 64 + (Min?.Bytes?.Length ?? 0) + (Max?.Bytes?.Length ?? 0);
}

/// <summary>The range of values of each stretch of rows (TABLE 16.5).</summary>
sealed class ZoneMapIndex : ZoneIndex<Zone>
{
    const string RowsKey = "rows_per_zone";

    public override string Name => "ZoneMap";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.table.ZoneMapIndexDetails"];

    public override int Version => 0;

    protected override string FileName => "zonemap.lance";

    public override bool Builds(LanceIndexOptions options) => options is LanceZoneMapIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceZoneMapIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is RangeQuery or ValuesQuery or NullQuery ? AnswerKind.AtMost : AnswerKind.None;

    protected override int ZoneRows(LanceIndexOptions options) => ((LanceZoneMapIndex)options).ZoneRows;

    protected override bool MayHold(ZoneList<Zone> zones, Zone zone, ScalarQuery query)
    {
        switch (query)
        {
            case NullQuery:
                return zone.Nulls > 0;
            case ValuesQuery values:
                foreach (var key in values.Keys)
                {
                    if (InRange(zone, new RangeQuery(key, true, key, true), zones.Type))
                        return true;
                }
                return false;
            default:
                return InRange(zone, (RangeQuery)query, zones.Type);
        }
    }

    static bool InRange(Zone zone, RangeQuery range, ArrowType type)
    {
        if (range.IsEmpty)
            return false;
        if (zone.NaNs > 0 && (range.High is not { } top || top.CompareTo(IndexKeys.NaN(type)) >= 0))
            return true;
        if (zone.Min is not { } min || zone.Max is not { } max)
            return false;
        // Some writers count NaN as the smallest or largest value; then the other end says nothing.
        if (type.IsFloatingPoint && (min.Equals(IndexKeys.NaN(type)) || max.Equals(IndexKeys.NaN(type))))
            return true;
        return (range.Low is not { } low || max.CompareTo(low) is var atLow && (atLow > 0 || (atLow == 0 && range.LowInclusive)))
            && (range.High is not { } high || min.CompareTo(high) is var atHigh && (atHigh < 0 || (atHigh == 0 && range.HighInclusive)));
    }

    protected override Zone Summarize(uint fragment, long start, int length, ArrowArray values, LanceIndexOptions options)
    {
        var keys = IndexKeys.Of(values, forSearch: false);
        int least = -1, most = -1;
        uint nans = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            if (values.Type.IsFloatingPoint && keys.Compare(i, IndexKeys.NaN(values.Type)) == 0)
            {
                nans++;
                continue;
            }
            if (least < 0 || keys.Compare(i, keys, least) < 0)
                least = i;
            if (most < 0 || keys.Compare(i, keys, most) > 0)
                most = i;
        }
        return new Zone(fragment, start, length, least < 0 ? null : keys[least], most < 0 ? null : keys[most], (uint)values.NullCount, nans);
    }

    protected override Zone Move(Zone zone, uint fragment, long start, long length) => zone with { Fragment = fragment, Start = start, Length = length };

    protected override async ValueTask<ZoneList<Zone>> ReadAsync(IndexFileReader file, ArrowType type, CancellationToken cancellationToken)
    {
        RequireType(file, "min", type);
        RequireType(file, "max", type);
        RequireType(file, "null_count", ArrowType.UInt32);
        RequireType(file, "nan_count", ArrowType.UInt32);
        var size = ReadZoneRows(file, RowsKey);
        using var rows = await file.ReadAsync(0, CheckedRows(file, file.RowCount), ["min", "max", "null_count", "nan_count", "fragment_id", "zone_start", "zone_length"], cancellationToken).ConfigureAwait(false);
        var mins = IndexKeys.Of(rows.Column(0), forSearch: true);
        var maxs = IndexKeys.Of(rows.Column(1), forSearch: true);
        var nulls = ((PrimitiveArray<uint>)rows.Column(2)).Values;
        var nans = ((PrimitiveArray<uint>)rows.Column(3)).Values;
        var zones = new Zone[rows.Length];
        int minAt = 0, maxAt = 0;
        for (var i = 0; i < zones.Length; i++)
        {
            var (fragment, start, length) = ReadPlace(rows, i, file.Name);
            zones[i] = new Zone(fragment, start, length, rows.Column(0).IsValid(i) ? mins[minAt++] : null, rows.Column(1).IsValid(i) ? maxs[maxAt++] : null, nulls[i], nans[i]);
        }
        return new ZoneList<Zone>(zones, new LanceZoneMapIndex { ZoneRows = size }, type);
    }

    protected override async ValueTask WriteAsync(IndexBuild build, IReadOnlyList<Zone> zones, LanceIndexOptions options, CancellationToken cancellationToken)
    {
        var type = build.Field.Type;
        var schema = new Schema([
            new Field("min", type), new Field("max", type), new Field("null_count", ArrowType.UInt32, nullable: false), new Field("nan_count", ArrowType.UInt32, nullable: false),
            new Field("fragment_id", ArrowType.UInt64, nullable: false), new Field("zone_start", ArrowType.UInt64, nullable: false), new Field("zone_length", ArrowType.UInt64, nullable: false)]);
        var file = await build.CreateFileAsync(FileName, schema, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            if (zones.Count > 0)
            {
                using var batch = new RecordBatch(schema, [
                    IndexKeys.ToArray(type, [.. zones.Select(static z => z.Min)]), IndexKeys.ToArray(type, [.. zones.Select(static z => z.Max)]),
                    new PrimitiveArray<uint>(ArrowType.UInt32, [.. zones.Select(static z => z.Nulls)]), new PrimitiveArray<uint>(ArrowType.UInt32, [.. zones.Select(static z => z.NaNs)]),
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. zones.Select(static z => (ulong)z.Fragment)]),
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. zones.Select(static z => (ulong)z.Start)]),
                    new PrimitiveArray<ulong>(ArrowType.UInt64, [.. zones.Select(static z => (ulong)z.Length)])], zones.Count);
                await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            file.SetMetadata(RowsKey, ZoneRows(options).ToString(CultureInfo.InvariantCulture));
            await build.FinishFileAsync(FileName, file, cancellationToken).ConfigureAwait(false);
        }
    }
}
