namespace Pennon.Cypher.Execution.Vectors;

/// <summary>A growing array whose items can be read as a span.</summary>
internal sealed class Buffer<T>(int capacity = 0)
{
    T[] _items = capacity == 0 ? [] : new T[capacity];

    public int Count { get; private set; }

    /// <summary>The backing array; only the first <see cref="Count"/> items are meant.</summary>
    public T[] Items => _items;

    public ReadOnlySpan<T> Span => _items.AsSpan(0, Count);

    public void Append(T item)
    {
        if (Count == _items.Length)
        {
            Grow(Count + 1);
        }
        _items[Count++] = item;
    }

    public void Append(ReadOnlySpan<T> items)
    {
        if (Count + items.Length > _items.Length)
        {
            Grow(Count + items.Length);
        }
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    public void Clear() => Count = 0;

    void Grow(int needed) => Array.Resize(ref _items, Math.Max(needed, Math.Max(16, (int)Math.Min(Array.MaxLength, 2L * _items.Length))));
}

/// <summary>Null marks of a column under construction; costs nothing until the first null arrives.</summary>
internal sealed class NullBuffer
{
    bool[]? _nulls;
    int _count;

    public void Append(bool isNull)
    {
        if (isNull)
        {
            Ensure(_count + 1);
            _nulls![_count] = true;
        }
        else if (_nulls is not null)
        {
            Ensure(_count + 1);
        }
        _count++;
    }

    public void Append(bool[]? nulls, int length)
    {
        if (nulls is not null)
        {
            Ensure(_count + length);
            nulls.AsSpan(0, length).CopyTo(_nulls.AsSpan(_count));
        }
        else if (_nulls is not null)
        {
            Ensure(_count + length);
        }
        _count += length;
    }

    /// <summary>The marks, or null when nothing is null.</summary>
    public bool[]? ToArray()
    {
        if (_nulls is null)
        {
            return null;
        }
        Ensure(_count);
        return _nulls;
    }

    void Ensure(int length)
    {
        if (_nulls is null || _nulls.Length < length)
        {
            Array.Resize(ref _nulls, Math.Max(length, 2 * (_nulls?.Length ?? 8)));
        }
    }
}
