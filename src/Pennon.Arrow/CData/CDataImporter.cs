using System.Runtime.InteropServices;

namespace Pennon.Arrow.CData;

/// <summary>Takes columns over from other Arrow libraries of the same process without copying, by the Arrow C Data Interface.</summary>
/// <remarks>
/// Importing moves a structure: the source is left released, and its release callback runs when the last imported buffer is disposed, or at
/// once when the import fails. The producer is trusted to give buffers as long as its lengths say, because the interface does not tell
/// their sizes. Imported arrays must be disposed.
/// </remarks>
public static unsafe class CDataImporter
{
    /// <summary>Imports a field and releases the structure.</summary>
    /// <param name="source">The structure to take over.</param>
    /// <exception cref="ArgumentException">The structure was released, or breaks the interface.</exception>
    /// <exception cref="NotSupportedException">The type is one this library does not have.</exception>
    public static Field ImportField(CArrowSchema* source)
    {
        if (source is null || source->Release is null)
            throw new ArgumentException("The schema structure was already released.", nameof(source));
        try
        {
            return ReadField(source, 0);
        }
        finally
        {
            source->Release(source);
        }
    }

    /// <summary>Imports a struct type as a schema and releases the structure.</summary>
    /// <param name="source">The structure to take over.</param>
    /// <exception cref="ArgumentException">The structure was released, is not a struct, or breaks the interface.</exception>
    /// <exception cref="NotSupportedException">A type is one this library does not have.</exception>
    public static Schema ImportSchema(CArrowSchema* source)
    {
        Field field = ImportField(source);
        return field.Type is StructType whole
            ? new Schema(whole.Fields, field.Metadata)
            : throw new ArgumentException($"A schema is a struct, not {field.Type}.", nameof(source));
    }

    /// <summary>Imports a column.</summary>
    /// <param name="source">The structure to take over; it is released in any case.</param>
    /// <param name="type">The column's type, as its schema gave it.</param>
    /// <exception cref="ArgumentException">The structure was released, does not fit the type, or breaks the interface.</exception>
    /// <exception cref="NotSupportedException">The column has more than 2^31 - 1 rows, or a buffer of 2 GiB or more.</exception>
    public static ArrowArray ImportArray(CArrowArray* source, ArrowType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (source is null || source->Release is null)
            throw new ArgumentException("The array structure was already released.", nameof(source));
        ImportedMemory owner = new(source);
        try
        {
            return ReadArray(owner.Array, type, owner, 0);
        }
        finally
        {
            owner.Release();
        }
    }

