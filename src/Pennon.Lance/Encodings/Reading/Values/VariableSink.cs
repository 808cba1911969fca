using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Strings and byte strings: offsets of 32 or 64 bits, and bytes.</summary>
internal sealed class VariableSink : ValueSink
{
    readonly int _offsetWidth;
    GrowingBuffer _offsets;
    GrowingBuffer _data;

    public VariableSink(int offsetBits, int expected)
    {
        OffsetBits = offsetBits;
        _offsetWidth = offsetBits / 8;
        _offsets = new GrowingBuffer(CheckedSize(expected + 1L, _offsetWidth));
        _offsets.Extend(_offsetWidth).Clear();
        _data = new GrowingBuffer(0);
    }

    /// <summary>32 or 64.</summary>
    public int OffsetBits { get; }

    /// <summary>Bytes of all values so far.</summary>
    public int DataLength => _data.Length;

    public void EnsureData(long bytes) => _data.EnsureRoom(bytes);

    /// <summary>Appends one value.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_data.Extend(value.Length));
        EndValue();
    }

    /// <summary>Room for at least <paramref name="bytes"/> bytes of the next value; see <see cref="Commit"/>.</summary>
    public Span<byte> Room(int bytes) => _data.Room(bytes);

    /// <summary>Ends a value whose <paramref name="bytes"/> bytes were written to <see cref="Room"/>.</summary>
    public void Commit(int bytes)
    {
        _data.Advance(bytes);
        EndValue();
    }

    void EndValue()
    {
        var slot = _offsets.Extend(_offsetWidth);
        if (_offsetWidth == 4)
        {
            Unsafe.WriteUnaligned(ref slot[0], _data.Length);
        }
        else
        {
            Unsafe.WriteUnaligned(ref slot[0], (long)_data.Length);
        }
        Count++;
    }

    /// <summary>Appends the values between neighbouring <paramref name="offsets"/> of <paramref name="bytes"/>.</summary>
    public void AppendRun<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> bytes) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int count = offsets.Length - 1;
        T first = offsets[0];
        T last = offsets[count];
        CorruptEncodingException.ThrowIf(last > T.CreateSaturating(bytes.Length), "an offset points past the end of its buffer");
        CorruptEncodingException.ThrowIf(first > last, "offsets decrease");
        int from = int.CreateTruncating(first);
        int length = int.CreateTruncating(last) - from;
        int start = _data.Length;
        bytes.Slice(from, length).CopyTo(_data.Extend(length));
        // The difference may be negative; it is added modulo the width of the offsets.
        T shift = T.CreateTruncating(start - from);
        var target = MemoryMarshal.Cast<byte, T>(_offsets.Extend(CheckedSize(count, _offsetWidth)));
        CorruptEncodingException.ThrowIf(!Rebase(offsets, shift, target), "offsets decrease");
        Count += count;
    }

    /// <summary>Appends values whose bytes are FSST codes between neighbouring <paramref name="offsets"/>.</summary>
    public void AppendRun<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> codes, FsstDecoder symbols) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int count = offsets.Length - 1;
        CorruptEncodingException.ThrowIf(offsets[count] > T.CreateSaturating(codes.Length) || offsets[0] > offsets[count], "an offset points past the end of its buffer");
        long length = int.CreateTruncating(offsets[count] - offsets[0]);
        CorruptEncodingException.ThrowIf(length * 8 > int.MaxValue - 4096, "a chunk has more codes than can be decoded");
        int start = _data.Length;
        using var ends = new Scratch<int>(count);
        int written = symbols.DecodeRun(codes, offsets, _data.Room((int)length * 8), ends.Span);
        _data.Advance(written);
        var target = MemoryMarshal.Cast<byte, T>(_offsets.Extend(CheckedSize(count, _offsetWidth)));
        for (int i = 0; i < count; i++)
        {
            target[i] = T.CreateTruncating(start + ends.Span[i]);
        }
        Count += count;
    }

    /// <summary>Adds <paramref name="shift"/> to all offsets but the first; false if they ever decrease.</summary>
    static bool Rebase<T>(ReadOnlySpan<T> offsets, T shift, Span<T> target) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int count = target.Length;
        ref T source = ref MemoryMarshal.GetReference(offsets);
        ref T to = ref MemoryMarshal.GetReference(target);
        int i = 0;
        bool ordered = true;
        if (count >= Vector256<T>.Count)
        {
            var add = Vector256.Create(shift);
            var decreases = Vector256<T>.Zero;
            for (; i <= count - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                var before = Vector256.LoadUnsafe(ref source, (nuint)i);
                var after = Vector256.LoadUnsafe(ref source, (nuint)i + 1);
                decreases |= Vector256.LessThan(after, before);
                (after + add).StoreUnsafe(ref to, (nuint)i);
            }
            ordered = decreases == Vector256<T>.Zero;
        }
        for (; i < count; i++)
        {
            T after = Unsafe.Add(ref source, i + 1);
            ordered &= after >= Unsafe.Add(ref source, i);
            Unsafe.Add(ref to, i) = after + shift;
        }
        return ordered;
    }

    public override void AppendEmpty(int count)
    {
        var span = _offsets.Extend(CheckedSize(count, _offsetWidth));
        if (_offsetWidth == 4)
        {
            MemoryMarshal.Cast<byte, int>(span).Fill(_data.Length);
        }
        else
        {
            MemoryMarshal.Cast<byte, long>(span).Fill(_data.Length);
        }
        Count += count;
    }

    /// <summary>Appends one value several times.</summary>
    public void AppendRepeated(ReadOnlySpan<byte> value, int count)
    {
        CorruptEncodingException.ThrowIf(value.Length > 64 && (long)value.Length * count > Math.Max(UnbackedLimit, value.Length), "more repeated values are claimed than can be built without stored data");
        EnsureData((long)value.Length * count);
        for (int i = 0; i < count; i++)
        {
            Append(value);
        }
    }

    public override ReadOnlySpan<byte> Bytes(int index)
    {
        var (start, end) = Range(index);
        return _data.Used[start..end];
    }

    (int Start, int End) Range(int index)
    {
        if (_offsetWidth == 4)
        {
            var offsets = MemoryMarshal.Cast<byte, int>(_offsets.Used);
            return (offsets[index], offsets[index + 1]);
        }
        var wide = MemoryMarshal.Cast<byte, long>(_offsets.Used);
        return ((int)wide[index], (int)wide[index + 1]);
    }

    public override void AppendItems(ValueSink items, ReadOnlySpan<int> indices)
    {
        if (items is not VariableSink source || source.OffsetBits != OffsetBits)
        {
            throw Mismatch("variable-width values of another offset width");
        }
        if (_offsetWidth == 4)
        {
            AppendItems(source, indices, MemoryMarshal.Cast<byte, int>(source._offsets.Used));
        }
        else
        {
            for (int i = 0; i < indices.Length; i++)
            {
                Append(source.Bytes(indices[i]));
            }
        }
    }

    void AppendItems(VariableSink source, ReadOnlySpan<int> indices, ReadOnlySpan<int> offsets)
    {
        long total = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            total += offsets[indices[i] + 1] - offsets[indices[i]];
        }
        // Sixteen spare bytes let short values move in one piece each.
        _data.EnsureRoom(total + 16);
        var ends = MemoryMarshal.Cast<byte, int>(_offsets.Extend(CheckedSize(indices.Length, 4)));
        var data = source._data.Used;
        var target = _data.Room((int)total);
        int written = 0;
        int start = _data.Length;
        int lastWhole = data.Length - 16;
        for (int i = 0; i < indices.Length; i++)
        {
            int from = offsets[indices[i]];
            int length = offsets[indices[i] + 1] - from;
            if (length <= 16 && from <= lastWhole)
            {
                Unsafe.WriteUnaligned(ref target[written], Unsafe.ReadUnaligned<Int128>(in data[from]));
            }
            else
            {
                data.Slice(from, length).CopyTo(target[written..]);
            }
            written += length;
            ends[i] = start + written;
        }
        _data.Advance(written);
        Count += indices.Length;
    }

    public override ValueSink CreateForItems() => new VariableSink(OffsetBits, 0);

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity) =>
        ArrowArray.Create(type, Count, nullCount, 0, [validity, _offsets.Detach(), _data.Detach()]);

    public override void Release()
    {
        _offsets.Release();
        _data.Release();
    }
}
