using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>The segments of one index that answer queries, with the fragments they cover together.</summary>
sealed class IndexGroup
{
    public IndexGroup(ScalarIndexKind kind, IReadOnlyList<IndexSegment> segments)
    {
        Kind = kind;
        Segments = segments;
        foreach (var segment in segments)
            Coverage = Coverage.Union(segment.Coverage);
        foreach (var fragment in segments[0].Table.Fragments)
        {
            if (Coverage.Contains(fragment.Id))
                CoveredRows += fragment.LiveRows;
        }
    }

    public ScalarIndexKind Kind { get; }

    public IReadOnlyList<IndexSegment> Segments { get; }

    public RoaringBitmap Coverage { get; } = RoaringBitmap.Empty;

    /// <summary>Live rows of the covered fragments.</summary>
    public long CoveredRows { get; }
}

/// <summary>A part of a filter as indexes answer it. Negations have been carried down to the leaves.</summary>
abstract class IndexCondition;

/// <summary>A query of one index.</summary>
/// <param name="group">The index.</param>
/// <param name="query">What it is asked.</param>
/// <param name="isComplement">Whether the rows wanted are those with a value that do not match.</param>
/// <param name="withNulls">Whether the complement has the rows without a value too.</param>
sealed class IndexLeaf(IndexGroup group, ScalarQuery query, bool isComplement, bool withNulls = false) : IndexCondition
{
    public IndexGroup Group { get; } = group;

    public ScalarQuery Query { get; } = query;

    public bool IsComplement { get; } = isComplement;

    public bool WithNulls { get; } = withNulls;
}

/// <summary>Rows that several conditions, or at least one of them, name.</summary>
sealed class IndexJoin(bool all, IReadOnlyList<IndexCondition> parts) : IndexCondition
{
    public bool All { get; } = all;

    public IReadOnlyList<IndexCondition> Parts { get; } = parts;
}

/// <summary>A condition that indexes can answer.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="IsExact">Whether rows that it names pass the filter without being looked at.</param>
readonly record struct IndexPlan(IndexCondition Condition, bool IsExact);

/// <summary>Which rows of the covered fragments a filter may keep.</summary>
/// <param name="Coverage">The fragments that the answer is about; the others have to be scanned.</param>
/// <param name="Rows">Addresses of rows in those fragments; deleted ones may be among them.</param>
/// <param name="IsExact">Whether every one of the rows that is live passes the filter.</param>
sealed record IndexAnswer(RoaringBitmap Coverage, RowAddressSet Rows, bool IsExact)
{
    /// <summary>The live rows of a covered fragment.</summary>
    public async ValueTask<RoaringBitmap> LiveOffsetsAsync(TableFragment fragment, CancellationToken cancellationToken)
    {
        var offsets = Rows.Offsets(fragment.Id, fragment.PhysicalRows);
        return offsets.Cardinality == 0 || !fragment.HasDeletions
            ? offsets
            : offsets.Except(await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false));
    }
}
