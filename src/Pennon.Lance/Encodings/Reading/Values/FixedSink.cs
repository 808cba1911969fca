using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Values of one whole number of bytes.</summary>
internal sealed class FixedSink(int width, int expected) : ValueSink
{
    GrowingBuffer _values = new(CheckedSize(expected, width));

    /// <summary>Bytes per value.</summary>
    public int Width => width;

    public ReadOnlySpan<byte> Values => _values.Used;

    /// <summary>Appends <paramref name="count"/> slots whose bytes the caller fills in.</summary>
    public Span<byte> Reserve(int count)
    {
        var span = _values.Extend(CheckedSize(count, width));
        Count += count;
        return span;
    }

    /// <summary>Takes back the last <paramref name="count"/> slots.</summary>
    public void Retract(int count)
    {
        _values.Retract(count * width);
        Count -= count;
    }

    /// <summary>Makes a buffer that holds all values of the column already the column's memory, without a copy.</summary>
    public bool TryAdopt(ArrowBuffer buffer, int count)
    {
        if (Count != 0 || count != expected || buffer.IsEmpty)
        {
            return false;
        }
        _values.Adopt(buffer);
        Count = count;
        return true;
    }

    public override void AppendEmpty(int count)
    {
        CorruptEncodingException.ThrowIf(width > 64 && (long)count * width > UnbackedLimit, "more empty values are claimed than can be built without stored data");
        Reserve(count).Clear();
    }

    /// <summary>Appends one value several times.</summary>
    public void AppendRepeated(ReadOnlySpan<byte> value, int count)
    {
        CorruptEncodingException.ThrowIf(value.Length != width, "a constant does not have the width of the column's type");
        CorruptEncodingException.ThrowIf(width > 64 && (long)count * width > UnbackedLimit, "more repeated values are claimed than can be built without stored data");
        var target = Reserve(count);
        switch (width)
        {
            case 1: target.Fill(value[0]); break;
            case 2: MemoryMarshal.Cast<byte, ushort>(target).Fill(MemoryMarshal.Read<ushort>(value)); break;
            case 4: MemoryMarshal.Cast<byte, uint>(target).Fill(MemoryMarshal.Read<uint>(value)); break;
            case 8: MemoryMarshal.Cast<byte, ulong>(target).Fill(MemoryMarshal.Read<ulong>(value)); break;
            default:
                for (int i = 0; i < count; i++)
                {
                    value.CopyTo(target[(i * width)..]);
                }
                break;
        }
    }

    public override ReadOnlySpan<byte> Bytes(int index) => _values.Used.Slice(index * width, width);

    public override void AppendItems(ValueSink items, ReadOnlySpan<int> indices)
    {
        var source = items.AsFixed(width).Values;
        var target = Reserve(indices.Length);
        switch (width)
        {
            case 1: Gather<byte>(source, indices, target); break;
            case 2: Gather<ushort>(source, indices, target); break;
            case 4: Gather<uint>(source, indices, target); break;
            case 8: Gather<ulong>(source, indices, target); break;
            case 16: Gather<UInt128>(source, indices, target); break;
            default:
                for (int i = 0; i < indices.Length; i++)
                {
                    source.Slice(indices[i] * width, width).CopyTo(target[(i * width)..]);
                }
                break;
        }
    }

    static void Gather<T>(ReadOnlySpan<byte> source, ReadOnlySpan<int> indices, Span<byte> target) where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(source);
        var to = MemoryMarshal.Cast<byte, T>(target)[..indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            to[i] = from[indices[i]];
        }
    }

    public override ValueSink CreateForItems() => new FixedSink(width, 0);

    /// <summary>Gives the values away as a bare buffer.</summary>
    public ArrowBuffer Detach() => _values.Detach();

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity) =>
        ArrowArray.Create(type, Count, nullCount, 0, [validity, Detach()]);

    public override void Release() => _values.Release();
}
