namespace Pennon.Graph;

/// <summary>A growing array of 32-bit ids.</summary>
sealed class UIntList
{
    uint[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<uint> Span => _items.AsSpan(0, Count);

    public void Add(uint value) => Append(1)[0] = value;

    /// <summary>Makes room for more ids, which the caller fills.</summary>
    public Span<uint> Append(int count)
    {
        var needed = checked(Count + count);
        if (needed > _items.Length)
        {
            var grown = GC.AllocateUninitializedArray<uint>((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(1024, _items.Length * 2L))));
            Span.CopyTo(grown);
            _items = grown;
        }

        var span = _items.AsSpan(Count, count);
        Count = needed;
        return span;
    }

    /// <summary>Forgets the ids but keeps the memory.</summary>
    public void Reset() => Count = 0;

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        _items = [];
        Count = 0;
    }
}
