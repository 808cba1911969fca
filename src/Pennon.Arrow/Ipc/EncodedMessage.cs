using System.Buffers.Binary;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>
/// A message ready to be written: continuation marker, length and FlatBuffer, padded to 8 bytes, then the parts of the body, each padded
/// to <see cref="BodyAlignment"/> bytes.
/// </summary>
internal sealed class EncodedMessage(byte[] head, IReadOnlyList<ReadOnlyMemory<byte>> body, long bodyLength)
{
    static readonly byte[] Zeros = new byte[BodyAlignment];

    public byte[] Head => head;

    public long BodyLength => bodyLength;

    /// <summary>Completes a message around a header table that the builder already holds.</summary>
    public static EncodedMessage Finish(
        FlatBufferBuilder builder, Header kind, int header, IReadOnlyList<ReadOnlyMemory<byte>> body, long bodyLength, IReadOnlyDictionary<string, string>? metadata = null)
    {
        int pairs = metadata is null ? 0 : SchemaEncoder.Metadata(builder, metadata);
        builder.StartTable(MessageSlot.Count);
        builder.AddInt64(MessageSlot.BodyLength, bodyLength);
        builder.AddReference(MessageSlot.Header, header);
        builder.AddReference(MessageSlot.Metadata, pairs);
        builder.AddInt16(MessageSlot.Version, MetadataV5);
        builder.AddByte(MessageSlot.HeaderType, (byte)kind);
        ReadOnlySpan<byte> flat = builder.Finish(builder.EndTable());
        int padded = (flat.Length + 7) & ~7;
        byte[] head = new byte[8 + padded];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), padded);
        flat.CopyTo(head.AsSpan(8));
        return new EncodedMessage(head, body, bodyLength);
    }

    public static long Padded(long length) => (length + BodyAlignment - 1) & -BodyAlignment;

    public void WriteTo(Stream stream)
    {
        stream.Write(head);
        foreach (ReadOnlyMemory<byte> part in body)
        {
            stream.Write(part.Span);
            stream.Write(Zeros, 0, Padding(part));
        }
    }

    public async ValueTask WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> part in body)
        {
            await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            if (Padding(part) is > 0 and int padding)
                await stream.WriteAsync(Zeros.AsMemory(0, padding), cancellationToken).ConfigureAwait(false);
        }
    }

    static int Padding(ReadOnlyMemory<byte> part) => (int)(Padded(part.Length) - part.Length);
}
