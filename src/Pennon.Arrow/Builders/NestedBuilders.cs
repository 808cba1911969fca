namespace Pennon.Arrow;

/// <summary>Builds lists: append items to <see cref="Items"/>, then <see cref="EndRow"/>.</summary>
public sealed class ListBuilder : ArrayBuilder
{
    readonly BufferBuilder<int>? _offsets;
    readonly BufferBuilder<long>? _largeOffsets;
    readonly ValidityBuilder _validity;

    /// <summary>Creates a builder for a list or large list.</summary>
    public ListBuilder(ArrowType type, ArrowAllocator? allocator = null) : base(type)
    {
        var item = type switch
        {
            ListType list => list.Item,
            LargeListType large => large.Item,
            _ => throw new ArgumentException($"{type} is not a list.", nameof(type)),
        };
        Items = Create(item.Type, allocator);
        _validity = new ValidityBuilder(allocator);
        if (type is ListType) _offsets = new BufferBuilder<int>(allocator);
        else _largeOffsets = new BufferBuilder<long>(allocator);
    }

    /// <summary>Where the items of the current row go.</summary>
    public ArrayBuilder Items { get; }

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Completes a row from the items appended since the last one; none make an empty list.</summary>
    public void EndRow()
    {
        AppendOffset();
        _validity.AppendValid();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        AppendOffset();
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = Length;
        AppendFirstOffset();
        var (validity, nulls) = _validity.Build();
        var offsets = _offsets?.Build() ?? _largeOffsets!.Build();
        return ArrowArray.Create(Type, length, nulls, 0, [validity, offsets], [Items.Build()]);
    }

    void AppendOffset()
    {
        AppendFirstOffset();
        if (_offsets is not null) _offsets.Append(Items.Length);
        else _largeOffsets!.Append(Items.Length);
    }

    // Not before it is needed, so that a builder which is not used again holds no memory.
    void AppendFirstOffset()
    {
        if (_offsets is { Length: 0 }) _offsets.Append(0);
        else if (_largeOffsets is { Length: 0 }) _largeOffsets.Append(0L);
    }
}

/// <summary>Builds lists of one length: append exactly Size items to <see cref="Items"/>, then <see cref="EndRow"/>.</summary>
public sealed class FixedSizeListBuilder(FixedSizeListType type, ArrowAllocator? allocator = null) : ArrayBuilder(type)
{
    readonly ValidityBuilder _validity = new(allocator);

    /// <summary>Where the items of the current row go.</summary>
    public ArrayBuilder Items { get; } = Create(type.Item.Type, allocator);

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Completes a row.</summary>
    /// <exception cref="InvalidOperationException">Not exactly Size items were appended.</exception>
    public void EndRow()
    {
        CheckItems(Length + 1);
        _validity.AppendValid();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        CheckItems(Length);
        for (var i = 0; i < type.Size; i++) Items.AppendNull();
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = Length;
        CheckItems(length);
        var (validity, nulls) = _validity.Build();
        return new FixedSizeListArray(type, length, nulls, 0, validity, Items.Build());
    }

    void CheckItems(int rows)
    {
        if (Items.Length != (long)rows * type.Size)
            throw new InvalidOperationException($"{rows} rows of {type} have {(long)rows * type.Size} items, and {Items.Length} were appended.");
    }
}

/// <summary>Builds structs: append one value to every child, then <see cref="EndRow"/>.</summary>
public sealed class StructBuilder(StructType type, ArrowAllocator? allocator = null) : ArrayBuilder(type)
{
    readonly ArrayBuilder[] _children = [.. type.Fields.Select(f => Create(f.Type, allocator))];
    readonly ValidityBuilder _validity = new(allocator);

    /// <summary>The builders of the children, in order.</summary>
    public IReadOnlyList<ArrayBuilder> Children => _children;

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Completes a row.</summary>
    /// <exception cref="InvalidOperationException">A child has not received exactly one value.</exception>
    public void EndRow()
    {
        for (var i = 0; i < _children.Length; i++)
        {
            if (_children[i].Length != Length + 1)
                throw new InvalidOperationException($"Field '{type.Fields[i].Name}' has {_children[i].Length} values at the end of row {Length}.");
        }
        _validity.AppendValid();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        foreach (var child in _children) child.AppendNull();
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = Length;
        var (validity, nulls) = _validity.Build();
        var children = new ArrowArray[_children.Length];
        for (var i = 0; i < children.Length; i++) children[i] = _children[i].Build();
        return new StructArray(type, length, nulls, 0, validity, children);
    }
}

/// <summary>Builds maps: append keys and values, <see cref="EndEntry"/> for each, then <see cref="EndRow"/>.</summary>
public sealed class MapBuilder : ArrayBuilder
{
    readonly StructBuilder _entries;
    readonly BufferBuilder<int> _offsets;
    readonly ValidityBuilder _validity;

    /// <summary>Creates a builder for a map type.</summary>
    public MapBuilder(MapType type, ArrowAllocator? allocator = null) : base(type)
    {
        _entries = new StructBuilder((StructType)type.Entries.Type, allocator);
        _offsets = new BufferBuilder<int>(allocator);
        _validity = new ValidityBuilder(allocator);
    }

    /// <summary>Where keys go.</summary>
    public ArrayBuilder Keys => _entries.Children[0];

    /// <summary>Where values go.</summary>
    public ArrayBuilder Values => _entries.Children[1];

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Completes one entry of the current row.</summary>
    public void EndEntry() => _entries.EndRow();

    /// <summary>Completes a row from the entries since the last one; none make an empty map.</summary>
    public void EndRow()
    {
        AppendOffset();
        _validity.AppendValid();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        AppendOffset();
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = Length;
        if (_offsets.Length == 0) _offsets.Append(0);
        var (validity, nulls) = _validity.Build();
        return ArrowArray.Create(Type, length, nulls, 0, [validity, _offsets.Build()], [_entries.Build()]);
    }

    void AppendOffset()
    {
        if (_offsets.Length == 0) _offsets.Append(0);
        _offsets.Append(_entries.Length);
    }
}
