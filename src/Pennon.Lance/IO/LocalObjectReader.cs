using Microsoft.Win32.SafeHandles;

namespace Pennon.Lance.IO;

/// <summary>Positional reads of one file.</summary>
sealed class LocalObjectReader : IObjectReader
{
    readonly SafeFileHandle _handle;

    LocalObjectReader(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        _handle = handle;
        Length = length;
    }

    public string Path { get; }

    public long Length { get; }

    public bool SupportsSynchronousReads => true;

    public static LocalObjectReader Open(string path, string file)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LanceNotFoundException($"There is no object '{path}' (file '{file}').", error);
        }
        catch (UnauthorizedAccessException error) when (Directory.Exists(file))
        {
            throw new LanceNotFoundException($"There is no object '{path}': '{file}' is a folder.", error);
        }
        return new LocalObjectReader(path, handle, RandomAccess.GetLength(handle));
    }

    public int Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var total = 0;
        while (total < destination.Length)
        {
            var read = RandomAccess.Read(_handle, destination[total..], offset + total);
            if (read == 0)
                break;
            total += read;
        }
        return total;
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(offset, destination.Span));
    }

    public void Dispose() => _handle.Dispose();
}
