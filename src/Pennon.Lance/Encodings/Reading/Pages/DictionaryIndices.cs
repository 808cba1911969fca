using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>The indices of a dictionary page.</summary>
internal static class DictionaryIndices
{
    /// <summary>Widens indices to 32 bits; false if any is not below <paramref name="items"/>.</summary>
    public static bool Widen(ReadOnlySpan<byte> stored, int bits, int items, Span<int> indices)
    {
        bool inRange = true;
        switch (bits)
        {
            case 8:
                for (int i = 0; i < indices.Length; i++)
                {
                    indices[i] = stored[i];
                    inRange &= stored[i] < items;
                }
                break;
            case 16:
                var narrow = MemoryMarshal.Cast<byte, ushort>(stored);
                for (int i = 0; i < indices.Length; i++)
                {
                    indices[i] = narrow[i];
                    inRange &= narrow[i] < items;
                }
                break;
            case 32:
                var plain = MemoryMarshal.Cast<byte, uint>(stored);
                for (int i = 0; i < indices.Length; i++)
                {
                    indices[i] = (int)plain[i];
                    inRange &= plain[i] < (uint)items;
                }
                break;
            default:
                var wide = MemoryMarshal.Cast<byte, ulong>(stored);
                for (int i = 0; i < indices.Length; i++)
                {
                    indices[i] = wide[i] > int.MaxValue ? -1 : (int)wide[i];
                    inRange &= wide[i] < (ulong)items;
                }
                break;
        }
        return inRange;
    }

    /// <summary>Makes the indices of null slots harmless; any other index out of range is an error.</summary>
    public static void ClearHidden(Span<int> indices, int items, ReadOnlySpan<SlotRange> ranges, ReadOnlySpan<ushort> definition, int maxVisible)
    {
        CorruptEncodingException.ThrowIf(definition.IsEmpty, "an index points past the end of the dictionary");
        int entry = 0;
        int slot = 0;
        int at = 0;
        foreach (var range in ranges)
        {
            for (int i = 0; i < range.Count; i++, at++)
            {
                while (definition[entry] > maxVisible || slot < range.Start + i)
                {
                    slot += definition[entry] <= maxVisible ? 1 : 0;
                    entry++;
                }
                if ((uint)indices[at] >= (uint)items)
                {
                    CorruptEncodingException.ThrowIf(definition[entry] == 0, "an index points past the end of the dictionary");
                    indices[at] = 0;
                }
            }
        }
    }
}
