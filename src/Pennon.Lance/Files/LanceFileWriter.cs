using System.Buffers.Binary;
using Google.Protobuf;
using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;
using Any = Google.Protobuf.WellKnownTypes.Any;

namespace Pennon.Lance.Files;

/// <summary>Writes one data file of format version 2.2, column by column in pages.</summary>
/// <remarks>
/// Rows are copied into a buffer per leaf; a full buffer becomes a page, encoded on the thread pool while more rows come in. Pages
/// are written in the order in which they filled, so that the bytes do not depend on timing. Memory is bounded by one page for each
/// leaf and a few pages on their way. Not safe for concurrent use.
/// </remarks>
internal sealed class LanceFileWriter : IAsyncDisposable
{
    const int Alignment = 64;
    const int FooterSize = 40;

    // Small enough that a page overshoots its size by little.
    const long SliceBytes = 1 << 20;
    const int MaxSliceRows = 64 * 1024;
    const int MaxSliceRowsOfLists = 4096;

    static readonly ReadOnlyMemory<byte> Padding = Enumerable.Repeat((byte)72, Alignment).ToArray();

    readonly IObjectWriter _output;
    readonly TableField[] _fields;
    readonly Schema _schema;
    readonly ColumnNode[] _columns;
    readonly List<LeafNode> _leaves = [];
    readonly int[] _leafEnds;
    readonly List<int> _leafIds = [];
    readonly List<List<ColumnMetadata.Types.Page>> _pages = [];
    readonly long[] _pageStarts;
    readonly Queue<(LeafNode Leaf, long FirstRow, Task<EncodedPage> Page, LeafBuffer Buffer)> _pending = new();
    readonly Stack<LeafBuffer>[] _spare;
    readonly LanceFileWriterOptions _options;
    readonly List<ReadOnlyMemory<byte>> _globalBuffers = [];
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <param name="output">Receives the bytes; disposed with this writer.</param>
    /// <param name="schema">The columns of every batch.</param>
    /// <param name="fields">The same columns with their ids.</param>
    /// <param name="options">Sizes and parallelism.</param>
    public LanceFileWriter(IObjectWriter output, Schema schema, TableField[] fields, LanceFileWriterOptions? options = null)
    {
        _output = output;
        _schema = schema;
        _fields = fields;
        _options = options ?? new LanceFileWriterOptions();
        var path = new List<bool>();
        _columns = new ColumnNode[fields.Length];
        _leafEnds = new int[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            _columns[i] = Node(fields[i].Field, fields[i], path, fields[i].Field.Name);
            _leafEnds[i] = _leaves.Count;
        }
        _pageStarts = new long[_leaves.Count];
        _spare = new Stack<LeafBuffer>[_leaves.Count];
        for (var i = 0; i < _spare.Length; i++)
        {
            _spare[i] = new Stack<LeafBuffer>();
            _pages.Add([]);
        }
    }

    /// <summary>Rows taken in so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes written so far; pages that are still filling do not count.</summary>
    public long Bytes => _output.Position;

    /// <summary>Adds a block of bytes that is written when the file is finished.</summary>
    /// <returns>The number of the block, from 1.</returns>
    public int AddGlobalBuffer(ReadOnlyMemory<byte> content)
    {
        _globalBuffers.Add(content);
        return _globalBuffers.Count;
    }

    /// <summary>Sets an entry of the schema's metadata; possible until the file is finished.</summary>
    public void SetMetadata(string key, string value) => _metadata[key] = value;

