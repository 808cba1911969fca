using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>IN with a list of constants of the operand's type: a hashed set for everything stored in 1 to 8 bytes and for text.</summary>
sealed class BoundIn : BoundNode
{
    readonly BoundNode _operand;
    readonly bool _listHasNull;
    readonly HashSet<long>? _numbers;
    readonly HashSet<string>? _texts;
    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Builds the set.</summary>
    /// <param name="operand">What is looked for.</param>
    /// <param name="items">Constants of the same type.</param>
    /// <param name="position">Where the operator stands.</param>
    public BoundIn(BoundNode operand, IReadOnlyList<ArrowArray> items, int position)
        : base(ArrowType.Boolean, position)
    {
        _operand = operand;
        Items = items;
        _listHasNull = items.Any(i => i.IsNull(0));
        if (operand.Type.IsVariableBinary)
        {
            _texts = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in items)
            {
                if (item.IsValid(0))
                    _texts.Add(Widen(new TextValues(new FilterVector(item, true))[0]));
            }
            _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        }
        else
        {
            _numbers = [];
            foreach (var item in items)
            {
                if (item.IsValid(0))
                    _numbers.Add(KeysOf(item)[0]);
            }
        }
    }

    /// <summary>Whether values of a type can be hashed here.</summary>
    public static bool Supports(ArrowType type) => type.IsVariableBinary
        || (type.Id is not (ArrowTypeId.FixedSizeBinary or ArrowTypeId.Null) && !type.IsNested && type.BitWidth is >= 8 and <= 64);

    public override IReadOnlyList<BoundNode> Operands => [_operand];

    /// <summary>The constants, nulls included.</summary>
    public IReadOnlyList<ArrowArray> Items { get; }

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = _operand.Evaluate(input);
        var array = source.Array;
        var bits = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(array.Length));
        var found = bits.MutableSpan;
        if (_texts is not null)
            FindTexts(source, found);
        else
            FindNumbers(array, found);
        if (!_listHasNull && !array.HasNulls)
            return new FilterVector(new BooleanArray(array.Length, 0, 0, ArrowBuffer.Empty, bits), source.IsConstant);
        // A value that is not in the list, but might equal one of its nulls, is neither in nor out.
        var validity = ArrowAllocator.Default.AllocateZeroed(found.Length);
        var valid = validity.MutableSpan;
        for (var i = 0; i < array.Length; i++)
        {
            if (array.IsValid(i) && (!_listHasNull || BitUtility.Get(found, i)))
                BitUtility.Set(valid, i);
        }
        return new FilterVector(new BooleanArray(array.Length, -1, 0, validity, bits), source.IsConstant);
    }

    void FindNumbers(ArrowArray array, Span<byte> found)
    {
        var keys = KeysOf(array);
        if (_numbers!.Count <= 4)
        {
            Span<long> wanted = stackalloc long[4];
            var count = 0;
            foreach (var number in _numbers)
                wanted[count++] = number;
            for (var i = 0; i < keys.Length; i++)
            {
                if (wanted[..count].Contains(keys[i]))
                    BitUtility.Set(found, i);
            }
            return;
        }
        for (var i = 0; i < keys.Length; i++)
        {
            if (_numbers.Contains(keys[i]))
                BitUtility.Set(found, i);
        }
    }

    void FindTexts(FilterVector source, Span<byte> found)
    {
        var texts = new TextValues(new FilterVector(source.Array, false));
        char[] buffer = [];
        for (var i = 0; i < source.Array.Length; i++)
        {
            if (texts.IsNull(i))
                continue;
            var text = texts[i];
            if (buffer.Length < text.Length)
                buffer = new char[Math.Max(text.Length, 256)];
            for (var c = 0; c < text.Length; c++)
                buffer[c] = (char)text[c];
            if (_lookup.Contains(buffer.AsSpan(0, text.Length)))
                BitUtility.Set(found, i);
        }
    }

    // Bytes become characters of the same number, which hashes and compares exactly, valid UTF-8 or not.
    static string Widen(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (char)source[i];
    });

    static ReadOnlySpan<long> KeysOf(ArrowArray array)
    {
        if (array.Type.IsFloatingPoint)
            array = FloatKeys.Of(array);
        switch (array)
        {
            case PrimitiveArray<long> a: return a.Values;
            case PrimitiveArray<ulong> a: return MemoryMarshal.Cast<ulong, long>(a.Values);
            case PrimitiveArray<int> a: return Widen<int>(a.Values);
            case PrimitiveArray<uint> a: return Widen<uint>(a.Values);
            case PrimitiveArray<short> a: return Widen<short>(a.Values);
            case PrimitiveArray<ushort> a: return Widen<ushort>(a.Values);
            case PrimitiveArray<sbyte> a: return Widen<sbyte>(a.Values);
            case PrimitiveArray<byte> a: return Widen<byte>(a.Values);
            default: throw new InvalidOperationException($"{array.Type} cannot be looked up in a list.");
        }
    }

    static long[] Widen<T>(ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var wide = new long[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, wide.AsSpan());
        return wide;
    }
}
