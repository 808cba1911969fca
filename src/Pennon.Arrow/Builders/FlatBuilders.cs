using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>Builds null rows.</summary>
public sealed class NullBuilder() : ArrayBuilder(ArrowType.Null)
{
    int _length;

    /// <inheritdoc/>
    public override int Length => _length;

    /// <inheritdoc/>
    public override void AppendNull() => _length++;

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var array = new NullArray(_length);
        _length = 0;
        return array;
    }
}

/// <summary>Builds fixed-width numbers; <typeparamref name="T"/> is the type that is stored.</summary>
public sealed class PrimitiveBuilder<T> : ArrayBuilder where T : unmanaged
{
    readonly BufferBuilder<T> _values;
    readonly ValidityBuilder _validity;

    /// <summary>Creates a builder for a type whose values are stored as <typeparamref name="T"/>.</summary>
    public PrimitiveBuilder(ArrowType type, ArrowAllocator? allocator = null) : base(type)
    {
        if (type.BitWidth != Unsafe.SizeOf<T>() * 8) throw new ArgumentException($"{typeof(T).Name} does not store values of {type}.", nameof(type));
        _values = new BufferBuilder<T>(allocator);
        _validity = new ValidityBuilder(allocator);
    }

    /// <inheritdoc/>
    public override int Length => _values.Length;

    /// <summary>The values so far, which may be changed in place.</summary>
    public Span<T> Values => _values.Span;

    /// <summary>Appends a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(T value)
    {
        _values.Append(value);
        _validity.AppendValid();
    }

    /// <summary>Appends a value or null.</summary>
    public void Append(T? value)
    {
        if (value is { } present) Append(present);
        else AppendNull();
    }

    /// <summary>Appends values without nulls.</summary>
    public void Append(ReadOnlySpan<T> values)
    {
        _values.Append(values);
        _validity.AppendValid(values.Length);
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        _values.Append(default(T));
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = _values.Length;
        var (validity, nulls) = _validity.Build();
        // Through the factory, so that the class is the one that belongs to the type whatever T says about signedness.
        return ArrowArray.Create(Type, length, nulls, 0, [validity, _values.Build()]);
    }
}

/// <summary>Builds booleans.</summary>
public sealed class BooleanBuilder(ArrowAllocator? allocator = null) : ArrayBuilder(ArrowType.Boolean)
{
    readonly BufferBuilder<byte> _bits = new(allocator);
    readonly ValidityBuilder _validity = new(allocator);
    int _length;

    /// <inheritdoc/>
    public override int Length => _length;

    /// <summary>Appends a value.</summary>
    public void Append(bool value)
    {
        AppendBit(value);
        _validity.AppendValid();
    }

    /// <summary>Appends a value or null.</summary>
    public void Append(bool? value)
    {
        if (value is { } present) Append(present);
        else AppendNull();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        AppendBit(false);
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = _length;
        _length = 0;
        var (validity, nulls) = _validity.Build();
        return new BooleanArray(length, nulls, 0, validity, _bits.Build());
    }

    void AppendBit(bool value)
    {
        if ((_length & 7) == 0) _bits.Append((byte)0);
        if (value) BitUtility.Set(_bits.Span, _length);
        _length++;
    }
}

/// <summary>Builds fixed-size binary values and decimals.</summary>
public sealed class FixedSizeBinaryBuilder : ArrayBuilder
{
    readonly BufferBuilder<byte> _values;
    readonly ValidityBuilder _validity;
    readonly int _width;

    /// <summary>Creates a builder for a fixed-size binary or decimal type.</summary>
    public FixedSizeBinaryBuilder(ArrowType type, ArrowAllocator? allocator = null) : base(type)
    {
        if (type.Id is not (ArrowTypeId.FixedSizeBinary or ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256))
            throw new ArgumentException($"{type} is not a fixed-size binary or decimal type.", nameof(type));
        _width = type.BitWidth / 8;
        _values = new BufferBuilder<byte>(allocator);
        _validity = new ValidityBuilder(allocator);
    }

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Appends a value of exactly the type's width.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        if (value.Length != _width) throw new ArgumentException($"A value of {Type} has {_width} bytes, not {value.Length}.", nameof(value));
        _values.Append(value);
        _validity.AppendValid();
    }

    /// <summary>Appends a decimal's unscaled 128-bit value, sign-extended where the type is wider.</summary>
    public void Append(Int128 unscaled)
    {
        if (Type.Id == ArrowTypeId.FixedSizeBinary) throw new InvalidOperationException($"{Type} holds bytes, not decimals.");
        var target = _values.AppendUninitialized(_width);
        target.Fill(unscaled < 0 ? (byte)0xFF : (byte)0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(target, unscaled);
        _validity.AppendValid();
    }

    /// <inheritdoc/>
    public override void AppendNull()
    {
        _values.AppendUninitialized(_width).Clear();
        _validity.AppendNull();
    }

    /// <inheritdoc/>
    public override ArrowArray Build()
    {
        var length = Length;
        var (validity, nulls) = _validity.Build();
        return new FixedSizeBinaryArray(Type, length, nulls, 0, validity, _values.Build());
    }
}
