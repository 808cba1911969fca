using System.Runtime.InteropServices;

namespace Pennon.Lance.IO;

/// <summary>
/// Gives a finished file its final name only if that name is free, in one atomic step. <see cref="File.Move(string, string, bool)"/>
/// is no such step on Unix: it looks first and renames afterwards, so that two writers can both succeed.
/// </summary>
static partial class ExclusiveRename
{
    const int AlreadyExists = 17;
    const int CurrentFolder = -100;
    const uint NoReplace = 1;

    /// <summary>Renames, or leaves the source in place and answers false if the target exists.</summary>
    public static bool TryMove(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(source, target, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(target))
            {
                return false;
            }
        }
        if (Link(source, target) == 0)
        {
            File.Delete(source);
            return true;
        }
        var error = Marshal.GetLastPInvokeError();
        if (error == AlreadyExists)
            return false;
        // Some file systems have no hard links; Linux offers a rename that refuses to replace.
        if (OperatingSystem.IsLinux())
        {
            if (RenameAt2(CurrentFolder, source, CurrentFolder, target, NoReplace) == 0)
                return true;
            error = Marshal.GetLastPInvokeError();
            if (error == AlreadyExists)
                return false;
        }
        throw new IOException($"'{target}' could not be created exclusively (error {error}); its file system may lack hard links.");
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt2(int sourceFolder, string source, int targetFolder, string target, uint flags);
}
