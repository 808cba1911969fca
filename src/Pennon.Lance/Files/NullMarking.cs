using System.Numerics;
using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>Turns validity bitmaps into definition codes.</summary>
internal static class NullMarking
{
    /// <summary>Copies the codes so far to <paramref name="target"/> and sets <paramref name="code"/> where the array is null and nothing was missing yet.</summary>
    public static void Apply(ArrowArray array, in LevelState state, Span<ushort> target, ushort code)
    {
        if (state.Definition is null) target.Clear();
        else state.Definition.AsSpan(0, state.Entries).CopyTo(target);
        if (array.Type.Id == ArrowTypeId.Null)
        {
            foreach (ref var level in target)
                if (level == 0) level = code;
            return;
        }
        if (!array.HasNulls) return;
        var validity = array.Validity.Span;
        if (state.Slots == state.Entries && state.Index is null)
        {
            var start = array.Offset + state.Base;
            for (var i = 0; i < state.Entries; i += 64)
            {
                var count = Math.Min(64, state.Entries - i);
                var nulls = ~BitUtility.ReadBits(validity, start + i, count);
                if (count < 64) nulls &= (1UL << count) - 1;
                for (; nulls != 0; nulls &= nulls - 1)
                {
                    ref var level = ref target[i + BitOperations.TrailingZeroCount(nulls)];
                    if (level == 0) level = code;
                }
            }
            return;
        }
        var slot = 0;
        foreach (ref var level in target)
        {
            if (!state.Owns(level)) continue;
            var item = state.Item(slot++);
            if (level == 0 && !BitUtility.Get(validity, array.Offset + item)) level = code;
        }
    }
}
