using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <content>Changes of columns, configuration and metadata; only the columns that change are written.</content>
public sealed partial class LanceDataset
{
    /// <summary>Stages new columns computed from others.</summary>
    /// <param name="columns">Names and values; the type is that of the expression, and the columns are nullable.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="progress">Told about rows done.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="ArgumentException">A name is taken or reserved.</exception>
    /// <exception cref="LanceFilterException">An expression does not fit the table.</exception>
    /// <exception cref="LanceNotSupportedException">A type cannot be stored, or the table has features or a file version this library does not write.</exception>
    public ValueTask<StagedTransaction> StageAddColumnsAsync(
        IReadOnlyList<KeyValuePair<string, LanceExpression>> columns, LanceWriteOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return ColumnOperations.AddComputedAsync(_table, columns, options, progress, cancellationToken);
    }

    /// <summary>Stages new columns whose values come in batches.</summary>
    /// <param name="schema">The new columns.</param>
    /// <param name="batches">One row for each row of this version, in the order of a scan; each batch is disposed.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="progress">Told about rows done.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="ArgumentException">A name is taken or reserved, or the number of rows differs from the table's.</exception>
    /// <exception cref="LanceNotSupportedException">A type cannot be stored, or the table has features or a file version this library does not write.</exception>
    public ValueTask<StagedTransaction> StageAddColumnsAsync(
        Schema schema, IAsyncEnumerable<RecordBatch> batches, LanceWriteOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        return ColumnOperations.AddBatchesAsync(_table, schema, batches, options, progress, cancellationToken);
    }

    /// <summary>Stages new columns that are null in every row; no data is written.</summary>
    /// <param name="schema">The new columns, all nullable.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="ArgumentException">A name is taken or reserved, or a column is not nullable.</exception>
    public StagedTransaction StageAddColumns(Schema schema, LanceWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return ColumnOperations.AddNulls(_table, schema, options);
    }

    /// <summary>Stages the removal of columns; no data is written, and files none of whose columns is left are given up.</summary>
    /// <param name="paths">Names of columns, or dotted paths of fields in structs.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Nothing would be left of the table or of a struct.</exception>
    public StagedTransaction StageDropColumns(IReadOnlyList<string> paths, LanceWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ColumnOperations.Drop(_table, paths, options);
    }

    /// <summary>Stages renames, changes of nullability and casts; only columns that are cast are written.</summary>
    /// <param name="changes">The changes, each of another column.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="progress">Told about rows done.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Two columns would have one name, or a column that holds nulls is to be not null.</exception>
    /// <exception cref="Arrow.Compute.ArrowComputeException">A value does not fit the new type.</exception>
    /// <exception cref="LanceNotSupportedException">There is no such cast, or the table has features or a file version this library does not write.</exception>
    public ValueTask<StagedTransaction> StageAlterColumnsAsync(
        IReadOnlyList<LanceColumnAlteration> changes, LanceWriteOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return ColumnOperations.AlterAsync(_table, changes, options, progress, cancellationToken);
    }

    /// <summary>Stages changes of configuration and metadata.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Nothing is changed.</exception>
    public StagedTransaction StageUpdateConfig(LanceConfigChanges changes, LanceWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return ConfigOperation.Stage(_table, changes, options);
    }

    /// <summary>Adds columns to the latest version, computed from others.</summary>
    /// <param name="columns">Names and values as SQL text, for example <c>price * 2</c>.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ArgumentException">A name is taken or reserved.</exception>
    /// <exception cref="LanceFilterException">An expression does not fit the table.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the table.</exception>
    public ValueTask<LanceMutationResult> AddColumnsAsync(
        IReadOnlyDictionary<string, string> columns, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var parsed = columns.Select(static c => KeyValuePair.Create(c.Key, LanceExpression.Parse(c.Value))).ToList();
        return RunAsync((latest, token) => latest.StageAddColumnsAsync(parsed, options, progress: null, token), options, cancellationToken);
    }

    /// <summary>Adds columns to the latest version that are null in every row.</summary>
    /// <param name="schema">The new columns, all nullable.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ArgumentException">A name is taken or reserved, or a column is not nullable.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the table.</exception>
    public ValueTask<LanceMutationResult> AddColumnsAsync(Schema schema, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, _) => ValueTask.FromResult(latest.StageAddColumns(schema, options)), options, cancellationToken);

    /// <summary>Removes columns from the latest version.</summary>
    /// <param name="paths">Names of columns, or dotted paths of fields in structs.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Nothing would be left of the table or of a struct.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the table.</exception>
    public ValueTask<LanceMutationResult> DropColumnsAsync(IReadOnlyList<string> paths, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, _) => ValueTask.FromResult(latest.StageDropColumns(paths, options)), options, cancellationToken);

    /// <summary>Renames columns of the latest version, changes whether they may be null, and casts them.</summary>
    /// <param name="changes">The changes, each of another column.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ArgumentException">Two columns would have one name, or a column that holds nulls is to be not null.</exception>
    /// <exception cref="Arrow.Compute.ArrowComputeException">A value does not fit the new type.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the table.</exception>
    public ValueTask<LanceMutationResult> AlterColumnsAsync(
        IReadOnlyList<LanceColumnAlteration> changes, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, token) => latest.StageAlterColumnsAsync(changes, options, progress: null, token), options, cancellationToken);

    /// <summary>Changes configuration and metadata of the latest version.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="ConflictException">Another writer set the same keys.</exception>
    public ValueTask<LanceMutationResult> UpdateConfigAsync(LanceConfigChanges changes, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, _) => ValueTask.FromResult(latest.StageUpdateConfig(changes, options)), options, cancellationToken);
}
