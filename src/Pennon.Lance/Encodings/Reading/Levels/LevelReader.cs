using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Reads validity and list offsets out of levels.</summary>
internal static class LevelReader
{
    /// <summary>The validity of one layer.</summary>
    /// <param name="layer">The layer, counted from the leaf.</param>
    /// <param name="nullable">Whether the field may be null; if not, it counts as valid where only a parent is null.</param>
    /// <param name="slots">How many places the layer has.</param>
    /// <param name="nulls">How many of them are null.</param>
    /// <returns>A bitmap, empty if nothing is null.</returns>
    public static ArrowBuffer Validity(LevelStore levels, int layer, bool nullable, out int slots, out int nulls)
    {
        var nesting = levels.Nesting;
        int minimum = nesting.ListsThrough(layer);
        int around = nesting.ListAround(layer);
        var definition = levels.Definition;
        nulls = 0;
        if (definition.IsEmpty)
        {
            slots = minimum == 0 ? levels.Count : levels.Count - Levels.CountUpTo(levels.Repetition, minimum - 1);
            return ArrowBuffer.Empty;
        }
        var rule = new ValidityRule(nesting.NullLevel(layer), nesting.Layers[layer] == NestingKind.List, nullable);
        if (minimum == 0 && around < 0)
        {
            slots = definition.Length;
            return FlatValidity(definition, rule, out nulls);
        }
        int limit = around < 0 ? int.MaxValue : nesting.NullLevel(around);
        return NestedValidity(levels.Repetition, definition, minimum, limit, rule, out slots, out nulls);
    }

    readonly struct ValidityRule(int nullLevel, bool isList, bool nullable)
    {
        /// <summary>Levels below this one are valid.</summary>
        public int NullLevel => nullLevel;

        public bool IsValid(int level) => level < nullLevel
            || (isList && level == nullLevel + 1)
            || (!nullable && level != nullLevel);

        /// <summary>Whether "below the null level" is all there is to it.</summary>
        public bool IsThreshold => !isList && nullable;
    }

    static ArrowBuffer FlatValidity(ReadOnlySpan<ushort> definition, ValidityRule rule, out int nulls)
    {
        var bitmap = ArrowAllocator.Default.Allocate(BitUtility.ByteCount(definition.Length));
        var bits = bitmap.MutableSpan;
        int i = 0;
        int valid = 0;
        if (rule.IsThreshold)
        {
            ref ushort source = ref MemoryMarshal.GetReference(definition);
            var limit = Vector256.Create((ushort)rule.NullLevel);
            for (; i <= definition.Length - 16; i += 16)
            {
                uint mask = Vector256.LessThan(Vector256.LoadUnsafe(ref source, (nuint)i), limit).ExtractMostSignificantBits();
                bits[i >> 3] = (byte)mask;
                bits[(i >> 3) + 1] = (byte)(mask >> 8);
                valid += System.Numerics.BitOperations.PopCount(mask);
            }
        }
        bits[(i >> 3)..].Clear();
        for (; i < definition.Length; i++)
        {
            if (rule.IsValid(definition[i]))
            {
                BitUtility.Set(bits, i);
                valid++;
            }
        }
        nulls = definition.Length - valid;
        return OrEmpty(bitmap, nulls);
    }

    static ArrowBuffer NestedValidity(ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, int minimum, int limit, ValidityRule rule, out int slots, out int nulls)
    {
        var bitmap = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(definition.Length));
        var bits = bitmap.MutableSpan;
        slots = 0;
        nulls = 0;
        for (int i = 0; i < definition.Length; i++)
        {
            if (repetition[i] >= minimum && definition[i] < limit)
            {
                if (rule.IsValid(definition[i]))
                {
                    BitUtility.Set(bits, slots);
                }
                else
                {
                    nulls++;
                }
                slots++;
            }
        }
        return OrEmpty(bitmap, nulls);
    }

    static ArrowBuffer OrEmpty(ArrowBuffer bitmap, int nulls)
    {
        if (nulls > 0)
        {
            return bitmap;
        }
        bitmap.Release();
        return ArrowBuffer.Empty;
    }

    /// <summary>The offsets of a list layer.</summary>
    /// <param name="slots">How many lists there are.</param>
    /// <param name="wide">64-bit offsets instead of 32-bit.</param>
    /// <param name="items">How many items the lists hold.</param>
    public static ArrowBuffer Offsets(LevelStore levels, int layer, int slots, bool wide, out int items)
    {
        var nesting = levels.Nesting;
        int minimum = nesting.ListsThrough(layer);
        int around = nesting.ListAround(layer);
        int limit = around < 0 ? int.MaxValue : nesting.NullLevel(around);
        var buffer = ArrowAllocator.Default.Allocate(checked((slots + 1) * (wide ? 8 : 4)));
        var narrow = wide ? ArrowAllocator.Default.Allocate(checked((slots + 1) * 4)) : buffer;
        items = Fill(levels.Repetition, levels.Definition, minimum, limit, nesting.NullLevel(layer), narrow.MutableAs<int>());
        if (wide)
        {
            var from = narrow.As<int>();
            var to = buffer.MutableAs<long>();
            for (int i = 0; i <= slots; i++)
            {
                to[i] = from[i];
            }
            narrow.Release();
        }
        return buffer;
    }

    static int Fill(ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, int minimum, int limit, int nullLevel, Span<int> offsets)
    {
        int list = 0;
        int item = 0;
        if (definition.IsEmpty)
        {
            for (int i = 0; i < repetition.Length; i++)
            {
                if (repetition[i] >= minimum)
                {
                    offsets[list++] = item;
                }
                item += repetition[i] >= minimum - 1 ? 1 : 0;
            }
        }
        else
        {
            for (int i = 0; i < repetition.Length; i++)
            {
                if (repetition[i] >= minimum && definition[i] < limit)
                {
                    offsets[list++] = item;
                }
                item += repetition[i] >= minimum - 1 && definition[i] < nullLevel ? 1 : 0;
            }
        }
        offsets[list] = item;
        return item;
    }
}
