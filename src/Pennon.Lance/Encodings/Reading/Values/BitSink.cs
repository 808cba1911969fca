using System.Buffers.Binary;
using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Single bits: booleans and validity.</summary>
internal sealed class BitSink(int expected) : ValueSink
{
    GrowingBuffer _bits = new(BitUtility.ByteCount(expected));

    /// <summary>Appends <paramref name="count"/> bits from bit <paramref name="first"/> of a bitmap.</summary>
    public void Append(ReadOnlySpan<byte> bitmap, long first, int count)
    {
        CorruptEncodingException.ThrowIf(first + count > bitmap.Length * 8L, "a bitmap is shorter than its values");
        bitmap = bitmap[(int)(first >> 3)..];
        BitUtility.Copy(bitmap, (int)(first & 7), Extend(count), Count & 7, count);
        Count += count;
    }

    /// <summary>Appends one bit per byte: zero or not.</summary>
    public void AppendBytes(ReadOnlySpan<byte> values)
    {
        var target = Extend(values.Length);
        int bit = Count & 7;
        Count += values.Length;
        while (bit == 0 && values.Length >= 8)
        {
            // Moves "not zero" of each byte to its top bit, then gathers the eight top bits with one multiplication.
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(values);
            ulong flags = (word | ((word & 0x7F7F7F7F7F7F7F7F) + 0x7F7F7F7F7F7F7F7F)) & 0x8080808080808080;
            target[0] = (byte)(((flags >> 7) * 0x0102040810204080) >> 56);
            target = target[1..];
            values = values[8..];
        }
        for (int i = 0; i < values.Length; i++)
        {
            BitUtility.Write(target, bit + i, values[i] != 0);
        }
    }

    public void AppendRun(bool value, int count)
    {
        BitUtility.Fill(Extend(count), Count & 7, count, value);
        Count += count;
    }

    /// <summary>The bytes from the one that holds bit <see cref="ValueSink.Count"/>, long enough for <paramref name="count"/> more bits.</summary>
    Span<byte> Extend(int count)
    {
        int needed = (int)((Count + (long)count + 7) >> 3);
        if (needed > _bits.Length)
        {
            _bits.Extend(needed - _bits.Length);
        }
        return _bits.Used[(Count >> 3)..];
    }

    public override void AppendEmpty(int count) => AppendRun(false, count);

    /// <summary>Gives the bits away as a bare buffer, empty if all are one.</summary>
    public ArrowBuffer DetachValidity(out int nullCount)
    {
        nullCount = Count - BitUtility.CountOnes(_bits.Used, 0, Count);
        if (nullCount == 0)
        {
            Release();
            return ArrowBuffer.Empty;
        }
        return _bits.Detach();
    }

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity) =>
        ArrowArray.Create(type, Count, nullCount, 0, [validity, _bits.Detach()]);

    public override void Release() => _bits.Release();
}
