using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>One direction of an edge pair: <see cref="From"/> has the rows of the CSR, <see cref="To"/> its neighbours.</summary>
internal sealed class AdjacencySource(EdgePair pair, int ordinal, bool outgoing) : IResource
{
    CsrIndex? _csr;

    public EdgePair Pair => pair;

    /// <summary>The pair's number over all edge types, the upper half of relationship references.</summary>
    public int Ordinal => ordinal;

    public bool Outgoing => outgoing;

    public NodeTable From => outgoing ? pair.Source : pair.Target;

    public NodeTable To => outgoing ? pair.Target : pair.Source;

    public CsrIndex Csr => _csr ?? throw new InvalidOperationException($"The adjacency of '{pair.Type.Name}' was not loaded before the query ran.");

    public double AverageDegree => From.RowCount == 0 ? 0 : (double)pair.EdgeCount / From.RowCount;

    public async ValueTask LoadAsync(CancellationToken cancellationToken) =>
        _csr ??= await (outgoing ? pair.LoadOutAsync(cancellationToken) : pair.LoadInAsync(cancellationToken)).ConfigureAwait(false);
}
