using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>How well a kind of index answers a query.</summary>
enum AnswerKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With every row that matches, and others.</summary>
    AtMost,

    /// <summary>With the rows that match.</summary>
    Exact,
}

/// <summary>An index that answers filters over one column.</summary>
abstract class ScalarIndexKind : IndexKind
{
    /// <summary>Whether answers name rows by address even where rows have stable ids.</summary>
    public virtual bool NamesAddresses => false;

    /// <summary>How well a query is answered.</summary>
    public abstract AnswerKind Answers(ScalarQuery query);

    /// <summary>The share of the segment's rows that an answer is likely to name, 0 to 1, found with little reading.</summary>
    public abstract ValueTask<double> EstimateAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken);

    /// <summary>Whether an answer of many rows costs reading in proportion.</summary>
    public virtual bool CostsPerRow => false;

    /// <summary>The rows that match, as the files name them; deleted rows and vanished fragments included.</summary>
    public abstract ValueTask<RowAddressSet> SearchAsync(IndexSegment segment, ScalarQuery query, CancellationToken cancellationToken);

    /// <summary>The rows without a value; null if the segment does not know them.</summary>
    public abstract ValueTask<RowAddressSet?> NullsAsync(IndexSegment segment, CancellationToken cancellationToken);

    public override void CheckField(LanceField field, LanceIndexOptions options)
    {
        if (!IndexKeys.Supports(field.Type))
            throw new LanceNotSupportedException($"{Name} index of {field.Type}", $"Column '{field.Name}' is {field.Type}, which a {Name} index cannot hold.");
    }

    /// <summary>The type of the indexed values.</summary>
    protected static ArrowType TypeOf(IndexSegment segment)
    {
        var field = segment.FieldIds.Count == 1 ? segment.Table.Schema.Find(segment.FieldIds[0]) : null;
        return field?.Type ?? throw new LanceFormatException(
            $"Segment {segment.Uuid} of index '{segment.Name}' is of the columns {string.Join(", ", segment.FieldIds)}, and one that exists is wanted", segment.Table.File.Path, -1);
    }

    /// <summary>Refuses files that hold another type than the column has.</summary>
    protected static void RequireType(IndexFileReader file, string column, ArrowType type)
    {
        if (file.TypeOf(column) != type)
            throw new LanceFormatException($"Column '{column}' of the index is {file.TypeOf(column)}, and the indexed column {type}", file.Name, -1);
    }

    /// <summary>Refuses counts of rows that no file of this size holds, before memory is taken for them.</summary>
    protected static int CheckedRows(IndexFileReader file, long rows)
    {
        const long Harmless = 4 << 20;
        if (rows > Harmless && (rows > int.MaxValue / 2 || rows / 64 > file.Length))
            throw new LanceFormatException($"{rows} rows are announced by a file of {file.Length} bytes", file.Name, -1);
        return (int)rows;
    }
}
