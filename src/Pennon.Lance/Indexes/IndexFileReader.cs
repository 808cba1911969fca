using Pennon.Arrow;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>A file of an index: a data file that carries its own schema, metadata, and blocks of bytes beside the columns.</summary>
/// <remarks>Safe for concurrent reads.</remarks>
sealed class IndexFileReader : IDisposable
{
    readonly LanceFileReader _file;
    readonly IDisposable _owner;
    readonly FileColumn[] _columns;

    IndexFileReader(LanceFileReader file, IDisposable owner)
    {
        _file = file;
        _owner = owner;
        var descriptor = file.Descriptor.Schema ?? throw new LanceFormatException("The file has no schema", file.Name, -1);
        var schema = LanceSchema.Read(descriptor.Fields, descriptor.Metadata, file.Name);
        Schema = schema.Arrow;
        var numbers = new Dictionary<int, int>();
        var fields = new List<LanceField>();
        foreach (var field in schema.Fields)
            Collect(field, file.Version.HasLeafColumns, fields);
        for (var i = 0; i < fields.Count; i++)
            numbers[fields[i].Id] = i;
        _columns = [.. schema.Fields.Select(f => FragmentColumns.ColumnOf(f, numbers))];
    }

    /// <summary>The key of the file.</summary>
    public string Name => _file.Name;

    /// <summary>The columns.</summary>
    public Schema Schema { get; }

    /// <summary>The metadata of the schema.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Schema.Metadata;

    public long RowCount => _file.RowCount;

    /// <summary>The size of the file in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Blocks of bytes beside the columns; block 0 is the file's own description.</summary>
    public int GlobalBufferCount => _file.GlobalBufferCount;

    /// <summary>Opens a file.</summary>
    /// <exception cref="LanceNotFoundException">There is no such file.</exception>
    /// <exception cref="LanceFormatException">The file is damaged.</exception>
    public static async ValueTask<IndexFileReader> OpenAsync(IObjectStore store, string path, CancellationToken cancellationToken)
    {
        var file = await LanceFileReader.OpenAsync(await store.OpenAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        try
        {
            return new IndexFileReader(file, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file of a segment of a table, or shares it with those who have; the table closes it.</summary>
    /// <exception cref="LanceNotFoundException">There is no such file.</exception>
    /// <exception cref="LanceFormatException">The file is damaged.</exception>
    public static async ValueTask<IndexFileReader> OpenAsync(IndexSegment segment, string name, CancellationToken cancellationToken)
    {
        var lease = await segment.Table.Files.LeaseAsync(segment.LocationOf(name), cancellationToken).ConfigureAwait(false);
        try
        {
            return new IndexFileReader(lease.Reader, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Reads a block of bytes.</summary>
    /// <param name="number">0, the schema descriptor, to <see cref="GlobalBufferCount"/> less one.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">There is no such block, or it is said to lie outside the file.</exception>
    public ValueTask<byte[]> ReadGlobalBufferAsync(int number, CancellationToken cancellationToken) =>
        (uint)number < (uint)GlobalBufferCount
            ? _file.ReadGlobalBufferAsync(number, cancellationToken)
            : throw new LanceFormatException($"The file refers to its global buffer {number} and has {GlobalBufferCount}", Name, -1);

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">Names of columns, in the order wanted; null for all.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">A column is missing, the file has fewer rows, or its bytes are damaged.</exception>
    public async ValueTask<RecordBatch> ReadAsync(long start, int count, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        if (start < 0 || count < 0 || start > RowCount - count)
            throw new LanceFormatException($"Rows {start} to {start + count} are wanted of a file of {RowCount} rows", Name, -1);
        var (schema, chosen) = Choose(columns);
        return new RecordBatch(schema, await _file.ReadAsync(chosen, start, count, cancellationToken).ConfigureAwait(false), count);
    }

    /// <summary>Reads single rows.</summary>
    /// <param name="rows">The rows, strictly ascending.</param>
    /// <param name="columns">Names of columns, in the order wanted; null for all.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">A column is missing, the file has fewer rows, or its bytes are damaged.</exception>
    public async ValueTask<RecordBatch> TakeAsync(ReadOnlyMemory<long> rows, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        if (rows.Length > 0 && rows.Span[^1] >= RowCount)
            throw new LanceFormatException($"Row {rows.Span[^1]} is wanted of a file of {RowCount} rows", Name, -1);
        var (schema, chosen) = Choose(columns);
        return new RecordBatch(schema, await _file.TakeAsync(chosen, rows, cancellationToken).ConfigureAwait(false), rows.Length);
    }

    /// <summary>The type of a column.</summary>
    /// <exception cref="LanceFormatException">There is no such column.</exception>
    public ArrowType TypeOf(string column) => Schema.Fields[IndexOf(column)].Type;

    public void Dispose() => _owner.Dispose();

    (Schema, FileColumn[]) Choose(IReadOnlyList<string>? columns)
    {
        if (columns is null)
            return (Schema, _columns);
        var positions = new int[columns.Count];
        for (var i = 0; i < positions.Length; i++)
            positions[i] = IndexOf(columns[i]);
        return (new Schema([.. positions.Select(p => Schema.Fields[p])]), [.. positions.Select(p => _columns[p])]);
    }

    int IndexOf(string column) => Schema.IndexOf(column) is >= 0 and var i
        ? i
        : throw new LanceFormatException($"The file has no column '{column}'; it has {string.Join(", ", Schema.Fields.Select(f => $"'{f.Name}'"))}", Name, -1);

    // Which fields have a column of their own, in column order (TABLE 7.3).
    static void Collect(LanceField field, bool leavesOnly, List<LanceField> columns)
    {
        if (!leavesOnly || field.IsLeaf)
            columns.Add(field);
        if (leavesOnly && field.IsLeaf)
            return;
        foreach (var child in field.Children)
            Collect(child, leavesOnly, columns);
    }
}
