using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Rules and places of tag and branch names.</summary>
static class ReferenceNames
{
    public const string TagFolder = "_refs/tags";
    public const string BranchFolder = "_refs/branches";
    public const string TreeFolder = "tree";
    public const string Extension = ".json";

    /// <summary>Refuses names that cannot be tags.</summary>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    public static void CheckTag(string name)
    {
        if (!IsSegment(name))
            throw new ArgumentException($"'{name}' is no tag name: letters, digits, '.', '-' and '_' only, no '.' at either end, no '..', not ending in '.lock'.", nameof(name));
    }

    /// <summary>Refuses names that cannot be branches.</summary>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    public static void CheckBranch(string name)
    {
        if (!IsBranch(name))
        {
            throw new ArgumentException(
                $"'{name}' is no branch name: segments of letters, digits, '.', '-' and '_' joined by '/', not 'main', no '..', not ending in '.lock'.", nameof(name));
        }
    }

    /// <summary>Whether a branch can have a name.</summary>
    public static bool IsBranch(string name) => name != "main" && name.Split('/').All(IsSegment);

    public static string TagPath(string root, string name) => ObjectKey.Combine(root, $"{TagFolder}/{name}{Extension}");

    public static string BranchPath(string root, string name) =>
        ObjectKey.Combine(root, $"{BranchFolder}/{name.Replace("/", "%2F", StringComparison.Ordinal)}{Extension}");

    public static string BranchRoot(string root, string name) => ObjectKey.Combine(root, $"{TreeFolder}/{name}");

    static bool IsSegment(string name)
    {
        if (name.Length == 0 || name[0] == '.' || name[^1] == '.' || name.Contains("..", StringComparison.Ordinal)
            || name.EndsWith(".lock", StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('.' or '-' or '_'))
                return false;
        }
        return true;
    }
}
