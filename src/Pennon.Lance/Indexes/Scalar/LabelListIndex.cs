using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>A set of rows for each element of a column of lists (TABLE 16.4).</summary>
sealed class LabelListIndex : KeyedSetIndex
{
    public override string Name => "LabelList";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.table.LabelListIndexDetails"];

    public override int Version => 1;

    protected override string NullsKey => "lance:label_list_nulls";

    public override bool Builds(LanceIndexOptions options) => options is LanceLabelListIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceLabelListIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is LabelsQuery ? AnswerKind.Exact : AnswerKind.None;

    public override void CheckField(LanceField field, LanceIndexOptions options)
    {
        if (FilterCalls.ItemOf(field.Type) is not { } item || !IndexKeys.Supports(item))
            throw new LanceNotSupportedException($"LabelList index of {field.Type}", $"Column '{field.Name}' is {field.Type}, and a LabelList index is of lists of plain values.");
    }

    protected override ArrowType KeyType(ArrowType column) =>
        FilterCalls.ItemOf(column) ?? throw new LanceNotSupportedException($"LabelList index of {column}", $"A LabelList index is said to be of a column of {column}, which is no list.");

    protected override async ValueTask AddRowsAsync(IndexBuild build, PairSorter sorter, List<ulong> withoutValue, CancellationToken cancellationToken)
    {
        await foreach (var batch in build.ReadAsync(addresses: false, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                using var items = Elements(batch, withoutValue, out var ids);
                await sorter.AddAsync(items, ids, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The elements of all lists, each with the id of its row.</summary>
    static ArrowArray Elements(RecordBatch batch, List<ulong> withoutValue, out ulong[] ids)
    {
        var lists = new ListValues(new FilterVector(batch.Column(0), false));
        var rows = ((PrimitiveArray<ulong>)batch.Column(1)).Values;
        var positions = new List<int>();
        var owners = new List<ulong>();
        for (var i = 0; i < rows.Length; i++)
        {
            if (lists.IsNull(i))
            {
                withoutValue.Add(rows[i]);
                continue;
            }
            var (start, count) = lists[i];
            for (var e = start; e < start + count; e++)
            {
                positions.Add(e);
                owners.Add(rows[i]);
            }
        }
        ids = [.. owners];
        return Take.Apply(lists.Items, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(positions));
    }
}
