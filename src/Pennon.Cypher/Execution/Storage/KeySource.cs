using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>The key index of one node table.</summary>
internal sealed class KeySource(NodeTable table) : IResource
{
    KeyIndex? _index;

    public NodeTable Table => table;

    public KeyIndex Index => _index ?? throw new InvalidOperationException($"The key index of '{table.Name}' was not loaded before the query ran.");

    public async ValueTask LoadAsync(CancellationToken cancellationToken) =>
        _index ??= await table.LoadKeyIndexAsync(cancellationToken).ConfigureAwait(false);
}
