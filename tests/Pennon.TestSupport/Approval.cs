using System.Runtime.CompilerServices;

namespace Pennon.TestSupport;

/// <summary>
/// Compares a text with an approved file that lies beside the test's source. With <c>PENNON_APPROVE=1</c> in the
/// environment the file is rewritten instead, so that the change shows in review.
/// </summary>
public static class Approval
{
    /// <summary>Asserts that the text equals the approved file; the failure names the first line that differs.</summary>
    /// <param name="actual">The text as it is now; line ends are compared as <c>\n</c>.</param>
    /// <param name="fileName">The approved file's name, relative to the calling source file's folder.</param>
    /// <param name="caller">Filled in by the compiler.</param>
    public static void Equal(string actual, string fileName, [CallerFilePath] string caller = "")
    {
        var text = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var path = Path.Combine(FolderOf(caller), fileName);
        if (Environment.GetEnvironmentVariable("PENNON_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        if (!File.Exists(path))
        {
            Assert.Fail($"'{fileName}' is not there yet. Run this test with PENNON_APPROVE=1 to write it, and read what it wrote.\n{text}");
        }

        var expected = File.ReadAllText(path).ReplaceLineEndings("\n");
        if (expected != text)
        {
            Assert.Fail($"'{fileName}' differs. {FirstDifference(expected, text)}\nRun this test with PENNON_APPROVE=1 to accept the new text.");
        }
    }

    // Deterministic builds may map source paths, so the file is looked for by its path under the repository too.
    static string FolderOf(string caller)
    {
        var folder = Path.GetDirectoryName(caller)!;
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var tests = caller.Replace('\\', '/').LastIndexOf("/tests/", StringComparison.Ordinal);
        return tests < 0 ? folder : RepositoryFolder.Path(Path.GetDirectoryName(caller[(tests + 1)..])!);
    }

    static string FirstDifference(string expected, string actual)
    {
        var before = expected.Split('\n');
        var now = actual.Split('\n');
        for (var i = 0; i < Math.Max(before.Length, now.Length); i++)
        {
            var was = i < before.Length ? before[i] : "(end of file)";
            var @is = i < now.Length ? now[i] : "(end of text)";
            if (was != @is)
            {
                return $"Line {i + 1}:\n  approved: {was}\n  now:      {@is}";
            }
        }

        return "The texts differ in their ending only.";
    }
}
