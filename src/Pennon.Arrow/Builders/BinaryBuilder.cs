using System.Text;

namespace Pennon.Arrow;

/// <summary>Builds text and bytes of variable length, with 32-bit or, for the large types, 64-bit offsets.</summary>
public sealed class BinaryBuilder : ArrayBuilder
{
    readonly BufferBuilder<byte> _data;
    readonly BufferBuilder<int>? _offsets;
    readonly BufferBuilder<long>? _largeOffsets;
    readonly ValidityBuilder _validity;

    /// <summary>Creates a builder for string, binary and their large forms.</summary>
    public BinaryBuilder(ArrowType type, ArrowAllocator? allocator = null) : base(type)
    {
        if (!type.IsVariableBinary) throw new ArgumentException($"{type} is not a text or binary type.", nameof(type));
        _data = new BufferBuilder<byte>(allocator);
        _validity = new ValidityBuilder(allocator);
        if (type.Id is ArrowTypeId.String or ArrowTypeId.Binary) _offsets = new BufferBuilder<int>(allocator);
        else _largeOffsets = new BufferBuilder<long>(allocator);
    }

    /// <inheritdoc/>
    public override int Length => _validity.Length;

    /// <summary>Bytes appended so far over all rows.</summary>
    public int DataLength => _data.Length;

    /// <summary>Appends a row of these bytes.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        _data.Append(value);
        AppendOffset();
        _validity.AppendValid();
    }

    /// <summary>Appends text as UTF-8, or null.</summary>
    public void Append(string? value)
    {
        if (value is null) AppendNull();
        else Append(value.AsSpan());
    }

    /// <summary>Appends text as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> value)
    {
        var start = _data.Length;
        var room = _data.AppendUninitialized(Encoding.UTF8.GetMaxByteCount(value.Length));
        _data.Truncate(start + Encoding.UTF8.GetBytes(value, room));
        AppendOffset();
        _validity.AppendValid();
    }

    /// <summary>Appends bytes to the row that <see cref="EndRow"/> completes.</summary>
    public void AppendPart(ReadOnlySpan<byte> part) => _data.Append(part);

    /// <summary>Completes a row made of parts.</summary>
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
        return ArrowArray.Create(Type, length, nulls, 0, [validity, offsets, _data.Build()]);
    }

    void AppendOffset()
    {
        AppendFirstOffset();
        if (_offsets is not null) _offsets.Append(_data.Length);
        else _largeOffsets!.Append(_data.Length);
    }

    // Not before it is needed, so that a builder which is not used again holds no memory.
    void AppendFirstOffset()
    {
        if (_offsets is { Length: 0 }) _offsets.Append(0);
        else if (_largeOffsets is { Length: 0 }) _largeOffsets.Append(0L);
    }
}
