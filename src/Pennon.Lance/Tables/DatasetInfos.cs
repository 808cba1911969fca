namespace Pennon.Lance.Tables;

/// <summary>Sums up a manifest.</summary>
static class DatasetInfos
{
    public static LanceDatasetInfo Of(TableVersion table)
    {
        var manifest = table.Manifest;
        return new LanceDatasetInfo
        {
            Version = (long)manifest.Version,
            Timestamp = TimestampOf(table.File),
            Branch = manifest.HasBranch ? manifest.Branch : null,
            FileVersion = manifest.DataFormat?.Version ?? "",
            Writer = manifest.WriterVersion is { } writer ? $"{writer.Library} {writer.Version}".Trim() : "",
            HasStableRowIds = table.HasStableRowIds,
            FragmentCount = table.Fragments.Count,
            DataFileCount = table.Fragments.Sum(f => f.Message.Files.Count),
            DataFileBytes = table.Fragments.Sum(f => f.Message.Files.Sum(d => (long)Math.Min(d.FileSizeBytes, long.MaxValue >> 32))),
            RowCount = table.LiveRows,
            DeletedRowCount = table.Fragments.Sum(f => f.PhysicalRows - f.LiveRows),
            Config = manifest.Config.ToDictionary(),
            Metadata = manifest.TableMetadata.ToDictionary(),
            BasePaths = [.. manifest.BasePaths.Select(b => new LanceBasePath(b.Id, b.HasName ? b.Name : null, b.Path, b.IsDatasetRoot))],
            Indices = [.. table.File.ReadIndexSection().Indices.Select(i => IndexOf(i, table))],
        };
    }

    /// <summary>When a version was committed.</summary>
    /// <exception cref="LanceFormatException">The time is impossible.</exception>
    public static DateTimeOffset TimestampOf(ManifestFile file)
    {
        if (file.Message.Timestamp is not { } stamp)
            return DateTimeOffset.UnixEpoch;
        if (stamp.Seconds is < -62135596800 or > 253402300799 || stamp.Nanos is < 0 or > 999_999_999)
            throw new LanceFormatException($"The version was committed at an impossible time: {stamp.Seconds} seconds since 1970", file.Path, -1);
        return DateTimeOffset.UnixEpoch.AddTicks(stamp.Seconds * TimeSpan.TicksPerSecond + stamp.Nanos / 100);
    }

    static LanceIndexInfo IndexOf(Wire.IndexMetadata index, TableVersion table)
    {
        var uuid = index.Uuid is { } stored ? stored.Uuid_.Span : default;
        if (uuid.Length != 16)
            throw new LanceFormatException($"The index '{index.Name}' has an identity of {uuid.Length} bytes instead of 16", table.File.Path, -1);
        return new LanceIndexInfo(index.Name, new Guid(uuid, bigEndian: true), [.. index.Fields],
            [.. index.Fields.Select(table.Schema.Find).Where(f => f is not null).Select(f => f!.Name)],
            index.IndexDetails?.TypeUrl ?? "", index.IndexVersion, (long)index.DatasetVersion);
    }
}
