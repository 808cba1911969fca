using Pennon.Arrow;

namespace Pennon.Lance.Indexes;

/// <summary>A set of rows for each value of a column, nulls included (TABLE 16.3).</summary>
sealed class BitmapIndex : KeyedSetIndex
{
    public override string Name => "Bitmap";

    public override IReadOnlyList<string> DetailsNames { get; } = ["lance.table.BitmapIndexDetails"];

    public override int Version => 0;

    public override bool Builds(LanceIndexOptions options) => options is LanceBitmapIndex;

    public override LanceIndexOptions OptionsOf(IndexSegment segment) => new LanceBitmapIndex();

    public override AnswerKind Answers(ScalarQuery query) => query is RangeQuery or ValuesQuery or NullQuery ? AnswerKind.Exact : AnswerKind.None;

    protected override ArrowType KeyType(ArrowType column) => column;

    protected override async ValueTask AddRowsAsync(IndexBuild build, PairSorter sorter, List<ulong> withoutValue, CancellationToken cancellationToken)
    {
        await foreach (var batch in build.ReadAsync(addresses: false, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
                await sorter.AddAsync(batch.Column(0), ((PrimitiveArray<ulong>)batch.Column(1)).Values.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }
}
