using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>
/// A property of one node table or edge pair, named while a query is planned and loaded before it runs.
/// <see cref="Owner"/> is the upper half of the references whose rows it holds.
/// </summary>
internal sealed class PropertySource(int owner, PropertyInfo info, Func<CancellationToken, ValueTask<PropertyColumn>> load) : IResource
{
    PropertyColumn? _column;

    public int Owner => owner;

    public PropertyInfo Info => info;

    public PropertyColumn Column => _column ?? throw new InvalidOperationException($"Property '{info.Name}' was not loaded before the query ran.");

    public Utf8Source[] Texts { get; private set; } = [];

    public static PropertySource Of(NodeTable table, PropertyInfo info) =>
        new(table.Index, info, cancellation => table.LoadColumnAsync(info.Name, cancellation));

    public static PropertySource Of(EdgePair pair, int ordinal, PropertyInfo info) =>
        new(ordinal, info, cancellation => pair.LoadColumnAsync(info.Name, cancellation));

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_column is not null)
        {
            return;
        }
        var column = await load(cancellationToken).ConfigureAwait(false);
        if (ArrowKinds.KindOf(info) == ValueKind.String)
        {
            var texts = new Utf8Source[column.Chunks.Count];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = column.Chunks[i] switch
                {
                    Arrow.StringArray small => new Utf8Source(small),
                    Arrow.LargeStringArray large => new Utf8Source(large),
                    var other => throw new InvalidOperationException($"Property '{info.Name}' is stored as {other.Type} instead of a string."),
                };
            }
            Texts = texts;
        }
        _column = column;
    }
}
