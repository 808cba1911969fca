using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>
/// How a base path is written down. Folders get their absolute path, which every program can follow whatever its current directory
/// (TABLE 13.6); in other stores the place is named by key.
/// </summary>
static class BasePathSpelling
{
    /// <summary>The text for the root of a table or branch.</summary>
    /// <param name="source">The store that has it.</param>
    /// <param name="root">Its key there.</param>
    /// <param name="target">The store of the table that will refer to it.</param>
    /// <param name="targetTable">That table's key, whose neighbours can be named without their folder.</param>
    /// <exception cref="LanceNotSupportedException">The place cannot be named from the other store.</exception>
    public static string Of(IObjectStore source, string root, IObjectStore target, string targetTable)
    {
        if (source is LocalObjectStore folder && target is LocalObjectStore)
            return root.Length == 0 ? folder.RootFolder : Path.Combine(folder.RootFolder, root.Replace('/', Path.DirectorySeparatorChar));
        if (!ReferenceEquals(source, target))
        {
            throw new LanceNotSupportedException("a clone in another store",
                $"A shallow clone in another store cannot name '{root}' in this one; give the text that the clone's readers will resolve.");
        }
        var neighbours = targetTable.LastIndexOf('/') is >= 0 and var slash ? targetTable[..(slash + 1)] : "";
        return root.StartsWith(neighbours, StringComparison.Ordinal) ? $"./{root[neighbours.Length..]}" : $"/{root}";
    }
}
