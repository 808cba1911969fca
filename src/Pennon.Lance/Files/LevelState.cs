namespace Pennon.Lance.Files;

/// <summary>Where a slice of rows stands on its way down to the leaves: the entries so far, and which items of the current array they are.</summary>
internal struct LevelState
{
    public int Entries;

    /// <summary>Entries that own an item of the current array.</summary>
    public int Slots;

    /// <summary>Repetition codes of <see cref="Encodings.LevelPath"/>; null when every entry starts a row.</summary>
    public ushort[]? Repetition;

    /// <summary>Definition codes; null when nothing is missing.</summary>
    public ushort[]? Definition;

    /// <summary>A missing entry owns an item only if its code is at least this.</summary>
    public ushort FirstOwningCode;

    /// <summary>The item of the first slot; further slots follow it unless <see cref="Index"/> is set.</summary>
    public int Base;

    /// <summary>The item of each slot, where they do not follow one another.</summary>
    public int[]? Index;

    public readonly bool Owns(ushort code) => code == 0 || code >= FirstOwningCode;

    public readonly int Item(int slot) => Index is null ? Base + slot : Index[slot];

    public static LevelState Rows(int start, int count) => new() { Entries = count, Slots = count, Base = start };
}