    /// <summary>Takes in rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of a batch.</summary>
    public async ValueTask WriteAsync(RecordBatch batch, int start, int count, CancellationToken cancellationToken = default)
    {
        if (start < 0 || count < 0 || start > batch.Length - count) throw new ArgumentOutOfRangeException(nameof(count), $"Rows {start} to {(long)start + count} are outside a batch of {batch.Length}.");
        for (var c = 0; c < _columns.Length; c++)
        {
            var array = batch.Column(c);
            var rowsPerSlice = RowsPerSlice(array);
            for (var row = start; row < start + count; row += rowsPerSlice)
            {
                Append(c, array, row, Math.Min(rowsPerSlice, start + count - row));
                while (_pending.Count > _options.PagesInFlight) await WriteOldestAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        Rows += count;
    }

    /// <summary>Writes what is left, the schema and the footer, and completes the file.</summary>
    public async ValueTask<LanceFileSummary> FinishAsync(CancellationToken cancellationToken = default)
    {
        foreach (var leaf in _leaves)
            if (leaf.Buffer.Rows > 0) Flush(leaf);
        while (_pending.Count > 0) await WriteOldestAsync(cancellationToken).ConfigureAwait(false);

        var descriptor = new FileDescriptor { Schema = new SchemaMessage(), Length = (ulong)Rows };
        TableField.AppendMessages(_fields, descriptor.Schema.Fields);
        foreach (var (key, value) in _schema.Metadata) _metadata.TryAdd(key, value);
        LanceSchema.WriteMetadata(_metadata, descriptor.Schema.Metadata);
        var places = new List<(long Position, long Size)> { default };
        foreach (var content in _globalBuffers)
        {
            await AlignAsync(cancellationToken).ConfigureAwait(false);
            places.Add((_output.Position, content.Length));
            if (content.Length > 0) await _output.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
        await AlignAsync(cancellationToken).ConfigureAwait(false);
        var descriptorAt = _output.Position;
        places[0] = (descriptorAt, await WriteMessageAsync(descriptor, cancellationToken).ConfigureAwait(false));
        await _output.WriteAsync(Tail(places), cancellationToken).ConfigureAwait(false);
        var bytes = _output.Position;
        await _output.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new LanceFileSummary(Rows, bytes, [.. _leafIds]);
    }

    public async ValueTask DisposeAsync()
    {
        while (_pending.TryDequeue(out var pending))
        {
            // The file is finished or being abandoned; an error of a page is no longer of interest, but its memory is in use until it ends.
            await ((Task)pending.Page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (pending.Page.IsCompletedSuccessfully) (await pending.Page.ConfigureAwait(false)).Dispose();
            pending.Buffer.Dispose();
        }
        foreach (var leaf in _leaves) leaf.Buffer.Dispose();
        foreach (var spare in _spare)
            foreach (var buffer in spare) buffer.Dispose();
        await _output.DisposeAsync().ConfigureAwait(false);
    }

    ColumnNode Node(Field field, TableField ids, List<bool> path, string name)
    {
        var depth = path.Count;
        RefuseSpecialStorage(field, name);
        switch (field.Type)
        {
            case StructType:
                if (ids.Children.Length == 0) throw new LanceNotSupportedException("struct without fields", $"Column '{name}' is a struct without fields, which the file format cannot store.");
                path.Add(false);
                var children = new ColumnNode[ids.Children.Length];
                for (var i = 0; i < children.Length; i++) children[i] = Node(ids.Children[i].Field, ids.Children[i], path, $"{name}.{ids.Children[i].Field.Name}");
                path.RemoveAt(depth);
                return new StructNode(depth, children);
            case ListType or LargeListType or MapType:
                path.Add(true);
                var ordinal = path.Count(static isList => isList);
                var item = Node(ids.Children[0].Field, ids.Children[0], path, $"{name}.{ids.Children[0].Field.Name}");
                path.RemoveAt(depth);
                return new ListNode(depth, ordinal, item);
        }
        path.Add(false);
        var leaf = new LeafNode(depth, LeafShape.Of(field.Type, name), new LevelPath([.. path]), name, Flush) { Column = _leaves.Count, PageBytes = _options.PageBytes };
        path.RemoveAt(depth);
        _leaves.Add(leaf);
        _leafIds.Add(ids.Id);
        return leaf;
    }

    static void RefuseSpecialStorage(Field field, string name)
    {
        if (field.Metadata.GetValueOrDefault("lance-encoding:packed") == "true")
            throw new LanceNotSupportedException("packed structs", $"Column '{name}' asks for packed storage, which cannot be written; remove the metadata 'lance-encoding:packed'.");
        if (field.Metadata.GetValueOrDefault("lance-encoding:blob") == "true" || field.ExtensionName == "lance.blob.v2")
            throw new LanceNotSupportedException("blob columns", $"Column '{name}' is a blob column, which cannot be written; use a large_binary column without blob metadata.");
    }

    int RowsPerSlice(ArrowArray array)
    {
        var rows = array.Length == 0 ? 1 : SliceBytes * array.Length / Math.Max(1, ApproximateBytes(array));
        var most = array.Type is ListType or LargeListType or MapType or StructType ? MaxSliceRowsOfLists : MaxSliceRows;
        return (int)Math.Clamp(Math.Min(rows, most), 1, int.MaxValue);
    }

    /// <summary>Bytes of the rows of an array, roughly; slices of large arrays count only what they show.</summary>
    static long ApproximateBytes(ArrowArray array)
    {
        switch (array)
        {
            case VariableBinaryArray<int> { Length: > 0 } a: return a.Offsets[^1] - a.Offsets[0] + 4L * a.Length;
            case VariableBinaryArray<long> { Length: > 0 } a: return a.Offsets[^1] - a.Offsets[0] + 8L * a.Length;
            case VariableListArray<int> { Length: > 0 } a: return 4L * a.Length + PerItem(a.Items) * (a.Offsets[^1] - a.Offsets[0]);
            case VariableListArray<long> { Length: > 0 } a: return 8L * a.Length + PerItem(a.Items) * (a.Offsets[^1] - a.Offsets[0]);
            case FixedSizeListArray a: return ApproximateBytes(a.Items);
            case StructArray a:
                var most = 0L;
                foreach (var child in a.Children) most = Math.Max(most, ApproximateBytes(child));
                return most;
            default: return (array.Type.BitWidth + 7L) / 8 * array.Length;
        }

        static long PerItem(ArrowArray items) => items.Length == 0 ? 1 : Math.Max(1, ApproximateBytes(items) / items.Length) + 4;
    }

    void Append(int column, ArrowArray array, int start, int count)
    {
        _columns[column].Append(array, LevelState.Rows(start, count));
        for (var i = column == 0 ? 0 : _leafEnds[column - 1]; i < _leafEnds[column]; i++)
        {
            _leaves[i].Buffer.Rows += count;
            if (_leaves[i].IsFull) Flush(_leaves[i]);
        }
    }

    void Flush(LeafNode leaf)
    {
        var buffer = leaf.Buffer;
        var spare = _spare[leaf.Column];
        leaf.Buffer = spare.Count > 0 ? spare.Pop() : new LeafBuffer(leaf.Shape);
        var firstRow = _pageStarts[leaf.Column];
        _pageStarts[leaf.Column] += buffer.Rows;
        var page = _options.PagesInFlight > 0 ? Task.Run(() => PageEncoder.Encode(leaf.Path, buffer)) : Task.FromResult(PageEncoder.Encode(leaf.Path, buffer));
        _pending.Enqueue((leaf, firstRow, page, buffer));
    }

    async ValueTask WriteOldestAsync(CancellationToken cancellationToken)
    {
        var (leaf, firstRow, task, buffer) = _pending.Peek();
        using var page = await task.ConfigureAwait(false);
        var message = new ColumnMetadata.Types.Page { Length = (ulong)page.Rows, Priority = (ulong)firstRow, Encoding = Direct("/lance.encodings21.PageLayout", page.Layout) };
        foreach (var bytes in page.Buffers)
        {
            await AlignAsync(cancellationToken).ConfigureAwait(false);
            message.BufferOffsets.Add((ulong)_output.Position);
            message.BufferSizes.Add((ulong)bytes.Length);
            if (bytes.Length > 0) await _output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        _pages[leaf.Column].Add(message);
        _pending.Dequeue();
        buffer.Clear();
        _spare[leaf.Column].Push(buffer);
    }

    ValueTask AlignAsync(CancellationToken cancellationToken)
    {
        var missing = (int)(-_output.Position & (Alignment - 1));
        return missing == 0 ? ValueTask.CompletedTask : _output.WriteAsync(Padding[..missing], cancellationToken);
    }

    async ValueTask<int> WriteMessageAsync(IMessage message, CancellationToken cancellationToken)
    {
        var bytes = message.ToByteArray();
        await _output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.Length;
    }

    /// <summary>Column metadata, the two tables and the footer.</summary>
    byte[] Tail(List<(long Position, long Size)> globalBuffers)
    {
        using var tail = new ByteSink(4096);
        var start = _output.Position;
        var locations = new List<(long Position, long Size)>();
        // The column-level message says nothing in this version, but readers insist on it.
        var columnEncoding = Direct("/lance.encodings.ColumnEncoding", [0x0A, 0x00]);
        foreach (var pages in _pages)
        {
            var metadata = new ColumnMetadata { Encoding = columnEncoding };
            metadata.Pages.Add(pages);
            var bytes = metadata.ToByteArray();
            locations.Add((start + tail.Length, bytes.Length));
            tail.Append(bytes);
        }
        var columnTable = start + tail.Length;
        foreach (var (position, size) in locations)
        {
            tail.AppendValue(position);
            tail.AppendValue(size);
        }
        var bufferTable = start + tail.Length;
        foreach (var (position, size) in globalBuffers)
        {
            tail.AppendValue(position);
            tail.AppendValue(size);
        }
        var footer = tail.Extend(FooterSize);
        BinaryPrimitives.WriteInt64LittleEndian(footer, start);
        BinaryPrimitives.WriteInt64LittleEndian(footer[8..], columnTable);
        BinaryPrimitives.WriteInt64LittleEndian(footer[16..], bufferTable);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[24..], (uint)globalBuffers.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[28..], (uint)_pages.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(footer[32..], LanceFileWriterOptions.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(footer[34..], LanceFileWriterOptions.Minor);
        "LANC"u8.CopyTo(footer[36..]);
        return tail.Span.ToArray();
    }

    static StoredEncoding Direct(string typeUrl, byte[] value) => new()
    {
        Direct = new DirectEncoding { Encoding = new Any { TypeUrl = typeUrl, Value = ByteString.CopyFrom(value) }.ToByteString() },
    };
}
