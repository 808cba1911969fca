using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>Lists of any length: row i holds items <c>Offsets[i]</c> to <c>Offsets[i + 1]</c>.</summary>
/// <typeparam name="TOffset"><see cref="int"/> or, for the large type, <see cref="long"/>.</typeparam>
public abstract class VariableListArray<TOffset> : ArrowArray where TOffset : unmanaged, IBinaryInteger<TOffset>
{
    readonly ArrowArray[] _children;

    private protected VariableListArray(ArrowType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowArray items)
        : base(type, length, nullCount, offset, validity)
    {
        ArgumentNullException.ThrowIfNull(items);
        OffsetBuffer = offsets;
        _children = [items];
        if (length == 0 && offsets.IsEmpty) return;
        ArrayFactory.RequireBytes(type, "offset", offsets.Length, ((long)offset + length + 1) * Unsafe.SizeOf<TOffset>());
        var ends = Offsets;
        var (first, last) = (long.CreateChecked(ends[0]), long.CreateChecked(ends[^1]));
        if (first < 0 || last < first || last > items.Length)
            throw new ArgumentException($"The offsets of an array of {type} run from {first} to {last}, outside its {items.Length} items.");
    }

    /// <summary>The stored offsets, unsliced.</summary>
    public ArrowBuffer OffsetBuffer { get; }

    /// <summary>Length + 1 offsets into <see cref="Items"/>, the first not always zero.</summary>
    public ReadOnlySpan<TOffset> Offsets => OffsetBuffer.IsEmpty ? default : OffsetBuffer.As<TOffset>().Slice(Offset, Length + 1);

    internal override ArrowBuffer MainBuffer => OffsetBuffer;

    /// <summary>All stored items; offsets index into this array.</summary>
    public ArrowArray Items => _children[0];

    /// <inheritdoc/>
    public override IReadOnlyList<ArrowArray> StoredChildren => _children;

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(OffsetBuffer);
    }
}

/// <summary>Lists with 32-bit offsets.</summary>
public sealed class ListArray(ListType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowArray items)
    : VariableListArray<int>(type, length, nullCount, offset, validity, offsets, items)
{
    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new ListArray((ListType)Type, length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), Items.Share());
}

/// <summary>Lists with 64-bit offsets; one array still holds at most 2^31 - 1 items.</summary>
public sealed class LargeListArray(LargeListType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowArray items)
    : VariableListArray<long>(type, length, nullCount, offset, validity, offsets, items)
{
    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new LargeListArray((LargeListType)Type, length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), Items.Share());
}

/// <summary>Maps, stored as lists of key and value structs.</summary>
public sealed class MapArray : VariableListArray<int>
{
    /// <summary>Creates the array over existing buffers and takes over their references; <paramref name="entries"/> is a <see cref="StructArray"/>.</summary>
    public MapArray(MapType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer offsets, ArrowArray entries)
        : base(type, length, nullCount, offset, validity, offsets, entries)
    {
        if (entries is not StructArray { Children.Count: 2 }) throw new ArgumentException("The entries of a map are structs of key and value.", nameof(entries));
    }

    /// <summary>All stored entries.</summary>
    public StructArray Entries => (StructArray)Items;

    /// <summary>All stored keys; offsets index into this array.</summary>
    public ArrowArray Keys => Entries.Children[0];

    /// <summary>All stored values; offsets index into this array.</summary>
    public ArrowArray Values => Entries.Children[1];

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new MapArray((MapType)Type, length, nullCount, offset, Validity.Retain(), OffsetBuffer.Retain(), Items.Share());
}

/// <summary>Lists of one length, such as vectors: row i holds items i * Size to (i + 1) * Size of <see cref="Items"/>.</summary>
public sealed class FixedSizeListArray : ArrowArray
{
    readonly ArrowArray[] _children;
    ArrowArray? _items;

