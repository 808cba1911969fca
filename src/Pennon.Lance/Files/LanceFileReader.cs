using System.Buffers.Binary;
using Google.Protobuf;
using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Files;

/// <summary>
/// Reads one data file: any rows of any columns, touching only the pages and chunks that hold them. Safe for concurrent use;
/// what is learnt about columns and pages is kept for later reads.
/// </summary>
internal sealed class LanceFileReader : IDisposable
{
    const int TailLength = 64 << 10;

    readonly IObjectReader _reader;
    readonly FileFooter _footer;
    readonly byte[] _columnTable;
    readonly FileColumnReader?[] _columns;

    LanceFileReader(IObjectReader reader, FileFooter footer, FileDescriptor descriptor, byte[] columnTable)
    {
        _reader = reader;
        _footer = footer;
        _columnTable = columnTable;
        _columns = new FileColumnReader?[footer.Columns];
        Descriptor = descriptor;
    }

    /// <summary>The key of the file in its store.</summary>
    public string Name => _reader.Path;

    /// <summary>The size of the file in bytes.</summary>
    public long Length => _reader.Length;

    public FileVersion Version => _footer.Version;

    /// <summary>Rows in the file.</summary>
    public long RowCount => (long)Descriptor.Length;

    public int ColumnCount => _footer.Columns;

    /// <summary>Blocks of bytes beside the columns; block 0 is the file's own description.</summary>
    public int GlobalBufferCount => _footer.GlobalBuffers;

