namespace Pennon.Lance;

/// <summary>One index of a version: all segments of one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What kind of index it is, for example <c>BTree</c>; the recorded details' name for a kind not known here.</param>
/// <param name="Columns">The indexed columns; a field inside a struct is written with dots. Empty for a column that no longer exists.</param>
/// <param name="Segments">The number of segments.</param>
/// <param name="IsUsable">Whether queries are answered from it; an index of a kind or layout not known here is kept and not used.</param>
/// <param name="IndexedFragments">Fragments of the version that the index covers.</param>
/// <param name="UnindexedFragments">Fragments of the version that it does not cover; their rows are scanned.</param>
/// <param name="IndexedRows">Live rows that the index covers.</param>
/// <param name="UnindexedRows">Live rows that it does not cover.</param>
/// <param name="Bytes">The size of its files; files whose size is not recorded count as 0.</param>
/// <param name="CreatedAt">When the newest segment was built, UTC; null if that is not recorded.</param>
public sealed record LanceIndexDescription(
    string Name,
    string Kind,
    IReadOnlyList<string> Columns,
    int Segments,
    bool IsUsable,
    int IndexedFragments,
    int UnindexedFragments,
    long IndexedRows,
    long UnindexedRows,
    long Bytes,
    DateTimeOffset? CreatedAt);

/// <summary>Figures about one segment of an index.</summary>
/// <param name="Uuid">The identity of the segment.</param>
/// <param name="Kind">The kind of index.</param>
/// <param name="Figures">Figures by name; which there are depends on the kind.</param>
public sealed record LanceIndexStatistics(Guid Uuid, string Kind, IReadOnlyDictionary<string, long> Figures);
