using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;
using Pennon.Lance.IO;

namespace Pennon.Lance.Files;

/// <summary>Reads columns of file version 2.0, where every field has a column of its own.</summary>
internal sealed class ArrayReader20(IObjectReader reader, Dictionary<int, FileColumnReader> columns)
{
    public ValueTask<ArrowArray[]> ReadAsync(IReadOnlyList<FileColumn> nodes, IReadOnlyList<RowRange> ranges, CancellationToken cancellationToken) =>
        throw new LanceNotSupportedException("file version 2.0", $"'{reader.Path}' is a data file of version 2.0 with {columns.Count} columns, which is not read.");
}