    /// <summary>Imports a batch that was exported as a struct column.</summary>
    /// <param name="source">The structure to take over; it is released in any case.</param>
    /// <param name="schema">The schema of the batch.</param>
    /// <exception cref="ArgumentException">The structure was released, does not fit the schema, has null rows, or breaks the interface.</exception>
    /// <exception cref="NotSupportedException">The batch has more than 2^31 - 1 rows, or a buffer of 2 GiB or more.</exception>
    public static RecordBatch ImportBatch(CArrowArray* source, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        using StructArray whole = (StructArray)ImportArray(source, new StructType(schema.Fields));
        if (whole.HasNulls)
            throw new ArgumentException($"{whole.NullCount} rows of the batch are null as a whole, which a batch cannot be.", nameof(source));
        ArrowArray[] columns = new ArrowArray[whole.Children.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = whole.Children[i].Share();
        return new RecordBatch(schema, columns, whole.Length);
    }

    /// <summary>Imports a stream of batches.</summary>
    /// <param name="source">The structure to take over.</param>
    /// <exception cref="ArgumentException">The structure was released.</exception>
    /// <exception cref="InvalidOperationException">The producer failed to give its schema; the message is its own.</exception>
    public static CDataStream ImportStream(CArrowArrayStream* source)
    {
        if (source is null || source->Release is null)
            throw new ArgumentException("The stream structure was already released.", nameof(source));
        return new CDataStream(source);
    }

    static Field ReadField(CArrowSchema* source, int depth)
    {
        if (depth > CDataFormat.MaxNesting)
            throw new ArgumentException($"The schema nests deeper than {CDataFormat.MaxNesting} levels.");
        if (source is null || source->Format is null || source->ChildCount < 0 || (source->ChildCount > 0 && source->Children is null))
            throw new ArgumentException("A schema structure lacks its format or children.");
        Field[] children = new Field[source->ChildCount];
        for (int i = 0; i < children.Length; i++)
            children[i] = ReadField(source->Children[i], depth + 1);
        ArrowType type = CDataFormat.Parse(CDataFormat.Read(source->Format), children, source->Flags);
        if (source->Dictionary is not null)
            type = new DictionaryType(type, ReadField(source->Dictionary, depth + 1).Type, (source->Flags & CDataFormat.OrderedFlag) != 0);
        return new Field(CDataFormat.Read(source->Name), type, (source->Flags & CDataFormat.NullableFlag) != 0, CDataFormat.DecodeMetadata(source->Metadata));
    }

    static ArrowArray ReadArray(CArrowArray* source, ArrowType type, ImportedMemory owner, int depth)
    {
        if (source is null || depth > CDataFormat.MaxNesting)
            throw new ArgumentException("An array structure is missing or nests too deep.");
        if (source->Length < 0 || source->Offset < 0 || source->NullCount < -1 || source->NullCount > source->Length)
            throw new ArgumentException($"An array of {type} has length {source->Length}, offset {source->Offset} and null count {source->NullCount}.");
        if (source->Length + source->Offset > int.MaxValue)
            throw new NotSupportedException($"An array of {type} has {source->Offset} + {source->Length} rows; at most {int.MaxValue} are supported.");
        (int length, int offset) = ((int)source->Length, (int)source->Offset);
        int wanted = type.Id switch
        {
            ArrowTypeId.Null => 0,
            ArrowTypeId.Struct or ArrowTypeId.FixedSizeList => 1,
            _ when type.IsVariableBinary => 3,
            _ => 2,
        };
        if (source->BufferCount != wanted || (wanted > 0 && source->Buffers is null))
            throw new ArgumentException($"An array of {type} has {source->BufferCount} buffers, not {wanted}.");
        ArrowType[] parts = type switch
        {
            ListType t => [t.Item.Type],
            LargeListType t => [t.Item.Type],
            FixedSizeListType t => [t.Item.Type],
            MapType t => [t.Entries.Type],
            StructType t => [.. t.Fields.Select(f => f.Type)],
            _ => [],
        };
        if (source->ChildCount != parts.Length || (parts.Length > 0 && source->Children is null))
            throw new ArgumentException($"An array of {type} has {source->ChildCount} children, not {parts.Length}.");
        ArrowArray[] children = new ArrowArray[parts.Length];
        ArrowArray? dictionary = null;
        List<ArrowBuffer> buffers = [];
        try
        {
            for (int i = 0; i < children.Length; i++)
                children[i] = ReadArray(source->Children[i], parts[i], owner, depth + 1);
            if (type is DictionaryType coded)
                dictionary = ReadArray(source->Dictionary, coded.Value, owner, depth + 1);
            long rows = (long)offset + length;
            if (wanted > 0)
                buffers.Add(owner.Wrap(source->Buffers[0], source->NullCount == 0 ? 0 : (rows + 7) / 8, optional: true));
            if (wanted == 2)
            {
                long bytes = type switch
                {
                    { Id: ArrowTypeId.List or ArrowTypeId.Map } => (rows + 1) * 4,
                    { Id: ArrowTypeId.LargeList } => (rows + 1) * 8,
                    { Id: ArrowTypeId.Boolean } => (rows + 7) / 8,
                    _ => rows * (type.BitWidth / 8),
                };
                // Producers may leave the single offset of an array without rows out.
                buffers.Add(owner.Wrap(source->Buffers[1], length == 0 && source->Buffers[1] is null ? 0 : bytes));
            }
            if (wanted == 3)
            {
                bool large = type.Id is ArrowTypeId.LargeString or ArrowTypeId.LargeBinary;
                bool absent = length == 0 && source->Buffers[1] is null;
                ArrowBuffer offsets = owner.Wrap(source->Buffers[1], absent ? 0 : (rows + 1) * (large ? 8 : 4));
                buffers.Add(offsets);
                long end = absent ? 0 : large ? offsets.As<long>()[^1] : offsets.As<int>()[^1];
                buffers.Add(owner.Wrap(source->Buffers[2], end));
            }
            int nulls = buffers.Count > 0 && buffers[0].IsEmpty ? 0 : (int)source->NullCount;
            if (source->NullCount > 0 && nulls == 0 && wanted > 0)
                throw new ArgumentException($"An array of {type} counts {source->NullCount} nulls without a validity bitmap.");
            return ArrowArray.Create(type, length, nulls, offset, CollectionsMarshal.AsSpan(buffers), children, dictionary);
        }
        catch
        {
            foreach (ArrowBuffer buffer in buffers)
                buffer.Release();
            foreach (ArrowArray? child in children)
                child?.Dispose();
            dictionary?.Dispose();
            throw;
        }
    }

    /// <summary>A moved structure, released when nothing refers to its buffers any more.</summary>
    sealed class ImportedMemory
    {
        int _references = 1;

        public ImportedMemory(CArrowArray* source)
        {
            Array = (CArrowArray*)NativeMemory.Alloc((nuint)sizeof(CArrowArray));
            *Array = *source;
            source->Release = null;
        }

        public CArrowArray* Array { get; }

        public ArrowBuffer Wrap(void* address, long length, bool optional = false)
        {
            if (length < 0)
                throw new ArgumentException($"A buffer has {length} bytes by its offsets.");
            if (length > ArrowAllocator.MaxLength)
                throw new NotSupportedException($"A buffer has {length} bytes; at most {ArrowAllocator.MaxLength} are supported.");
            if (length == 0 || (optional && address is null))
                return ArrowBuffer.Empty;
            if (address is null)
                throw new ArgumentException($"A buffer of {length} bytes is missing.");
            Interlocked.Increment(ref _references);
            return ForeignBuffers.Wrap((nint)address, (int)length, Release);
        }

        public void Release()
        {
            if (Interlocked.Decrement(ref _references) != 0)
                return;
            Array->Release(Array);
            NativeMemory.Free(Array);
        }
    }
}
