using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow.CData;

/// <summary>Hands columns to other Arrow libraries of the same process without copying, by the Arrow C Data Interface.</summary>
/// <remarks>
/// An exported structure keeps the memory alive until its consumer calls the release callback, from any thread. The arrays given stay the
/// caller's to dispose. The target structures are written without looking at what they held.
/// </remarks>
public static unsafe class CDataExporter
{
    /// <summary>Exports a schema as a struct type whose children are its fields.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="target">Memory for the structure; its owner must release it.</param>
    public static void ExportSchema(Schema schema, CArrowSchema* target)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ExportField(new Field("", new StructType(schema.Fields), nullable: false, schema.Metadata), target);
    }

    /// <summary>Exports a field: name, type, nullability and metadata.</summary>
    /// <param name="field">The field.</param>
    /// <param name="target">Memory for the structure; its owner must release it.</param>
    /// <exception cref="NotSupportedException">The interface has no format for the type.</exception>
    public static void ExportField(Field field, CArrowSchema* target)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(target);
        ArrowType value = field.Type is DictionaryType coded ? coded.Value : field.Type;
        string format = CDataFormat.Of(field.Type);
        IReadOnlyList<Field> children = field.Type switch
        {
            ListType t => [t.Item],
            LargeListType t => [t.Item],
            FixedSizeListType t => [t.Item],
            StructType t => t.Fields,
            MapType t => [t.Entries],
            _ => [],
        };
        *target = default;
        target->Format = CDataFormat.Copy(format);
        target->Name = CDataFormat.Copy(field.Name);
        target->Metadata = CDataFormat.EncodeMetadata(field.Metadata);
        target->Flags = (field.Nullable ? CDataFormat.NullableFlag : 0)
            | (field.Type is MapType { KeysSorted: true } ? CDataFormat.SortedFlag : 0)
            | (field.Type is DictionaryType { Ordered: true } ? CDataFormat.OrderedFlag : 0);
        target->Release = &ReleaseSchema;
        target->Children = (CArrowSchema**)NativeMemory.AllocZeroed((nuint)children.Count, (nuint)sizeof(CArrowSchema*));
        for (int i = 0; i < children.Count; i++)
        {
            target->Children[i] = (CArrowSchema*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowSchema));
            target->ChildCount = i + 1;
            ExportField(children[i], target->Children[i]);
        }
        if (field.Type is DictionaryType)
        {
            target->Dictionary = (CArrowSchema*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowSchema));
            ExportField(new Field("", value), target->Dictionary);
        }
    }

    /// <summary>Exports the memory of a column.</summary>
    /// <param name="array">The column, views included.</param>
    /// <param name="target">Memory for the structure; its owner must release it.</param>
    public static void ExportArray(ArrowArray array, CArrowArray* target)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentNullException.ThrowIfNull(target);
        *target = default;
        ExportedMemory owner = new(array.Share());
        IReadOnlyList<ArrowBuffer> buffers = array.Buffers;
        target->Length = array.Length;
        target->NullCount = array.NullCount;
        target->Offset = array.Offset;
        target->BufferCount = buffers.Count;
        target->Buffers = (void**)NativeMemory.AllocZeroed((nuint)buffers.Count, (nuint)sizeof(void*));
        for (int i = 0; i < buffers.Count; i++)
            target->Buffers[i] = i == 0 && buffers[0].IsEmpty ? null : owner.Address(buffers[i]);
        target->PrivateData = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(owner));
        target->Release = &ReleaseArray;
        IReadOnlyList<ArrowArray> children = array.StoredChildren;
        target->Children = (CArrowArray**)NativeMemory.AllocZeroed((nuint)children.Count, (nuint)sizeof(CArrowArray*));
        for (int i = 0; i < children.Count; i++)
        {
            target->Children[i] = (CArrowArray*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowArray));
            target->ChildCount = i + 1;
            ExportArray(children[i], target->Children[i]);
        }
        if (array is DictionaryArray coded)
        {
            target->Dictionary = (CArrowArray*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowArray));
            ExportArray(coded.Dictionary, target->Dictionary);
        }
    }

    /// <summary>Exports the memory of a batch as a struct column without nulls.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="target">Memory for the structure; its owner must release it.</param>
    public static void ExportBatch(RecordBatch batch, CArrowArray* target)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArrowArray[] columns = new ArrowArray[batch.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = batch.Column(i).Share();
        using StructArray whole = new(new StructType(batch.Schema.Fields), batch.Length, 0, 0, ArrowBuffer.Empty, columns);
        ExportArray(whole, target);
    }

    /// <summary>Exports batches to be pulled by the consumer, on whatever thread it calls.</summary>
    /// <param name="schema">The schema of all batches.</param>
    /// <param name="batches">The batches; each is disposed once it was handed over. A failure while enumerating reaches the consumer as an error.</param>
    /// <param name="target">Memory for the structure; its owner must release it.</param>
    public static void ExportStream(Schema schema, IEnumerable<RecordBatch> batches, CArrowArrayStream* target)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(target);
        *target = default;
        target->GetSchema = &GetSchema;
        target->GetNext = &GetNext;
        target->GetLastError = &GetLastError;
        target->Release = &ReleaseStream;
        target->PrivateData = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(new ExportedStream(schema, batches.GetEnumerator())));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void ReleaseSchema(CArrowSchema* schema)
    {
        for (long i = 0; i < schema->ChildCount; i++)
            Drop(schema->Children[i]);
        Drop(schema->Dictionary);
        NativeMemory.Free(schema->Children);
        NativeMemory.Free(schema->Format);
        NativeMemory.Free(schema->Name);
        NativeMemory.Free(schema->Metadata);
        schema->Release = null;

        static void Drop(CArrowSchema* child)
        {
            if (child is null)
                return;
            // A consumer may have moved the child out, which leaves it released.
            if (child->Release is not null)
                child->Release(child);
            NativeMemory.Free(child);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void ReleaseArray(CArrowArray* array)
    {
        for (long i = 0; i < array->ChildCount; i++)
            Drop(array->Children[i]);
        Drop(array->Dictionary);
        NativeMemory.Free(array->Children);
        NativeMemory.Free(array->Buffers);
        GCHandle handle = GCHandle.FromIntPtr((nint)array->PrivateData);
        ((ExportedMemory)handle.Target!).Dispose();
        handle.Free();
        array->Release = null;

        static void Drop(CArrowArray* child)
        {
            if (child is null)
                return;
            if (child->Release is not null)
                child->Release(child);
            NativeMemory.Free(child);
        }
    }

    static ExportedStream State(CArrowArrayStream* stream) => (ExportedStream)GCHandle.FromIntPtr((nint)stream->PrivateData).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int GetSchema(CArrowArrayStream* stream, CArrowSchema* target) => State(stream).Guard(s => ExportSchema(s.Schema, target));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int GetNext(CArrowArrayStream* stream, CArrowArray* target) => State(stream).Guard(s =>
    {
        *target = default;
        if (!s.Batches.MoveNext())
            return;
        using RecordBatch batch = s.Batches.Current;
        ExportBatch(batch, target);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static byte* GetLastError(CArrowArrayStream* stream) => State(stream).Error;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void ReleaseStream(CArrowArrayStream* stream)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)stream->PrivateData);
        ((ExportedStream)handle.Target!).Dispose();
        handle.Free();
        stream->Release = null;
    }

    /// <summary>What keeps exported buffers alive and in place. Children export themselves.</summary>
    sealed class ExportedMemory(ArrowArray array)
    {
        // Consumers may read an offset or a padded word even where there are no values.
        static readonly void* Zeros = NativeMemory.AllocZeroed(64);
        readonly List<GCHandle> _pins = [];

        public void* Address(ArrowBuffer buffer)
        {
            if (buffer.Block is not { } block || buffer.IsEmpty)
                return Zeros;
            if (block.Array is { } managed)
                _pins.Add(GCHandle.Alloc(managed, GCHandleType.Pinned));
            return block.Address(buffer.BlockOffset);
        }

        public void Dispose()
        {
            foreach (GCHandle pin in _pins)
                pin.Free();
            array.Dispose();
        }
    }

    sealed class ExportedStream(Schema schema, IEnumerator<RecordBatch> batches)
    {
        const int InputOutputError = 5;

        public Schema Schema => schema;

        public IEnumerator<RecordBatch> Batches => batches;

        public byte* Error { get; private set; }

        // Exceptions cannot cross into the consumer's frames; the interface's way to report them is a code and a text.
        public int Guard(Action<ExportedStream> action)
        {
            NativeMemory.Free(Error);
            Error = null;
            try
            {
                action(this);
                return 0;
            }
            catch (Exception e)
            {
                Error = CDataFormat.Copy(e.Message);
                return InputOutputError;
            }
        }

        public void Dispose()
        {
            NativeMemory.Free(Error);
            Error = null;
            batches.Dispose();
        }
    }
}
