using System.Buffers.Binary;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>A message as read: the FlatBuffer and the body, with where each began.</summary>
internal readonly record struct RawMessage(byte[] Metadata, long MetadataOffset, ArrowBuffer Body, long BodyOffset)
{
    public FlatTable Root() => FlatTable.Root(Metadata, MetadataOffset);

    /// <summary>The header table, checked to be of the kind that is due or, where <paramref name="due"/> is none, of any kind.</summary>
    public FlatTable Header(out Header kind)
    {
        FlatTable root = Root();
        short version = root.GetInt16(MessageSlot.Version);
        if (version is not (MetadataV4 or MetadataV5))
            throw new ArrowFormatException($"metadata version {version + 1} is not supported, only 4 and 5", root.Offset);
        kind = (Header)root.GetByte(MessageSlot.HeaderType);
        return root.TryGetTable(MessageSlot.Header, out FlatTable header)
            ? header
            : throw new ArrowFormatException("a message has no header", root.Offset);
    }
}

/// <summary>
/// Reads framed messages from a stream. Memory follows the bytes that really arrive: a claimed length is believed only as far as the rest
/// of a seekable stream reaches, and is filled step by step otherwise.
/// </summary>
internal sealed class MessageSource(Stream stream, ArrowAllocator allocator)
{
    const int FirstStep = 1 << 20;
    readonly byte[] _prefix = new byte[8];

    /// <summary>Bytes passed so far, or the position for seekable streams that were positioned.</summary>
    public long Position { get; set; }

    public RawMessage? Read()
    {
        long start = Position;
        int got = Fill(_prefix.AsSpan(0, 4));
        if (got == 0)
            return null;
        bool marked = IsMarked(got, start);
        if (marked && Fill(_prefix.AsSpan(4, 4)) != 4)
            throw Ended("length");
        int length = MetadataLength(marked, start);
        if (length == 0)
            return null;
        byte[] metadata = [];
        for (int have = 0; have < length;)
        {
            Array.Resize(ref metadata, NextStep(have, length));
            if (Fill(metadata.AsSpan(have)) != metadata.Length - have)
                throw Ended("metadata");
            have = metadata.Length;
        }
        long metadataOffset = Position - length;
        int bodyLength = BodyLength(metadata, metadataOffset);
        long bodyOffset = Position;
        ArrowBuffer body = ArrowBuffer.Empty;
        for (int have = 0; have < bodyLength;)
        {
            body = Grow(body, have, bodyLength);
            if (Fill(body.MutableSpan[have..]) != body.Length - have)
                throw Ended("body");
            have = body.Length;
        }
        return new RawMessage(metadata, metadataOffset, body, bodyOffset);
    }

    public async ValueTask<RawMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        long start = Position;
        int got = await FillAsync(_prefix.AsMemory(0, 4), cancellationToken).ConfigureAwait(false);
        if (got == 0)
            return null;
        bool marked = IsMarked(got, start);
        if (marked && await FillAsync(_prefix.AsMemory(4, 4), cancellationToken).ConfigureAwait(false) != 4)
            throw Ended("length");
        int length = MetadataLength(marked, start);
        if (length == 0)
            return null;
        byte[] metadata = [];
        for (int have = 0; have < length;)
        {
            Array.Resize(ref metadata, NextStep(have, length));
            if (await FillAsync(metadata.AsMemory(have), cancellationToken).ConfigureAwait(false) != metadata.Length - have)
                throw Ended("metadata");
            have = metadata.Length;
        }
        long metadataOffset = Position - length;
        int bodyLength = BodyLength(metadata, metadataOffset);
        long bodyOffset = Position;
        ArrowBuffer body = ArrowBuffer.Empty;
        for (int have = 0; have < bodyLength;)
        {
            body = Grow(body, have, bodyLength);
            if (await FillAsync(body.Memory[have..], cancellationToken).ConfigureAwait(false) != body.Length - have)
                throw Ended("body");
            have = body.Length;
        }
        return new RawMessage(metadata, metadataOffset, body, bodyOffset);
    }

    // Before version 0.15 there was no marker, and the length came first.
    bool IsMarked(int got, long start) => got == 4
        ? BinaryPrimitives.ReadUInt32LittleEndian(_prefix) == Continuation
        : throw new ArrowFormatException($"the stream ends after {got} bytes of a message", start);

    int MetadataLength(bool marked, long start)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(_prefix.AsSpan(marked ? 4 : 0));
        if (length < 0 || length > Remaining())
            throw new ArrowFormatException($"message metadata of {length} bytes is not possible here", start);
        return length;
    }

    int BodyLength(byte[] metadata, long offset)
    {
        long length = FlatTable.Root(metadata, offset).GetInt64(MessageSlot.BodyLength);
        if (length < 0 || length > ArrowAllocator.MaxLength || length > Remaining())
            throw new ArrowFormatException($"a message body of {length} bytes is not possible here", offset);
        return (int)length;
    }

    long Remaining() => stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;

    int NextStep(int have, int total) => stream.CanSeek ? total : (int)Math.Min(total, Math.Max(FirstStep, have * 2L));

    ArrowBuffer Grow(ArrowBuffer body, int have, int total)
    {
        ArrowBuffer grown = allocator.Allocate(NextStep(have, total));
        body.Span.CopyTo(grown.MutableSpan);
        body.Release();
        return grown;
    }

    ArrowFormatException Ended(string what) => new($"the stream ends inside the {what} of a message", Position);

    int Fill(Span<byte> target)
    {
        int got = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        Position += got;
        return got;
    }

    async ValueTask<int> FillAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        int got = await stream.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        Position += got;
        return got;
    }
}
