using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>
/// An index that knows something of each stretch of rows and can only say where a value is not. Stretches are named by address; rows that
/// lie in none are always candidates, so that a segment which lags behind stays right.
/// </summary>
/// <typeparam name="TZone">What is known of a stretch.</typeparam>
abstract class ZoneIndex<TZone> : ScalarIndexKind
    where TZone : class, IZone
{
    protected const int MostZoneRows = 1 << 20;

    public override bool NamesAddresses => true;

    /// <summary>The name of the file.</summary>
    protected abstract string FileName { get; }

    /// <summary>Whether a stretch may hold what a query asks for.</summary>
    protected abstract bool MayHold(ZoneList<TZone> zones, TZone zone, ScalarQuery query);

    /// <summary>Reads the stretches of a file.</summary>
    protected abstract ValueTask<ZoneList<TZone>> ReadAsync(IndexFileReader file, ArrowType type, CancellationToken cancellationToken);

    /// <summary>Writes a file of stretches.</summary>
    protected abstract ValueTask WriteAsync(IndexBuild build, IReadOnlyList<TZone> zones, LanceIndexOptions options, CancellationToken cancellationToken);

    /// <summary>Sums up a stretch of live rows.</summary>
    protected abstract TZone Summarize(uint fragment, long start, int length, ArrowArray values, LanceIndexOptions options);

    /// <summary>A stretch that is known for other rows.</summary>
    protected abstract TZone Move(TZone zone, uint fragment, long start, long length);

    /// <summary>The rows of a stretch that the options ask for.</summary>
    protected abstract int ZoneRows(LanceIndexOptions options);

    public override async ValueTask<BuiltIndex> BuildAsync(IndexBuild build, CancellationToken cancellationToken)
    {
        await WriteAsync(build, await SummarizeAsync(build, build.Options, cancellationToken).ConfigureAwait(false), build.Options, cancellationToken).ConfigureAwait(false);
        return new BuiltIndex(build.Entry(this), []);
    }

    public override async ValueTask<IReadOnlyList<BuiltIndex>> UpdateAsync(IndexBuild build, IReadOnlyList<IndexSegment> old, CancellationToken cancellationToken)
    {
        if (build.Fragments.Count == 0 && old.Count < 2)
            return [];
        // Filters and stretches of one file are of one size.
        var first = await ZonesAsync(old[0], cancellationToken).ConfigureAwait(false);
        var zones = new List<TZone>();
        var merged = new List<IndexSegment>();
        foreach (var segment in old)
        {
            var known = await ZonesAsync(segment, cancellationToken).ConfigureAwait(false);
            if (!known.Options.Equals(first.Options))
                continue;
            merged.Add(segment);
            zones.AddRange(known.Zones.Where(z => segment.Coverage.Contains(z.Fragment)));
        }
        if (build.Fragments.Count == 0 && merged.Count < 2)
            return [];
        zones.AddRange(await SummarizeAsync(build, first.Options, cancellationToken).ConfigureAwait(false));
        zones.Sort(static (a, b) => a.Fragment != b.Fragment ? a.Fragment.CompareTo(b.Fragment) : a.Start.CompareTo(b.Start));
        await WriteAsync(build, zones, first.Options, cancellationToken).ConfigureAwait(false);
        return [new BuiltIndex(build.Entry(this, null, merged), [.. merged.Select(static s => s.Uuid)])];
    }

    public override async ValueTask<BuiltIndex> RemapAsync(IndexBuild build, IndexSegment old, RowRemap remap, CancellationToken cancellationToken)
    {
        var known = await ZonesAsync(old, cancellationToken).ConfigureAwait(false);
        var zones = new List<TZone>();
        foreach (var zone in known.Zones)
        {
            if (!old.Covered.Contains(zone.Fragment))
                continue;
            if (!remap.Replaces(zone.Fragment))
            {
                zones.Add(zone);
                continue;
            }
            // Rows keep their order, so that those of a stretch lie together, in one new fragment or in several.
            uint fragment = 0;
            long start = -1, end = -1;
            for (var offset = zone.Start; offset < zone.Start + zone.Length && offset <= uint.MaxValue; offset++)
            {
                if (!remap.TryMap((ulong)zone.Fragment << 32 | (ulong)offset, out var moved))
                    continue;
                if (start >= 0 && (uint)(moved >> 32) != fragment)
                {
                    zones.Add(Move(zone, fragment, start, end - start));
                    start = -1;
                }
                if (start < 0)
                    (fragment, start) = ((uint)(moved >> 32), (uint)moved);
                end = (uint)moved + 1L;
            }
            if (start >= 0)
                zones.Add(Move(zone, fragment, start, end - start));
        }
        zones.Sort(static (a, b) => a.Fragment != b.Fragment ? a.Fragment.CompareTo(b.Fragment) : a.Start.CompareTo(b.Start));
        await WriteAsync(build, zones, known.Options, cancellationToken).ConfigureAwait(false);
        return new BuiltIndex(build.Entry(this, null, remap.MapCoverage(old.Covered, out _), old.Message.DatasetVersion), [old.Uuid]);
    }

    public override async ValueTask<double> EstimateAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var zones = await ZonesAsync(segment, cancellationToken).ConfigureAwait(false);
        return zones.Zones.Count == 0 ? 1 : (double)zones.Zones.Count(z => MayHold(zones, z, query)) / zones.Zones.Count;
    }

    public override async ValueTask<RowAddressSet> SearchAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken)
    {
        var zones = await ZonesAsync(segment, cancellationToken).ConfigureAwait(false);
        var empty = new Dictionary<uint, List<(long Start, long End)>>();
        foreach (var zone in zones.Zones)
        {
            if (MayHold(zones, zone, query))
                continue;
            if (!empty.TryGetValue(zone.Fragment, out var ranges))
                empty[zone.Fragment] = ranges = [];
            ranges.Add((zone.Start, zone.Start + zone.Length));
        }
        var parts = new List<(uint, RoaringBitmap?)>();
        foreach (var id in segment.Coverage.Values())
        {
            if (segment.Table.FindFragment(id) is { } fragment)
                parts.Add((id, RoaringBitmap.OfRanges(Rest(empty.GetValueOrDefault(id), fragment.PhysicalRows))));
        }
        return RowAddressSet.OfParts(parts);
    }

    public override ValueTask<RowAddressSet?> NullsAsync(IndexSegment segment, CancellationToken cancellationToken) => ValueTask.FromResult<RowAddressSet?>(null);

    public override async ValueTask<LanceIndexStatistics> StatisticsAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var zones = await ZonesAsync(segment, cancellationToken).ConfigureAwait(false);
        return new LanceIndexStatistics(segment.Uuid, Name, new Dictionary<string, long>
        {
            ["zones"] = zones.Zones.Count,
            ["zoneRows"] = ZoneRows(zones.Options),
        });
    }

    public override async ValueTask VerifyAsync(IndexSegment segment, CancellationToken cancellationToken)
    {
        var zones = await ZonesAsync(segment, cancellationToken).ConfigureAwait(false);
        foreach (var zone in zones.Zones)
        {
            if (segment.Table.FindFragment(zone.Fragment) is { } fragment && segment.Coverage.Contains(zone.Fragment) && zone.Start + zone.Length > fragment.PhysicalRows)
            {
                throw new LanceFormatException($"Rows {zone.Start} to {zone.Start + zone.Length} of fragment {zone.Fragment}, which has {fragment.PhysicalRows}, are summed up",
                    segment.LocationOf(FileName).Prefix, -1);
            }
        }
    }

    /// <summary>Reads the number that a file's metadata gives.</summary>
    protected static int ReadZoneRows(IndexFileReader file, string key)
    {
        var text = file.Metadata.GetValueOrDefault(key);
        return int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var rows) && rows is > 0 and <= MostZoneRows
            ? rows
            : throw new LanceFormatException($"The length of stretches is '{text}', and 1 to {MostZoneRows} is wanted", file.Name, -1);
    }

    /// <summary>The place of a stretch, checked.</summary>
    protected static (uint Fragment, long Start, long Length) ReadPlace(RecordBatch rows, int row, string file)
    {
        var (fragment, start, length) = (Number("fragment_id"), Number("zone_start"), Number("zone_length"));
        if (fragment > uint.MaxValue || start > uint.MaxValue || length > uint.MaxValue)
            throw new LanceFormatException($"Stretch {row} lies at {start} of fragment {fragment} and has {length} rows", file, -1);
        return ((uint)fragment, (long)start, (long)length);

        ulong Number(string column) => rows.Column(column) switch
        {
            PrimitiveArray<ulong> a => a.Values[row],
            PrimitiveArray<uint> a => a.Values[row],
            var other => throw new LanceFormatException($"Column '{column}' is {other.Type}", file, -1),
        };
    }

    ValueTask<ZoneList<TZone>> ZonesAsync(IndexSegment segment, CancellationToken cancellationToken) =>
        IndexCache.Shared.GetAsync(segment, "zones", async token =>
        {
            using var file = await IndexFileReader.OpenAsync(segment, FileName, token).ConfigureAwait(false);
            var zones = await ReadAsync(file, TypeOf(segment), token).ConfigureAwait(false);
            return (zones, zones.Zones.Sum(static z => z.Size + 64L));
        }, cancellationToken);

    async ValueTask<List<TZone>> SummarizeAsync(IndexBuild build, LanceIndexOptions options, CancellationToken cancellationToken)
    {
        var size = ZoneRows(options);
        var zones = new List<TZone>();
        var parts = new List<ArrowArray>();
        (uint Fragment, long Zone)? open = null;
        await foreach (var batch in build.ReadAsync(addresses: true, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                var addresses = ((PrimitiveArray<ulong>)batch.Column(1)).Values.ToArray();
                for (var i = 0; i < addresses.Length;)
                {
                    var place = ((uint)(addresses[i] >> 32), (uint)addresses[i] / size);
                    if (open is { } before && before != place)
                        Close();
                    open = place;
                    var end = i + 1;
                    while (end < addresses.Length && (uint)(addresses[end] >> 32) == place.Item1 && (uint)addresses[end] / size == place.Item2)
                        end++;
                    parts.Add(batch.Column(0).Slice(i, end - i));
                    i = end;
                }
            }
        }
        if (open is not null)
            Close();
        return zones;

        void Close()
        {
            using var values = parts.Count == 1 ? parts[0].Share() : Pennon.Arrow.Compute.Concat.Apply([.. parts]);
            var (fragment, zone) = open!.Value;
            var rows = build.Table.FindFragment(fragment)!.PhysicalRows;
            zones.Add(Summarize(fragment, zone * size, (int)Math.Min(size, rows - zone * size), values, options));
            foreach (var part in parts)
                part.Dispose();
            parts.Clear();
        }
    }

    static List<(uint Start, uint Last)> Rest(List<(long Start, long End)>? empty, long rows)
    {
        var rest = new List<(uint, uint)>();
        long at = 0;
        empty?.Sort();
        foreach (var (start, end) in empty ?? [])
        {
            if (start > at)
                rest.Add(((uint)at, (uint)(Math.Min(start, rows) - 1)));
            at = Math.Max(at, end);
            if (at >= rows)
                return rest;
        }
        if (at < rows)
            rest.Add(((uint)at, (uint)(rows - 1)));
        return rest;
    }
}

/// <summary>A stretch of rows of one fragment.</summary>
interface IZone
{
    uint Fragment { get; }

    /// <summary>The offset of its first row.</summary>
    long Start { get; }

    /// <summary>Its rows, deleted ones included.</summary>
    long Length { get; }

    /// <summary>Bytes of memory.</summary>
    long Size { get; }
}

/// <summary>The stretches of a file, and what it was built with.</summary>
sealed record ZoneList<TZone>(IReadOnlyList<TZone> Zones, LanceIndexOptions Options, ArrowType Type);
