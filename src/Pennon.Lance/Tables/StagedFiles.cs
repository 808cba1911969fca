using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Deletes files that were staged and never became part of a version.</summary>
internal readonly struct StagedFiles(IObjectStore store, TablePaths paths)
{
    public async ValueTask DeleteAsync(IReadOnlyList<string> dataFiles)
    {
        foreach (var file in dataFiles) await TryDeleteAsync(paths.DataFile(file)).ConfigureAwait(false);
    }

    public ValueTask DeleteTransactionAsync(string name) => TryDeleteAsync(paths.TransactionFile(name));

    async ValueTask TryDeleteAsync(string path)
    {
        try
        {
            await store.DeleteAsync(path).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or LanceException or UnauthorizedAccessException)
        {
            // No version names the file, so that leaving it costs space only; an error here would hide why the write was abandoned.
        }
    }
}