    /// <summary>Creates the array; <paramref name="items"/> holds at least (offset + length) * size items and is taken over.</summary>
    public FixedSizeListArray(FixedSizeListType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowArray items)
        : base(type, length, nullCount, offset, validity)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (((long)offset + length) * type.Size > items.Length)
            throw new ArgumentException($"An array of {type} with {offset} + {length} rows needs {((long)offset + length) * type.Size} items and has {items.Length}.", nameof(items));
        _children = [items];
        Size = type.Size;
    }

    /// <summary>Items per row.</summary>
    public int Size { get; }

    /// <summary>The Length * Size items of this view; those under null rows are undefined.</summary>
    public ArrowArray Items
    {
        get
        {
            if (Offset == 0 && _children[0].Length == Length * Size) return _children[0];
            return _items ??= _children[0].Slice(Offset * Size, Length * Size);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ArrowArray> StoredChildren => _children;

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new FixedSizeListArray((FixedSizeListType)Type, length, nullCount, offset, Validity.Retain(), _children[0].Share());

    private protected override void DisposeDictionary() => _items?.Dispose();

    internal override void VisitBuffers(Action<ArrowBuffer> visit) => visit(Validity);
}

/// <summary>Named child columns with a validity of their own.</summary>
public sealed class StructArray : ArrowArray
{
    readonly ArrowArray[] _stored;
    ArrowArray[]? _children;

    /// <summary>Creates the array; each child has at least offset + length rows and is taken over.</summary>
    public StructArray(StructType type, int length, int nullCount, int offset, ArrowBuffer validity, IReadOnlyList<ArrowArray> children)
        : base(type, length, nullCount, offset, validity)
    {
        ArgumentNullException.ThrowIfNull(children);
        if (children.Count != type.Fields.Count) throw new ArgumentException($"{type} has {type.Fields.Count} fields, not {children.Count}.", nameof(children));
        foreach (var child in children)
        {
            if (child.Length < offset + length)
                throw new ArgumentException($"A child of {type} has {child.Length} rows and needs {offset} + {length}.", nameof(children));
        }
        _stored = [.. children];
    }

    /// <summary>The children, each cut to this view's rows. A child's value under a null row is undefined.</summary>
    public IReadOnlyList<ArrowArray> Children
    {
        get
        {
            if (_children is not null) return _children;
            var children = new ArrowArray[_stored.Length];
            for (var i = 0; i < children.Length; i++)
                children[i] = Offset == 0 && _stored[i].Length == Length ? _stored[i] : _stored[i].Slice(Offset, Length);
            return Interlocked.CompareExchange(ref _children, children, null) ?? children;
        }
    }

    /// <summary>The child of this exact name, cut to this view's rows.</summary>
    /// <exception cref="KeyNotFoundException">No child has the name.</exception>
    public ArrowArray Child(string name) => ((StructType)Type).IndexOf(name) is >= 0 and var i
        ? Children[i]
        : throw new KeyNotFoundException($"No field '{name}' in {Type}.");

    /// <inheritdoc/>
    public override IReadOnlyList<ArrowArray> StoredChildren => _stored;

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount)
    {
        var children = new ArrowArray[_stored.Length];
        for (var i = 0; i < children.Length; i++) children[i] = _stored[i].Share();
        return new StructArray((StructType)Type, length, nullCount, offset, Validity.Retain(), children);
    }

    private protected override void DisposeDictionary()
    {
        if (_children is null) return;
        for (var i = 0; i < _children.Length; i++)
        {
            if (!ReferenceEquals(_children[i], _stored[i])) _children[i].Dispose();
        }
    }

    internal override void VisitBuffers(Action<ArrowBuffer> visit) => visit(Validity);
}

/// <summary>Integer indices into a dictionary of values.</summary>
public sealed class DictionaryArray : ArrowArray
{
    readonly ArrowBuffer _indexBuffer;
    ArrowArray? _indices;

    /// <summary>Creates the array over existing buffers and takes over their references and the dictionary's.</summary>
    public DictionaryArray(DictionaryType type, int length, int nullCount, int offset, ArrowBuffer validity, ArrowBuffer indices, ArrowArray dictionary)
        : base(type, length, nullCount, offset, validity)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        ArrayFactory.RequireBytes(type, "index", indices.Length, ((long)offset + length) * (type.Index.BitWidth / 8));
        _indexBuffer = indices;
        Dictionary = dictionary;
    }

    internal override ArrowBuffer MainBuffer => _indexBuffer;

    /// <summary>The values that indices point to.</summary>
    public ArrowArray Dictionary { get; }

    /// <summary>The indices of this view with its validity, as an integer array. The array belongs to this one.</summary>
    public ArrowArray Indices
    {
        get
        {
            if (_indices is not null) return _indices;
            var indices = ArrayFactory.Create(((DictionaryType)Type).Index, Length, -1, Offset, [Validity.Retain(), _indexBuffer.Retain()], [], null);
            return Interlocked.CompareExchange(ref _indices, indices, null) ?? indices;
        }
    }

    /// <summary>The dictionary position of a row, not checked against the dictionary's length.</summary>
    public long GetIndex(int index) => Indices switch
    {
        PrimitiveArray<sbyte> a => a.Values[index],
        PrimitiveArray<byte> a => a.Values[index],
        PrimitiveArray<short> a => a.Values[index],
        PrimitiveArray<ushort> a => a.Values[index],
        PrimitiveArray<int> a => a.Values[index],
        PrimitiveArray<uint> a => a.Values[index],
        PrimitiveArray<long> a => a.Values[index],
        PrimitiveArray<ulong> a => checked((long)a.Values[index]),
        _ => throw new InvalidOperationException($"{Type} has no integer indices."),
    };

    private protected override ArrowArray SliceCore(int offset, int length, int nullCount) =>
        new DictionaryArray((DictionaryType)Type, length, nullCount, offset, Validity.Retain(), _indexBuffer.Retain(), Dictionary.Share());

    private protected override void DisposeDictionary()
    {
        _indices?.Dispose();
        Dictionary.Dispose();
    }

    internal override void VisitBuffers(Action<ArrowBuffer> visit)
    {
        visit(Validity);
        visit(_indexBuffer);
    }
}
