using System.Globalization;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Names and contents of deletion files.</summary>
static class DeletionFiles
{
    public const string Folder = "_deletions";
    const int MaximumBytes = 1 << 30;

    /// <summary>The name of a fragment's deletion file inside the folder.</summary>
    public static string NameOf(ulong fragment, DeletionFile file) => string.Create(CultureInfo.InvariantCulture,
        $"{fragment}-{file.ReadVersion}-{file.Id}.{(file.FileType == DeletionFile.Types.Kind.Bitmap ? "bin" : "arrow")}");

    /// <summary>Reads the deleted row offsets of a fragment.</summary>
    /// <param name="store">Where the file lies.</param>
    /// <param name="path">Its key.</param>
    /// <param name="file">How the manifest describes it.</param>
    /// <param name="physicalRows">The rows of the fragment, deleted ones included.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">The file is damaged, or disagrees with the manifest.</exception>
    public static async ValueTask<RoaringBitmap> ReadAsync(
        IObjectStore store, string path, DeletionFile file, long physicalRows, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAllAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        return Parse(bytes, path, file, physicalRows);
    }

    /// <summary>Decodes the bytes of a deletion file.</summary>
    /// <exception cref="LanceFormatException">The bytes are damaged, or disagree with the manifest.</exception>
    public static RoaringBitmap Parse(ReadOnlySpan<byte> bytes, string path, DeletionFile file, long physicalRows)
    {
        var deleted = file.FileType == DeletionFile.Types.Kind.Bitmap
            ? RoaringFormat.Read(bytes, path)
            : RoaringBitmap.Of(ArrowDeletionFile.Read(bytes, path));
        if ((ulong)deleted.Cardinality != file.NumDeletedRows)
        {
            throw new LanceFormatException(
                $"The file deletes {deleted.Cardinality} rows where the manifest says {file.NumDeletedRows}", path, -1);
        }
        if (deleted.Maximum >= physicalRows)
            throw new LanceFormatException($"The file deletes row {deleted.Maximum} of a fragment of {physicalRows} rows", path, -1);
        return deleted;
    }
}
