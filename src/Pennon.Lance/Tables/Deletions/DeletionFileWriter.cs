using System.Security.Cryptography;
using Pennon.Arrow;
using Pennon.Arrow.Ipc;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;
using Field = Pennon.Arrow.Field;

namespace Pennon.Lance.Tables;

/// <summary>Writes the deleted rows of a fragment to a file of their own (TABLE 8).</summary>
static class DeletionFileWriter
{
    /// <summary>From this many rows on the set is stored as a bitmap (TABLE 8.4).</summary>
    public const int BitmapFrom = 5000;

    static readonly Schema Offsets = new([new Field("row_id", ArrowType.UInt32, nullable: false)]);

    /// <summary>Writes a set of rows under a new name.</summary>
    /// <param name="store">The store.</param>
    /// <param name="root">The key of the table or branch.</param>
    /// <param name="fragment">The fragment.</param>
    /// <param name="readVersion">The version the operation read.</param>
    /// <param name="deleted">Every deleted row of the fragment, those of earlier versions included.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>What the manifest says about the file, and its key.</returns>
    public static async ValueTask<(DeletionFile File, string Key)> WriteAsync(
        IObjectStore store, string root, ulong fragment, long readVersion, RoaringBitmap deleted, CancellationToken cancellationToken)
    {
        var file = new DeletionFile
        {
            FileType = deleted.Cardinality < BitmapFrom ? DeletionFile.Types.Kind.ArrowArray : DeletionFile.Types.Kind.Bitmap,
            ReadVersion = (ulong)readVersion,
            Id = NewId(),
            NumDeletedRows = (ulong)deleted.Cardinality,
        };
        var key = ObjectKey.Combine(root, $"{DeletionFiles.Folder}/{DeletionFiles.NameOf(fragment, file)}");
        var bytes = file.FileType == DeletionFile.Types.Kind.Bitmap ? RoaringFormat.Write(deleted) : ArrowBytes(deleted);
        await store.PutAsync(key, bytes, cancellationToken).ConfigureAwait(false);
        return (file, key);
    }

    /// <summary>The bytes of an Arrow file of the offsets, ascending.</summary>
    internal static byte[] ArrowBytes(RoaringBitmap deleted)
    {
        using var target = new MemoryStream();
        using var batch = new RecordBatch(Offsets, [new PrimitiveArray<uint>(ArrowType.UInt32, [.. deleted.Values()])], (int)deleted.Cardinality);
        using (var writer = new ArrowFileWriter(target, Offsets, leaveOpen: true))
        {
            writer.Write(batch);
            writer.Finish();
        }
        return target.ToArray();
    }

    static ulong NewId()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
