using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>What a manifest must satisfy before anything it says is used.</summary>
static class ManifestChecks
{
    /// <summary>Checks everything that does not need other files.</summary>
    /// <exception cref="LanceFormatException">The manifest contradicts itself.</exception>
    /// <exception cref="LanceNotSupportedException">It uses features this library does not read.</exception>
    public static void Check(Manifest manifest, string file)
    {
        FeatureFlags.Check(manifest.ReaderFeatureFlags, FeatureFlags.Readable, "Reading", file);
        if (manifest.Version == 0)
            throw new LanceFormatException("The manifest has no version number", file, -1);
        if (manifest.DataFormat is { FileFormat: not ("" or "lance") } format)
        {
            throw new LanceNotSupportedException($"file format '{format.FileFormat}'",
                $"The data files of '{file}' are in the format '{format.FileFormat}', not in 'lance'.");
        }
        var bases = new HashSet<uint>();
        foreach (var path in manifest.BasePaths)
        {
            if (!bases.Add(path.Id))
                throw new LanceFormatException($"Two base paths have the id {path.Id}", file, -1);
        }
        var fragments = new HashSet<ulong>();
        foreach (var fragment in manifest.Fragments)
        {
            if (fragment.Id > uint.MaxValue)
                throw new LanceFormatException($"The fragment id {fragment.Id} does not fit 32 bits", file, -1);
            if (!fragments.Add(fragment.Id))
                throw new LanceFormatException($"Two fragments have the id {fragment.Id}", file, -1);
            Check(fragment, bases, (manifest.ReaderFeatureFlags & FeatureFlags.StableRowIds) != 0, file);
        }
    }

    static void Check(DataFragment fragment, HashSet<uint> bases, bool stableRowIds, string file)
    {
        if (fragment.PhysicalRows > uint.MaxValue)
            throw new LanceFormatException($"Fragment {fragment.Id} claims {fragment.PhysicalRows} rows, more than row addresses can name", file, -1);
        if (fragment.RowIdsCase == DataFragment.RowIdsOneofCase.ExternalRowIds)
            throw new LanceNotSupportedException("external row ids", $"Fragment {fragment.Id} of '{file}' keeps its row ids in another file.");
        if (stableRowIds && fragment.RowIdsCase != DataFragment.RowIdsOneofCase.InlineRowIds)
            throw new LanceFormatException($"Fragment {fragment.Id} has no row ids although the table keeps stable ones", file, -1);
        foreach (var data in fragment.Files)
            Check(fragment, data, bases, file);
        if (fragment.DeletionFile is not { } deletions)
            return;
        if (deletions.FileType is not (DeletionFile.Types.Kind.ArrowArray or DeletionFile.Types.Kind.Bitmap))
        {
            throw new LanceNotSupportedException($"deletion file type {(int)deletions.FileType}",
                $"Fragment {fragment.Id} of '{file}' has a deletion file of an unknown type.");
        }
        CheckBase(deletions.HasBaseId, deletions.BaseId, bases, file);
    }

    static void Check(DataFragment fragment, DataFile data, HashSet<uint> bases, string file)
    {
        if (!ObjectKey.IsValid(data.Path))
            throw new LanceFormatException($"Fragment {fragment.Id} names the data file '{data.Path}', which is no valid relative path", file, -1);
        if (data.Fields.Count != data.ColumnIndices.Count)
        {
            throw new LanceFormatException(
                $"The data file '{data.Path}' lists {data.Fields.Count} fields and {data.ColumnIndices.Count} columns", file, -1);
        }
        var columns = new HashSet<int>();
        var fields = new HashSet<int>();
        for (var i = 0; i < data.Fields.Count; i++)
        {
            if (data.Fields[i] >= 0 && !fields.Add(data.Fields[i]))
                throw new LanceFormatException($"The data file '{data.Path}' lists field {data.Fields[i]} twice", file, -1);
            var column = data.ColumnIndices[i];
            if (column < -1 || (column >= 0 && !columns.Add(column)))
                throw new LanceFormatException($"The data file '{data.Path}' lists column {column} twice or out of range", file, -1);
        }
        CheckBase(data.HasBaseId, data.BaseId, bases, file);
    }

    static void CheckBase(bool has, uint id, HashSet<uint> bases, string file)
    {
        if (has && !bases.Contains(id))
            throw new LanceFormatException($"A file lies under base path {id}, which the manifest does not list", file, -1);
    }
}
