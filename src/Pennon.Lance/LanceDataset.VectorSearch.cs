using Pennon.Arrow;
using Pennon.Lance.Indexes;
using Pennon.Lance.Indexes.Vectors;

namespace Pennon.Lance;

/// <content>Search by vectors.</content>
public sealed partial class LanceDataset
{
    /// <summary>Finds the rows whose vectors are nearest to a query.</summary>
    /// <param name="query">What is searched and how.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>
    /// At most <see cref="LanceVectorQuery.K"/> rows for each query vector, nearest first and rows of one distance in order of their
    /// row ids: the columns asked for, then <c>_distance</c> (float32), then <c>_rowid</c> and <c>_rowaddr</c> if asked for; before
    /// them <c>query_index</c> (int32) if there are several searches. Rows without a vector, and rows whose distance is not a number, are
    /// left out.
    /// </returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    /// <exception cref="LanceNotSupportedException">The column has no vectors.</exception>
    /// <exception cref="ArgumentException">A query vector does not fit the column, or an option is out of range.</exception>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    public ValueTask<RecordBatch> SearchAsync(LanceVectorQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new VectorSearch(_table, query, IndexCache.Shared).RunAsync(cancellationToken);
    }
}
