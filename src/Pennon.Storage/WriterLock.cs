using Pennon.Lance;

namespace Pennon.Storage;

/// <summary>
/// Keeps a second process from writing to a database folder at the same time. The operating system drops the lock with the process, so that a crash
/// leaves nothing to clear; the file itself stays. Stores other than a folder have no lock: there the publish alone decides who wins.
/// </summary>
public sealed class WriterLock : IDisposable
{
    const string FileName = "_writer.lock";

    readonly FileStream? _file;

    WriterLock(FileStream? file) => _file = file;

    /// <summary>Takes the lock of a folder, or none when the database is not in a folder.</summary>
    /// <param name="folder">The database folder, created when it is not there; or null.</param>
    /// <exception cref="ConflictException">Another writer holds it.</exception>
    public static WriterLock Take(string? folder)
    {
        if (folder is null)
        {
            return new WriterLock(null);
        }

        Directory.CreateDirectory(folder);
        try
        {
            return new WriterLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new ConflictException($"Another writer is at work on '{folder}'. Wait for it to finish, then try again.", isRetryable: true);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file?.Dispose();
}
