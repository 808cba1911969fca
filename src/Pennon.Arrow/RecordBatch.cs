namespace Pennon.Arrow;

/// <summary>Columns of equal length under one schema. Disposing the batch disposes its columns.</summary>
public sealed class RecordBatch : IDisposable
{
    readonly ArrowArray[] _columns;

    /// <summary>Creates a batch and takes the columns over.</summary>
    /// <exception cref="ArgumentException">The columns do not fit the schema or differ in length from <paramref name="length"/>.</exception>
    public RecordBatch(Schema schema, IReadOnlyList<ArrowArray> columns, int length)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (columns.Count != schema.Fields.Count) throw new ArgumentException($"The schema has {schema.Fields.Count} columns, not {columns.Count}.", nameof(columns));
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Length != length)
                throw new ArgumentException($"Column '{schema.Fields[i].Name}' has {columns[i].Length} rows, and the batch {length}.", nameof(columns));
            if (columns[i].Type != schema.Fields[i].Type)
                throw new ArgumentException($"Column '{schema.Fields[i].Name}' is {columns[i].Type}, and the schema says {schema.Fields[i].Type}.", nameof(columns));
        }
        Schema = schema;
        Length = length;
        _columns = [.. columns];
    }

    /// <summary>The columns' names and types.</summary>
    public Schema Schema { get; }

    /// <summary>Rows.</summary>
    public int Length { get; }

    /// <summary>The columns in schema order.</summary>
    public IReadOnlyList<ArrowArray> Columns => _columns;

    /// <summary>The column at a position.</summary>
    public ArrowArray Column(int index) => _columns[index];

    /// <summary>The first column of this exact name.</summary>
    /// <exception cref="KeyNotFoundException">No column has the name.</exception>
    public ArrowArray Column(string name)
    {
        var index = Schema.IndexOf(name);
        if (index < 0) _ = Schema.Field(name);
        return _columns[index];
    }

    /// <summary>A batch of <paramref name="length"/> rows from <paramref name="offset"/> over the same memory.</summary>
    public RecordBatch Slice(int offset, int length)
    {
        var columns = new ArrowArray[_columns.Length];
        for (var i = 0; i < columns.Length; i++) columns[i] = _columns[i].Slice(offset, length);
        return new RecordBatch(Schema, columns, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in _columns) column.Dispose();
    }
}
