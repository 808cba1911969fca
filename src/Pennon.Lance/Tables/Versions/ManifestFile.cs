using System.Buffers.Binary;
using Google.Protobuf;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>One manifest as it lies in the store: its message, and the blocks before it.</summary>
sealed class ManifestFile
{
    const int FooterLength = 16;
    const int MaximumManifestBytes = 1 << 30;
    static ReadOnlySpan<byte> Magic => "LANC"u8;

    readonly ReadOnlyMemory<byte> _bytes;

    ManifestFile(string path, ReadOnlyMemory<byte> bytes, Manifest message)
    {
        Path = path;
        _bytes = bytes;
        Message = message;
    }

    /// <summary>The key of the file.</summary>
    public string Path { get; }

    /// <summary>The size of the file.</summary>
    public long Length => _bytes.Length;

    public Manifest Message { get; }

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="LanceFormatException">The bytes are no manifest.</exception>
    /// <exception cref="LanceNotFoundException">There is no such file.</exception>
    public static async ValueTask<ManifestFile> ReadAsync(IObjectStore store, string path, CancellationToken cancellationToken)
    {
        var bytes = await store.GetAsync(path, MaximumManifestBytes, cancellationToken).ConfigureAwait(false);
        return Parse(bytes, path);
    }

    /// <summary>A manifest that was read before, without the blocks beside it.</summary>
    public static ManifestFile Of(string path, Manifest message) => new(path, ReadOnlyMemory<byte>.Empty, message);

    /// <summary>Checks the bytes of a manifest.</summary>
    /// <exception cref="LanceFormatException">The bytes are no manifest.</exception>
    public static ManifestFile Parse(ReadOnlyMemory<byte> bytes, string path)
    {
        var span = bytes.Span;
        if (span.Length < FooterLength + 4)
            throw new LanceFormatException($"A manifest has at least {FooterLength + 4} bytes, this file has {span.Length}", path, 0);
        if (!span[^4..].SequenceEqual(Magic))
            throw new LanceFormatException("The file does not end in 'LANC', so it is no manifest or was cut short", path, span.Length - 4);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(span[^FooterLength..]);
        if (offset < 0 || offset > span.Length - FooterLength - 4)
            throw new LanceFormatException($"The manifest is said to start at {offset}, outside the file", path, span.Length - FooterLength);
        var block = Block(bytes, offset, path);
        if (offset + 4 + block.Length != span.Length - FooterLength)
            throw new LanceFormatException($"The manifest's length of {block.Length} does not reach the end of the file", path, offset);
        return new ManifestFile(path, bytes, Parse(Manifest.Parser, block, "manifest", path, offset));
    }

    /// <summary>The index entries of the version; empty if it has none.</summary>
    /// <exception cref="LanceFormatException">The block is damaged.</exception>
    public IndexSection ReadIndexSection() => Message.HasIndexSection
        ? Parse(IndexSection.Parser, Block(_bytes, (long)Message.IndexSection, Path), "index section", Path, (long)Message.IndexSection)
        : new IndexSection();

    /// <summary>The transaction stored in the manifest file, if there is one.</summary>
    /// <exception cref="LanceFormatException">The block is damaged.</exception>
    public Transaction? ReadTransaction() => Message.HasTransactionSection
        ? Parse(Transaction.Parser, Block(_bytes, (long)Message.TransactionSection, Path), "transaction", Path, (long)Message.TransactionSection)
        : null;

    /// <summary>Decodes a message, turning every defect into a format error.</summary>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> bytes, string what, string path, long offset)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LanceFormatException($"The {what} is damaged: {error.Message.TrimEnd('.')}", path, offset, error);
        }
    }

    static ReadOnlyMemory<byte> Block(ReadOnlyMemory<byte> bytes, long offset, string path)
    {
        if (offset < 0 || offset > bytes.Length - FooterLength - 4)
            throw new LanceFormatException($"A block is said to start at {offset}, outside the file's {bytes.Length} bytes", path, offset);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(int)offset..]);
        if (length > bytes.Length - FooterLength - 4 - offset)
            throw new LanceFormatException($"A block of {length} bytes does not fit into the file", path, offset);
        return bytes.Slice((int)offset + 4, (int)length);
    }
}
