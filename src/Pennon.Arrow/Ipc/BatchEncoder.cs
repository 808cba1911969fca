using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Pennon.Arrow.Compute.Spans;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>
/// Lays arrays out for a message body. Views are cut to their rows: offsets start at zero, bitmaps at bit zero; whatever already lies
/// like that is written from where it is.
/// </summary>
internal sealed class BatchEncoder
{
    readonly List<(long Length, long Nulls)> _nodes = [];
    readonly List<(long Offset, long Length)> _buffers = [];
    readonly List<ReadOnlyMemory<byte>> _parts = [];
    long _bodyLength;

    public static EncodedMessage RecordBatch(RecordBatch batch, IReadOnlyDictionary<string, string>? metadata)
    {
        BatchEncoder encoder = new();
        foreach (ArrowArray column in batch.Columns)
            encoder.Add(column);
        FlatBufferBuilder builder = new();
        int header = encoder.Header(builder, batch.Length);
        return EncodedMessage.Finish(builder, IpcFormat.Header.RecordBatch, header, encoder._parts, encoder._bodyLength, metadata);
    }

    public static EncodedMessage Dictionary(long id, ArrowArray values, bool isDelta)
    {
        BatchEncoder encoder = new();
        encoder.Add(values);
        FlatBufferBuilder builder = new();
        int data = encoder.Header(builder, values.Length);
        builder.StartTable(DictionaryBatchSlot.Count);
        builder.AddInt64(DictionaryBatchSlot.Id, id);
        builder.AddReference(DictionaryBatchSlot.Data, data);
        builder.AddBool(DictionaryBatchSlot.IsDelta, isDelta);
        return EncodedMessage.Finish(builder, IpcFormat.Header.DictionaryBatch, builder.EndTable(), encoder._parts, encoder._bodyLength);
    }

    int Header(FlatBufferBuilder builder, int length)
    {
        builder.StartVector(16, _buffers.Count, 8);
        for (int i = _buffers.Count - 1; i >= 0; i--)
        {
            builder.PushInt64(_buffers[i].Length);
            builder.PushInt64(_buffers[i].Offset);
        }
        int buffers = builder.EndVector();
        builder.StartVector(16, _nodes.Count, 8);
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            builder.PushInt64(_nodes[i].Nulls);
            builder.PushInt64(_nodes[i].Length);
        }
        int nodes = builder.EndVector();
        builder.StartTable(BatchSlot.Count);
        builder.AddInt64(BatchSlot.Length, length);
        builder.AddReference(BatchSlot.Nodes, nodes);
        builder.AddReference(BatchSlot.Buffers, buffers);
        return builder.EndTable();
    }

    void Add(ArrowArray array)
    {
        _nodes.Add((array.Length, array.NullCount));
        if (array is NullArray)
            return;
        Validity(array);
        switch (array)
        {
            case BooleanArray a:
                Bitmap(a.Bits, a.Offset, a.Length);
                break;
            case VariableBinaryArray<int> a:
                (int first, int end) = Offsets(a.Offsets, a.OffsetBuffer, a.Offset);
                Part(a.DataBuffer.Memory[first..end]);
                break;
            case VariableBinaryArray<long> a:
                (first, end) = Offsets(a.Offsets, a.OffsetBuffer, a.Offset);
                Part(a.DataBuffer.Memory[first..end]);
                break;
            case VariableListArray<int> a:
                (first, end) = Offsets(a.Offsets, a.OffsetBuffer, a.Offset);
                Add(a.Items.Slice(first, end - first));
                break;
            case VariableListArray<long> a:
                (first, end) = Offsets(a.Offsets, a.OffsetBuffer, a.Offset);
                Add(a.Items.Slice(first, end - first));
                break;
            case FixedSizeListArray a:
                Add(a.Items);
                break;
            case StructArray a:
                foreach (ArrowArray child in a.Children)
                    Add(child);
                break;
            default:
                int width = array.Type.BitWidth / 8;
                Part(array.MainBuffer.Memory.Slice(array.Offset * width, array.Length * width));
                break;
        }
    }

    void Validity(ArrowArray array)
    {
        if (array.HasNulls)
            Bitmap(array.Validity, array.Offset, array.Length);
        else
            Part(default);
    }

    void Bitmap(ArrowBuffer bits, int offset, int length)
    {
        if ((offset & 7) == 0 && (length & 7) == 0)
        {
            Part(bits.Memory.Slice(offset >> 3, Bits.ByteCount(length)));
            return;
        }
        // Copied also for a ragged end, so that the bits past it are zero and equal batches give equal bytes.
        byte[] copy = new byte[Bits.ByteCount(length)];
        Bits.CopyToStart(bits.Span, offset, copy, length);
        Part(copy);
    }

    (int First, int End) Offsets<TOffset>(ReadOnlySpan<TOffset> offsets, ArrowBuffer stored, int offset)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        int width = Unsafe.SizeOf<TOffset>();
        if (offsets.IsEmpty)
        {
            Part(new byte[width]);
            return (0, 0);
        }
        int first = int.CreateTruncating(offsets[0]);
        if (first == 0)
        {
            Part(stored.Memory.Slice(offset * width, offsets.Length * width));
        }
        else
        {
            byte[] copy = new byte[offsets.Length * width];
            TensorPrimitives.Subtract(offsets, offsets[0], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, TOffset>(copy.AsSpan()));
            Part(copy);
        }
        return (first, int.CreateTruncating(offsets[^1]));
    }

    void Part(ReadOnlyMemory<byte> bytes)
    {
        _buffers.Add((_bodyLength, bytes.Length));
        if (bytes.IsEmpty)
            return;
        _parts.Add(bytes);
        _bodyLength += EncodedMessage.Padded(bytes.Length);
    }
}