    /// <summary>What the file says about itself; the table's manifest knows field ids better.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Opens a file and takes <paramref name="reader"/> over.</summary>
    /// <exception cref="LanceFormatException">The footer or the descriptor breaks the format.</exception>
    /// <exception cref="LanceNotSupportedException">The file has a version that is not read.</exception>
    public static async ValueTask<LanceFileReader> OpenAsync(IObjectReader reader, CancellationToken cancellationToken = default)
    {
        try
        {
            int tailLength = (int)Math.Min(TailLength, reader.Length);
            long tailStart = reader.Length - tailLength;
            byte[] tail = new byte[tailLength];
            await reader.ReadExactlyAsync(tailStart, tail, cancellationToken).ConfigureAwait(false);
            var footer = FileFooter.Read(tail, reader);
            byte[] globals = await ReadAsync(reader, tail, tailStart, footer.GlobalBufferTable, 16, cancellationToken).ConfigureAwait(false);
            byte[] columns = await ReadAsync(reader, tail, tailStart, footer.ColumnTable, footer.Columns * 16L, cancellationToken).ConfigureAwait(false);
            ulong position = BinaryPrimitives.ReadUInt64LittleEndian(globals);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(globals.AsSpan(8));
            if (position > (ulong)reader.Length || size > (ulong)reader.Length - position || size > int.MaxValue)
            {
                throw new LanceFormatException("The file descriptor lies outside the file", reader.Path, footer.GlobalBufferTable);
            }
            byte[] bytes = await ReadAsync(reader, tail, tailStart, (long)position, (long)size, cancellationToken).ConfigureAwait(false);
            var descriptor = ParseDescriptor(bytes, reader.Path, (long)position);
            return new LanceFileReader(reader, footer, descriptor, columns);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    static async ValueTask<byte[]> ReadAsync(IObjectReader reader, byte[] tail, long tailStart, long position, long length, CancellationToken cancellationToken)
    {
        if (position >= tailStart)
        {
            return tail.AsSpan((int)(position - tailStart), (int)length).ToArray();
        }
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        await reader.ReadExactlyAsync(position, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    static FileDescriptor ParseDescriptor(byte[] bytes, string file, long offset)
    {
        FileDescriptor descriptor;
        try
        {
            descriptor = FileDescriptor.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException("The file descriptor cannot be parsed", file, offset, error);
        }
        if (descriptor.Length > long.MaxValue / 2)
        {
            throw new LanceFormatException($"The file descriptor states {descriptor.Length} rows", file, offset);
        }
        return descriptor;
    }

    /// <summary>Reads one of the blocks beside the columns.</summary>
    /// <param name="number">0 to <see cref="GlobalBufferCount"/> less one.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">The block is said to lie outside the file.</exception>
    public async ValueTask<byte[]> ReadGlobalBufferAsync(int number, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, GlobalBufferCount);
        long entry = _footer.GlobalBufferTable + 16L * number;
        byte[] place = await ReadAsync(_reader, [], _reader.Length, entry, 16, cancellationToken).ConfigureAwait(false);
        ulong position = BinaryPrimitives.ReadUInt64LittleEndian(place);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(place.AsSpan(8));
        if (position > (ulong)_reader.Length || size > (ulong)_reader.Length - position || size > (ulong)Array.MaxLength)
        {
            throw new LanceFormatException($"Global buffer {number} lies outside the file", _reader.Path, entry);
        }
        return size == 0 ? [] : await ReadAsync(_reader, [], _reader.Length, (long)position, (long)size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads <paramref name="rowCount"/> rows from <paramref name="rowStart"/>.</summary>
    /// <returns>One array per column, in the order asked for.</returns>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    /// <exception cref="LanceNotSupportedException">A page has an encoding that is not read.</exception>
    public ValueTask<ArrowArray[]> ReadAsync(IReadOnlyList<FileColumn> columns, long rowStart, int rowCount, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowStart);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowStart, RowCount - rowCount, nameof(rowCount));
        RowRange[] ranges = rowCount == 0 ? [] : [new RowRange(rowStart, rowCount)];
        return ReadRangesAsync(columns, ranges, rowCount, cancellationToken);
    }

    /// <summary>Reads single rows, given in strictly ascending order.</summary>
    /// <returns>One array per column, in the order asked for.</returns>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    /// <exception cref="LanceNotSupportedException">A page has an encoding that is not read.</exception>
    public ValueTask<ArrowArray[]> TakeAsync(IReadOnlyList<FileColumn> columns, ReadOnlyMemory<long> sortedRows, CancellationToken cancellationToken = default)
    {
        var ranges = new List<RowRange>();
        long previous = -1;
        foreach (long row in sortedRows.Span)
        {
            if (row <= previous || row >= RowCount)
            {
                throw new ArgumentOutOfRangeException(nameof(sortedRows), $"Row {row} is outside the file of {RowCount} rows, or does not come after row {previous}.");
            }
            if (ranges.Count > 0 && ranges[^1].End == row)
            {
                ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            }
            else
            {
                ranges.Add(new RowRange(row, 1));
            }
            previous = row;
        }
        return ReadRangesAsync(columns, ranges, sortedRows.Length, cancellationToken);
    }

    async ValueTask<ArrowArray[]> ReadRangesAsync(IReadOnlyList<FileColumn> columns, IReadOnlyList<RowRange> ranges, int rows, CancellationToken cancellationToken)
    {
        var readers = await OpenColumnsAsync(columns, cancellationToken).ConfigureAwait(false);
        if (!Version.HasLeafColumns)
        {
            return await new ArrayReader20(_reader, readers).ReadAsync(columns, ranges, cancellationToken).ConfigureAwait(false);
        }
        var leaves = new List<LeafRead>();
        try
        {
            foreach (var column in columns)
            {
                AddLeaves(column, [], readers, ranges, rows, leaves);
            }
            using (var plan = new ReadPlan(_reader))
            {
                bool more = true;
                while (more)
                {
                    more = false;
                    foreach (var leaf in leaves)
                    {
                        more |= leaf.Plan(plan);
                    }
                    if (plan.HasPending)
                    {
                        await plan.ExecuteAsync(cancellationToken).ConfigureAwait(false);
                    }
                }
                foreach (var leaf in leaves)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    leaf.Decode(plan);
                }
            }
            var assembler = new ArrayAssembler(leaves, Name);
            var arrays = new ArrowArray[columns.Count];
            for (int i = 0; i < arrays.Length; i++)
            {
                arrays[i] = assembler.Build(columns[i], rows);
            }
            return arrays;
        }
        finally
        {
            foreach (var leaf in leaves)
            {
                leaf.Dispose();
            }
        }
    }

    void AddLeaves(FileColumn node, NestingKind[] outer, Dictionary<int, FileColumnReader> readers, IReadOnlyList<RowRange> ranges, int rows, List<LeafRead> leaves)
    {
        if (node.IsLeaf)
        {
            var reader = readers[CheckedColumn(node)];
            reader.CheckRows(RowCount);
            leaves.Add(new LeafRead(reader, node.Field, new ColumnNesting([NestingKind.Item, .. outer]), ranges, rows));
            return;
        }
        NestingKind kind = node.Field.Type.Id switch
        {
            ArrowTypeId.Struct => NestingKind.Item,
            ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.Map => NestingKind.List,
            _ => throw new LanceNotSupportedException("fixed-size lists of structs", $"Column '{node.Field.Name}' of '{Name}' is {node.Field.Type}; only fixed-size lists of plain values are read."),
        };
        foreach (var child in node.Children)
        {
            AddLeaves(child, [kind, .. outer], readers, ranges, rows, leaves);
        }
    }

    int CheckedColumn(FileColumn node)
    {
        if (node.Column < 0 || node.Column >= ColumnCount)
        {
            throw new LanceFormatException($"Field '{node.Field.Name}' is said to be column {node.Column} of a file with {ColumnCount} columns", Name, -1);
        }
        return node.Column;
    }

    /// <summary>The columns of a request, with the metadata of those not met before read together.</summary>
    async ValueTask<Dictionary<int, FileColumnReader>> OpenColumnsAsync(IReadOnlyList<FileColumn> columns, CancellationToken cancellationToken)
    {
        var readers = new Dictionary<int, FileColumnReader>();
        List<(int Column, int Handle)>? missing = null;
        using var plan = new ReadPlan(_reader);
        Visit(columns);
        if (missing is not null)
        {
            await plan.ExecuteAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (column, handle) in missing)
            {
                readers[column] = _columns[column] = FileColumnReader.Parse(plan.Bytes(handle), column, Version, Name, MetadataPosition(column));
            }
        }
        return readers;

        void Visit(IReadOnlyList<FileColumn> nodes)
        {
            foreach (var node in nodes)
            {
                if ((node.IsLeaf || !Version.HasLeafColumns) && !readers.ContainsKey(CheckedColumn(node)))
                {
                    if (_columns[node.Column] is { } known)
                    {
                        readers[node.Column] = known;
                    }
                    else if (missing is null || !missing.Exists(m => m.Column == node.Column))
                    {
                        long size = BinaryPrimitives.ReadInt64LittleEndian(_columnTable.AsSpan(16 * node.Column + 8));
                        (missing ??= []).Add((node.Column, plan.Add(MetadataPosition(node.Column), size)));
                    }
                }
                Visit(node.Children);
            }
        }
    }

    long MetadataPosition(int column) => BinaryPrimitives.ReadInt64LittleEndian(_columnTable.AsSpan(16 * column));

    public void Dispose() => _reader.Dispose();
}
