using System.Runtime.InteropServices;

namespace Pennon.Lance.IO;

/// <summary>Flushes a folder's entries, without which a freshly renamed file can vanish in a power cut.</summary>
static partial class FolderSync
{
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD())
            return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            return;
        try
        {
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is not InvalidArgument and var error)
                throw new IOException($"The folder '{folder}' could not be flushed to disk (error {error}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    // Some network file systems cannot flush folders and answer EINVAL; nothing more can be done there.
    const int InvalidArgument = 22;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
