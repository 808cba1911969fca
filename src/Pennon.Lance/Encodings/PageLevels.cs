using System.Numerics;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>The levels of one page, renumbered so that only what occurs in the page takes a definition level.</summary>
internal sealed class PageLevels
{
    PageLevels(LevelList repetition, LevelList definition, bool hasDefinition, RepDefLayer[] layers, ushort maxRepetition, ushort maxDefinition, ushort maxVisible, int entries, int slots)
    {
        Repetition = repetition;
        Definition = definition;
        HasDefinition = hasDefinition;
        Layers = layers;
        MaxRepetition = maxRepetition;
        MaxDefinition = maxDefinition;
        MaxVisible = maxVisible;
        Entries = entries;
        Slots = slots;
    }

    public LevelList Repetition { get; }

    public LevelList Definition { get; }

    public bool HasRepetition => MaxRepetition > 0;

    public bool HasDefinition { get; }

    public bool HasLevels => HasRepetition || HasDefinition;

    /// <summary>Innermost first.</summary>
    public RepDefLayer[] Layers { get; }

    public ushort MaxRepetition { get; }

    public ushort MaxDefinition { get; }

    public ushort MaxVisible { get; }

    public int Entries { get; }

    /// <summary>Entries that own a value slot.</summary>
    public int Slots { get; }

    /// <summary>Takes over the levels of a page; <paramref name="definition"/> holds the codes of <see cref="LevelPath"/> and is renumbered in place.</summary>
    public static PageLevels Settle(LevelPath path, LevelList repetition, LevelList definition, int entries, int slots)
    {
        ulong present = 0;
        if (definition.IsMaterialised)
        {
            if (path.Count == 1) present = definition.Span.Contains((ushort)1) ? 2UL : 0;
            else
                foreach (var code in definition.Span) present |= 1UL << code;
        }
        Span<ushort> map = stackalloc ushort[2 * path.Count + 1];
        map.Clear();
        var layers = new RepDefLayer[path.Count];
        ushort next = 0;
        ushort maxVisible = 0;
        var visible = true;
        var renumbered = false;
        for (var depth = path.Count - 1; depth >= 0; depth--)
        {
            var nullCode = LevelPath.NullCode(depth);
            var isNull = (present >> nullCode & 1) != 0;
            if (isNull)
            {
                map[nullCode] = ++next;
                renumbered |= next != nullCode;
            }
            RepDefLayer layer;
            if (path.IsList(depth))
            {
                var emptyCode = LevelPath.EmptyCode(depth);
                var isEmpty = (present >> emptyCode & 1) != 0;
                if (isEmpty)
                {
                    map[emptyCode] = ++next;
                    renumbered |= next != emptyCode;
                }
                layer = (isNull, isEmpty) switch
                {
                    (true, true) => RepDefLayer.LayerNullAndEmptyList,
                    (true, false) => RepDefLayer.LayerNullableList,
                    (false, true) => RepDefLayer.LayerEmptyableList,
                    _ => RepDefLayer.LayerAllValidList,
                };
                visible = false;
            }
            else
            {
                layer = isNull ? RepDefLayer.LayerNullableItem : RepDefLayer.LayerAllValidItem;
                if (visible) maxVisible = next;
            }
            layers[path.Count - 1 - depth] = layer;
        }
        if (renumbered)
            foreach (ref var code in definition.Span) code = map[code];
        return new PageLevels(repetition, definition, next > 0, layers, (ushort)path.ListCount, next, maxVisible, entries, slots);
    }

    /// <summary>Bits that hold levels up to <paramref name="max"/>.</summary>
    public static int BitsFor(ushort max) => max == 0 ? 0 : BitOperations.Log2(max) + 1;
}
