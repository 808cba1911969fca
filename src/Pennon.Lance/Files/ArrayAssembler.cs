using Pennon.Arrow;
using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Reading;

namespace Pennon.Lance.Files;

/// <summary>Puts leaf columns together again: validity and list offsets come out of the levels of the first leaf below each
/// struct or list, and the other leaves must agree with it.</summary>
internal sealed class ArrayAssembler(IReadOnlyList<LeafRead> leaves, string file)
{
    int _next;

    /// <summary>Builds the array of a top-level column; columns come in the order of the leaves.</summary>
    public ArrowArray Build(FileColumn column, int rows)
    {
        var array = BuildNode(column, 0);
        if (array.Length != rows)
        {
            throw leaves[_next - 1].Inconsistent(file, $"the levels hold {array.Length} rows where {rows} were read");
        }
        return array;
    }

    ArrowArray BuildNode(FileColumn node, int depth)
    {
        var leaf = leaves[_next];
        int layer = leaf.Levels.Nesting.Layers.Length - 1 - depth;
        if (node.IsLeaf)
        {
            _next++;
            var validity = LevelReader.Validity(leaf.Levels, 0, node.Field.Nullable, out int slots, out int nulls);
            if (slots != leaf.Values.Count)
            {
                throw leaf.Inconsistent(file, $"there are {leaf.Values.Count} values for {slots} places");
            }
            return leaf.Build(node.Field.Type, nulls, validity);
        }
        return node.Field.Type switch
        {
            StructType type => BuildStruct(node, type, depth, leaf, layer),
            _ => BuildList(node, depth, leaf, layer),
        };
    }

    ArrowArray BuildStruct(FileColumn node, StructType type, int depth, LeafRead leaf, int layer)
    {
        var validity = LevelReader.Validity(leaf.Levels, layer, node.Field.Nullable, out int slots, out int nulls);
        var children = new ArrowArray[node.Children.Count];
        for (int i = 0; i < children.Length; i++)
        {
            children[i] = BuildNode(node.Children[i], depth + 1);
            if (children[i].Length != slots)
            {
                throw leaves[_next - 1].Inconsistent(file, $"its levels hold {children[i].Length} structs and those of its siblings {slots}");
            }
        }
        return ArrowArray.Create(type, slots, nulls, 0, [validity], children);
    }

    ArrowArray BuildList(FileColumn node, int depth, LeafRead leaf, int layer)
    {
        var validity = LevelReader.Validity(leaf.Levels, layer, node.Field.Nullable, out int slots, out int nulls);
        var offsets = LevelReader.Offsets(leaf.Levels, layer, slots, node.Field.Type.Id == ArrowTypeId.LargeList, out int items);
        var child = BuildNode(node.Children[0], depth + 1);
        if (child.Length != items)
        {
            throw leaf.Inconsistent(file, $"its lists hold {items} items and its values {child.Length}");
        }
        return ArrowArray.Create(node.Field.Type, slots, nulls, 0, [validity, offsets], [child]);
    }
}
