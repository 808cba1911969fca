using System.Buffers;
using System.Numerics;
using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>A field on the way from a top-level column to its leaves.</summary>
internal abstract class ColumnNode
{
    /// <summary>Takes in the rows that <paramref name="state"/> describes.</summary>
    public abstract void Append(ArrowArray array, in LevelState state);
}

internal sealed class StructNode(int depth, ColumnNode[] children) : ColumnNode
{
    public override void Append(ArrowArray array, in LevelState state)
    {
        var columns = ((StructArray)array).Children;
        if (!array.HasNulls)
        {
            for (var i = 0; i < children.Length; i++) children[i].Append(columns[i], state);
            return;
        }
        var definition = ArrayPool<ushort>.Shared.Rent(state.Entries);
        NullMarking.Apply(array, state, definition.AsSpan(0, state.Entries), LevelPath.NullCode(depth));
        var below = state;
        below.Definition = definition;
        for (var i = 0; i < children.Length; i++) children[i].Append(columns[i], below);
        ArrayPool<ushort>.Shared.Return(definition);
    }
}

/// <param name="depth">Layers above.</param>
/// <param name="ordinal">1 for the outermost list of the path.</param>
/// <param name="child">The items.</param>
internal sealed class ListNode(int depth, int ordinal, ColumnNode child) : ColumnNode
{
    public override void Append(ArrowArray array, in LevelState state)
    {
        switch (array)
        {
            case VariableListArray<int> lists: Expand(lists, state); break;
            case VariableListArray<long> lists: Expand(lists, state); break;
            default: throw new ArgumentException($"{array.Type} is no list.", nameof(array));
        }
    }

    void Expand<TOffset>(VariableListArray<TOffset> lists, in LevelState state) where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        var offsets = lists.Offsets;
        var validity = lists.HasNulls ? lists.Validity.Span : default;
        var above = state.Definition is null ? default : state.Definition.AsSpan(0, state.Entries);
        var below = new LevelState { FirstOwningCode = (ushort)(LevelPath.EmptyCode(depth) + 1) };
        var missing = !above.IsEmpty;
        var contiguous = true;
        var next = -1L;
        var entries = 0L;
        var slots = 0L;
        var slot = 0;
        for (var e = 0; e < state.Entries; e++)
        {
            var code = above.IsEmpty ? (ushort)0 : above[e];
            if (!state.Owns(code))
            {
                entries++;
                continue;
            }
            var item = state.Item(slot++);
            if (code != 0 || (!validity.IsEmpty && !BitUtility.Get(validity, lists.Offset + item)))
            {
                missing = true;
                entries++;
                continue;
            }
            var start = long.CreateTruncating(offsets[item]);
            var length = long.CreateTruncating(offsets[item + 1]) - start;
            if (length <= 0)
            {
                if (length < 0) throw new ArgumentException($"The offsets of an array of {lists.Type} decrease at row {item}.");
                missing = true;
                entries++;
                continue;
            }
            if (next < 0) below.Base = (int)start;
            else if (next != start) contiguous = false;
            next = start + length;
            entries += length;
            slots += length;
        }
        if (entries > Array.MaxLength / 4) throw new LanceNotSupportedException("list items in one page", $"{state.Entries:N0} rows of {lists.Type} hold {entries:N0} items; write fewer rows at a time.");
        below.Entries = (int)entries;
        below.Slots = (int)slots;
        below.Repetition = ArrayPool<ushort>.Shared.Rent(below.Entries);
        below.Definition = missing ? ArrayPool<ushort>.Shared.Rent(below.Entries) : null;
        below.Index = contiguous ? null : ArrayPool<int>.Shared.Rent(below.Slots);
        Fill(lists, offsets, validity, above, state, below);
        child.Append(lists.Items, below);
        ArrayPool<ushort>.Shared.Return(below.Repetition);
        if (below.Definition is not null) ArrayPool<ushort>.Shared.Return(below.Definition);
        if (below.Index is not null) ArrayPool<int>.Shared.Return(below.Index);
    }

    void Fill<TOffset>(VariableListArray<TOffset> lists, ReadOnlySpan<TOffset> offsets, ReadOnlySpan<byte> validity, ReadOnlySpan<ushort> above, in LevelState state, in LevelState below)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        var repetition = below.Repetition.AsSpan(0, below.Entries);
        var definition = below.Definition is null ? default : below.Definition.AsSpan(0, below.Entries);
        var index = below.Index is null ? default : below.Index.AsSpan(0, below.Slots);
        var again = (ushort)ordinal;
        repetition.Fill(again);
        definition.Clear();
        var entry = 0;
        var slot = 0;
        var filled = 0;
        for (var e = 0; e < state.Entries; e++)
        {
            repetition[entry] = state.Repetition is null ? (ushort)0 : state.Repetition[e];
            var code = above.IsEmpty ? (ushort)0 : above[e];
            if (state.Owns(code))
            {
                var item = state.Item(slot++);
                if (code == 0)
                {
                    if (!validity.IsEmpty && !BitUtility.Get(validity, lists.Offset + item)) code = LevelPath.NullCode(depth);
                    else
                    {
                        var start = int.CreateTruncating(offsets[item]);
                        var length = int.CreateTruncating(offsets[item + 1]) - start;
                        if (length > 0)
                        {
                            entry += length;
                            if (index.IsEmpty) continue;
                            for (var k = 0; k < length; k++) index[filled++] = start + k;
                            continue;
                        }
                        code = LevelPath.EmptyCode(depth);
                    }
                }
            }
            definition[entry++] = code;
        }
    }
}
