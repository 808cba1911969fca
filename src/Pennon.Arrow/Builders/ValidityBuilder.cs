using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>Collects a validity bitmap; allocates only once a null has come.</summary>
public sealed class ValidityBuilder(ArrowAllocator? allocator = null)
{
    readonly BufferBuilder<byte> _bits = new(allocator);
    int _nulls;
    int _length;

    /// <summary>Rows appended so far.</summary>
    public int Length => _length;

    /// <summary>Null rows appended so far.</summary>
    public int NullCount => _nulls;

    /// <summary>Appends one row that has a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AppendValid()
    {
        if (_nulls > 0) AppendBit(true);
        else _length++;
    }

    /// <summary>Appends <paramref name="count"/> rows that have values.</summary>
    public void AppendValid(int count)
    {
        if (_nulls == 0) _length += count;
        else AppendBits(true, count);
    }

    /// <summary>Appends one null row.</summary>
    public void AppendNull() => AppendNull(1);

    /// <summary>Appends <paramref name="count"/> null rows.</summary>
    public void AppendNull(int count)
    {
        if (count == 0) return;
        if (_nulls == 0)
        {
            var before = _length;
            _length = 0;
            AppendBits(true, before);
        }
        _nulls += count;
        AppendBits(false, count);
    }

    /// <summary>Appends the validity of an array's rows.</summary>
    public void Append(ArrowArray array)
    {
        if (!array.HasNulls)
        {
            AppendValid(array.Length);
            return;
        }
        if (array.Type.Id == ArrowTypeId.Null)
        {
            AppendNull(array.Length);
            return;
        }
        if (_nulls == 0)
        {
            var before = _length;
            _length = 0;
            AppendBits(true, before);
        }
        var start = _length;
        EnsureBytes(start + array.Length);
        BitUtility.Copy(array.Validity.Span, array.Offset, _bits.Span, start, array.Length);
        _length = start + array.Length;
        _nulls += array.NullCount;
    }

    /// <summary>Hands the bitmap over (empty when nothing is null) with the count of nulls, and starts anew.</summary>
    public (ArrowBuffer Validity, int NullCount) Build()
    {
        var nulls = _nulls;
        if (nulls == 0) _bits.Truncate(0);
        var buffer = _bits.Build();
        _nulls = 0;
        _length = 0;
        return (buffer, nulls);
    }

    void AppendBit(bool value)
    {
        if ((_length & 7) == 0) _bits.Append((byte)0);
        if (value) BitUtility.Set(_bits.Span, _length);
        _length++;
    }

    void AppendBits(bool value, int count)
    {
        EnsureBytes(_length + count);
        BitUtility.Fill(_bits.Span, _length, count, value);
        _length += count;
    }

    void EnsureBytes(int bits)
    {
        var missing = BitUtility.ByteCount(bits) - _bits.Length;
        if (missing > 0) _bits.AppendUninitialized(missing).Clear();
    }
}
