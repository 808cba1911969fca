using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>The rows of one leaf that will become its next page: levels, and one value for each visible entry.</summary>
/// <remarks>Missing values hold zero bytes or have no length, so that what lay under a null in memory never reaches a file.</remarks>
internal sealed class LeafBuffer : IDisposable
{
    public LeafBuffer(LeafShape shape)
    {
        Shape = shape;
        if (shape.Vector is { } vector) ItemValidity = new ByteSink?[vector.Dimensions.Length];
        if (shape.Kind == LeafKind.Dictionary) Dictionary = new DictionaryItems(shape.Items!);
    }

    public LeafShape Shape { get; }

    public int Rows { get; set; }

    public int Entries { get; set; }

    public int Slots { get; set; }

    public LevelList Repetition { get; } = new();

    public LevelList Definition { get; } = new();

    /// <summary>Values of fixed width, or the bytes of variable ones.</summary>
    public ByteSink Values { get; } = new();

    /// <summary>For variable values 32-bit integers: 0, then where each value ends in <see cref="Values"/>.</summary>
    public ByteSink Ends { get; } = new();

    /// <summary>For vectors and each of their levels: a flag of 0 or 1 for every item, or null while all are valid.</summary>
    public ByteSink?[] ItemValidity { get; } = [];

    public DictionaryItems? Dictionary { get; }

    /// <summary>Bytes held, which decide when the page is full.</summary>
    public long Bytes => Values.Length + (long)Ends.Length + 2L * (Repetition.IsMaterialised ? Entries : 0) + 2L * (Definition.IsMaterialised ? Entries : 0);

    public void Clear()
    {
        Rows = Entries = Slots = 0;
        Repetition.Clear();
        Definition.Clear();
        Values.Clear();
        Ends.Clear();
        Dictionary?.Clear();
        for (var i = 0; i < ItemValidity.Length; i++)
        {
            ItemValidity[i]?.Dispose();
            ItemValidity[i] = null;
        }
    }

    public void Dispose()
    {
        Clear();
        Repetition.Dispose();
        Definition.Dispose();
        Values.Dispose();
        Ends.Dispose();
        Dictionary?.Dispose();
    }
}
