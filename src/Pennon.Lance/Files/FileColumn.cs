using Pennon.Arrow;

namespace Pennon.Lance.Files;

/// <summary>A field to read from one data file, and the columns of the file that hold it.</summary>
/// <param name="Field">What the read gives.</param>
/// <param name="Column">The column of a leaf; in file version 2.0 also the column of a struct or list. -1 where there is none.</param>
/// <param name="Children">Struct fields, the item of a list, or the entries struct of a map; empty for a leaf, which includes
/// fixed-size lists of primitives, packed structs and blobs.</param>
internal sealed record FileColumn(Field Field, int Column, IReadOnlyList<FileColumn> Children)
{
    public bool IsLeaf => Children.Count == 0;
}
