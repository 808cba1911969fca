namespace Pennon.Lance;

/// <summary>What the manifest of a version says about it.</summary>
public sealed class LanceDatasetInfo
{
    internal LanceDatasetInfo()
    {
    }

    /// <summary>The number of the version.</summary>
    public required long Version { get; init; }

    /// <summary>When it was committed, UTC; the epoch if the writer did not say.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The branch the version is on; null for the main line.</summary>
    public required string? Branch { get; init; }

    /// <summary>The version of the data files that new files of the table get, for example <c>2.2</c>; empty if not recorded.</summary>
    public required string FileVersion { get; init; }

    /// <summary>The program that wrote the version, for example <c>lance 12.0.0</c>; empty if not recorded.</summary>
    public required string Writer { get; init; }

    /// <summary>Whether rows keep their ids when they move.</summary>
    public required bool HasStableRowIds { get; init; }

    /// <summary>The number of fragments.</summary>
    public required int FragmentCount { get; init; }

    /// <summary>The number of data files.</summary>
    public required int DataFileCount { get; init; }

    /// <summary>The recorded size of the data files in bytes; files whose size is not recorded count as 0.</summary>
    public required long DataFileBytes { get; init; }

    /// <summary>Rows that a scan gives.</summary>
    public required long RowCount { get; init; }

    /// <summary>Rows that are still in the files but deleted.</summary>
    public required long DeletedRowCount { get; init; }

    /// <summary>Settings of the table.</summary>
    public required IReadOnlyDictionary<string, string> Config { get; init; }

    /// <summary>Free metadata of the table.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Other places that hold files of the table.</summary>
    public required IReadOnlyList<LanceBasePath> BasePaths { get; init; }

    /// <summary>The segments of the table's indexes; segments of one name form one index.</summary>
    public required IReadOnlyList<LanceIndexInfo> Indices { get; init; }
}

/// <summary>One segment of an index.</summary>
/// <param name="Name">The name of the index.</param>
/// <param name="Uuid">The identity of the segment, which is also the name of its folder.</param>
/// <param name="FieldIds">The ids of the indexed columns.</param>
/// <param name="Columns">The names of the indexed columns; empty for a column that no longer exists.</param>
/// <param name="DetailsType">What kind of index it is, as recorded; empty if not recorded.</param>
/// <param name="IndexVersion">The version of the index's layout.</param>
/// <param name="DatasetVersion">The version of the table that the segment was built from.</param>
public sealed record LanceIndexInfo(
    string Name,
    Guid Uuid,
    IReadOnlyList<int> FieldIds,
    IReadOnlyList<string> Columns,
    string DetailsType,
    int IndexVersion,
    long DatasetVersion);
