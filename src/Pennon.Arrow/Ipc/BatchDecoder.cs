using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Pennon.Arrow.Compute;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>
/// Builds arrays over a message body without copying. Everything that kernels trust is checked here: buffer ranges, lengths, every
/// offset, every dictionary position.
/// </summary>
internal ref struct BatchDecoder
{
    readonly FlatVector _nodes;
    readonly FlatVector _buffers;
    readonly ArrowBuffer _body;
    readonly long _bodyOffset;
    readonly DictionaryStore _dictionaries;
    readonly ArrowReadOptions _options;
    readonly IArrowCompressionCodec? _codec;
    readonly bool _compressed;
    int _node;
    int _buffer;

    BatchDecoder(FlatTable header, ArrowBuffer body, long bodyOffset, DictionaryStore dictionaries, ArrowReadOptions options)
    {
        _nodes = header.GetVector(BatchSlot.Nodes, 16);
        _buffers = header.GetVector(BatchSlot.Buffers, 16);
        _body = body;
        _bodyOffset = bodyOffset;
        _dictionaries = dictionaries;
        _options = options;
        if (header.TryGetTable(BatchSlot.Compression, out FlatTable compression))
        {
            _compressed = true;
            ArrowCompression kind = (ArrowCompression)compression.GetByte(0);
            if (!Enum.IsDefined(kind) || compression.GetByte(1) != 0)
                throw new ArrowFormatException($"body compression {compression.GetByte(0)} by method {compression.GetByte(1)} is not known", compression.Offset);
            foreach (IArrowCompressionCodec codec in options.Codecs)
                if (codec.Kind == kind)
                    _codec = codec;
            if (_codec is null)
                throw new ArrowFormatException($"the body is compressed with {kind}, and no codec for it was given in ArrowReadOptions.Codecs", compression.Offset);
        }
    }

    /// <summary>The columns of a record batch, and its length.</summary>
    public static (ArrowArray[] Columns, int Length) Columns(
        FlatTable header, ReadOnlySpan<IpcField> fields, ArrowBuffer body, long bodyOffset, DictionaryStore dictionaries, ArrowReadOptions options)
    {
        BatchDecoder decoder = new(header, body, bodyOffset, dictionaries, options);
        int length = CheckLength(header.GetInt64(BatchSlot.Length), header.Offset);
        ArrowArray[] columns = new ArrowArray[fields.Length];
        try
        {
            for (int i = 0; i < columns.Length; i++)
                columns[i] = decoder.Read(fields[i], fields[i].Field.Type, length);
        }
        catch (ArgumentException e)
        {
            throw new ArrowFormatException($"the batch does not fit its schema: {e.Message}", bodyOffset, e);
        }
        return (columns, length);
    }

    /// <summary>The values of a dictionary batch.</summary>
    public static ArrowArray Values(
        FlatTable header, IpcField field, ArrowBuffer body, long bodyOffset, DictionaryStore dictionaries, ArrowReadOptions options)
    {
        BatchDecoder decoder = new(header, body, bodyOffset, dictionaries, options);
        int length = CheckLength(header.GetInt64(BatchSlot.Length), header.Offset);
        try
        {
            return decoder.Read(field, field.ValueType, length);
        }
        catch (ArgumentException e)
        {
            throw new ArrowFormatException($"the dictionary does not fit its schema: {e.Message}", bodyOffset, e);
        }
    }

    static int CheckLength(long length, long offset) => length is >= 0 and <= int.MaxValue
        ? (int)length
        : throw new ArrowFormatException($"a length of {length} rows is not 0 to {int.MaxValue}", offset);

    ArrowArray Read(IpcField field, ArrowType type, int expected)
    {
        if (_node >= _nodes.Count)
            throw new ArrowFormatException($"the batch has {_nodes.Count} field nodes, too few for its schema", _nodes.Offset);
        int length = CheckLength(_nodes.Int64(_node), _nodes.Offset + _node * 16L);
        long nulls = _nodes.Int64(_node, 8);
        _node++;
        if (expected >= 0 && length != expected)
            throw Broken(field, $"has {length} rows where {expected} are due");
        if (nulls < 0 || nulls > length)
            throw Broken(field, $"counts {nulls} nulls in {length} rows");
        if (type.Id == ArrowTypeId.Null)
            return new NullArray(length);
        ArrowBuffer validity = Next(field);
        // A count of zero says that the bitmap can be ignored; any other count is taken from the bitmap itself.
        if (nulls == 0)
        {
            validity.Release();
            validity = ArrowBuffer.Empty;
        }
        else if (validity.IsEmpty)
            throw Broken(field, $"counts {nulls} nulls without a validity bitmap");
        int count = nulls == 0 ? 0 : -1;
        switch (type.Id)
        {
            case ArrowTypeId.String or ArrowTypeId.Binary:
                ArrowBuffer offsets = Offsets(field, length, sizeof(int));
                ArrowBuffer data = Next(field);
                CheckOffsets(field, offsets.As<int>(), length, data.Length);
                return ArrowArray.Create(type, length, count, 0, [validity, offsets, data]);
            case ArrowTypeId.LargeString or ArrowTypeId.LargeBinary:
                offsets = Offsets(field, length, sizeof(long));
                data = Next(field);
                CheckOffsets(field, offsets.As<long>(), length, data.Length);
                return ArrowArray.Create(type, length, count, 0, [validity, offsets, data]);
            case ArrowTypeId.List or ArrowTypeId.Map:
                offsets = Offsets(field, length, sizeof(int));
                ArrowArray items = Child(field, 0, -1);
                CheckOffsets(field, offsets.As<int>(), length, items.Length);
                return ArrowArray.Create(type, length, count, 0, [validity, offsets], [items]);
            case ArrowTypeId.LargeList:
                offsets = Offsets(field, length, sizeof(long));
                items = Child(field, 0, -1);
                CheckOffsets(field, offsets.As<long>(), length, items.Length);
                return ArrowArray.Create(type, length, count, 0, [validity, offsets], [items]);
            case ArrowTypeId.FixedSizeList:
                return ArrowArray.Create(type, length, count, 0, [validity], [Child(field, 0, -1)]);
            case ArrowTypeId.Struct:
                ArrowArray[] children = new ArrowArray[field.Children.Length];
                for (int i = 0; i < children.Length; i++)
                    children[i] = Child(field, i, length);
                return ArrowArray.Create(type, length, count, 0, [validity], children);
            case ArrowTypeId.Dictionary:
                ArrowArray dictionary = _dictionaries.Get(field);
                DictionaryArray coded = (DictionaryArray)ArrowArray.Create(type, length, count, 0, [validity, Next(field)], null, dictionary);
                CheckPositions(field, coded);
                return coded;
            default:
                return ArrowArray.Create(type, length, count, 0, [validity, Next(field)]);
        }
    }

    ArrowArray Child(IpcField field, int index, int expected) => Read(field.Children[index], field.Children[index].Field.Type, expected);

    readonly ArrowFormatException Broken(IpcField field, string what) => new($"column '{field.Field.Name}' {what}", _bodyOffset);

    // Writers may leave the single offset of an array without rows out.
    ArrowBuffer Offsets(IpcField field, int length, int width)
    {
        ArrowBuffer offsets = Next(field);
        if (offsets.Length < (length + 1L) * width && !(length == 0 && offsets.IsEmpty))
            throw Broken(field, $"has {offsets.Length} bytes of offsets for {length} rows");
        return offsets;
    }

    readonly void CheckOffsets<T>(IpcField field, ReadOnlySpan<T> offsets, int length, int limit) where T : unmanaged, IBinaryInteger<T>
    {
        if (offsets.IsEmpty)
            return;
        offsets = offsets[..(length + 1)];
        bool falls = false;
        for (int i = 1; i < offsets.Length; i++)
            falls |= offsets[i] < offsets[i - 1];
        if (falls || T.IsNegative(offsets[0]) || long.CreateTruncating(offsets[^1]) > limit)
            throw Broken(field, $"has offsets that fall or leave 0 to {limit}");
    }

    readonly void CheckPositions(IpcField field, DictionaryArray array)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(array.Length);
        try
        {
            DictionaryDecode.Rows(array, rented.AsSpan(0, array.Length));
        }
        catch (ArgumentException e)
        {
            throw Broken(field, $"points outside its dictionary: {e.Message}");
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    ArrowBuffer Next(IpcField field)
    {
        if (_buffer >= _buffers.Count)
            throw new ArrowFormatException($"the batch has {_buffers.Count} buffers, too few for its schema", _buffers.Offset);
        long offset = _buffers.Int64(_buffer);
        long length = _buffers.Int64(_buffer, 8);
        _buffer++;
        if (offset < 0 || length < 0 || offset > _body.Length || length > _body.Length - offset)
            throw Broken(field, $"has a buffer of {length} bytes at {offset}, outside the body of {_body.Length}");
        if (length == 0)
            return ArrowBuffer.Empty;
        ArrowBuffer buffer = _body.Slice((int)offset, (int)length);
        if (_compressed)
            return Decompress(field, buffer);
        if ((offset & 7) == 0)
            return buffer.Retain();
        ArrowBuffer aligned = _options.Allocator.Allocate(buffer.Length);
        buffer.Span.CopyTo(aligned.MutableSpan);
        return aligned;
    }

    readonly ArrowBuffer Decompress(IpcField field, ArrowBuffer buffer)
    {
        if (buffer.Length < 8)
            throw Broken(field, $"has a compressed buffer of {buffer.Length} bytes, too short for its length prefix");
        long length = BinaryPrimitives.ReadInt64LittleEndian(buffer.Span);
        ArrowBuffer compressed = buffer.Slice(8, buffer.Length - 8);
        // -1 marks a buffer that was left as it was because compression did not pay.
        if (length == -1)
            return compressed.Retain();
        if (length < 0 || length > Math.Max(MaxClaimedBytes, compressed.Length * 1024L) || length > ArrowAllocator.MaxLength)
            throw Broken(field, $"claims {length} bytes behind {compressed.Length} compressed ones");
        ArrowBuffer plain = _options.Allocator.Allocate((int)length);
        int written;
        try
        {
            written = _codec!.Decompress(compressed.Span, plain.MutableSpan);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ArrowFormatException))
        {
            throw new ArrowFormatException($"column '{field.Field.Name}' does not decompress: {e.Message}", _bodyOffset, e);
        }
        if (written != length)
            throw Broken(field, $"decompresses to {written} bytes instead of {length}");
        return plain;
    }
}
