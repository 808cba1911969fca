using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Deletes files that were staged and never became part of a version.</summary>
internal readonly struct StagedFiles(IObjectStore store)
{
    public async ValueTask DeleteAsync(IEnumerable<string> keys)
    {
        foreach (var key in keys) await TryDeleteAsync(key).ConfigureAwait(false);
    }

    async ValueTask TryDeleteAsync(string key)
    {
        try
        {
            await store.DeleteAsync(key).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or LanceException or UnauthorizedAccessException)
        {
            // No version names the file, so that leaving it costs space only; an error here would hide why the write was abandoned.
        }
    }
}
