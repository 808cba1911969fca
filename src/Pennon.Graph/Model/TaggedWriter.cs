using System.Buffers.Binary;

namespace Pennon.Graph;

/// <summary>Appends tagged values to a growing buffer; see <see cref="TaggedValue"/> for the form.</summary>
sealed class TaggedWriter
{
    public const byte Null = 0;
    public const byte False = 1;
    public const byte True = 2;
    public const byte Int64 = 3;
    public const byte Float64 = 4;
    public const byte String = 5;
    public const byte Bytes = 6;
    public const byte List = 7;
    public const byte Map = 8;

    byte[] _buffer = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void WriteNull() => Reserve(1)[0] = Null;

    public void WriteBoolean(bool value) => Reserve(1)[0] = value ? True : False;

    public void WriteInt64(long value)
    {
        var to = Reserve(9);
        to[0] = Int64;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], value);
    }

    public void WriteDouble(double value)
    {
        var to = Reserve(9);
        to[0] = Float64;
        BinaryPrimitives.WriteDoubleLittleEndian(to[1..], value);
    }

    public void WriteString(ReadOnlySpan<byte> utf8) => WriteBlob(String, utf8);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => WriteBlob(Bytes, bytes);

    /// <summary>Begins a list or a map whose count is filled in by <see cref="End"/>; gives the mark to end it with.</summary>
    public int Begin(bool map)
    {
        var mark = Length;
        Reserve(5)[0] = map ? Map : List;
        return mark;
    }

    public void WriteName(ReadOnlySpan<byte> utf8)
    {
        var to = Reserve(4 + utf8.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to, utf8.Length);
        utf8.CopyTo(to[4..]);
    }

    public void WriteEncoded(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    public void End(int mark, int count) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(mark + 1), count);

    void WriteBlob(byte tag, ReadOnlySpan<byte> bytes)
    {
        var to = Reserve(5 + bytes.Length);
        to[0] = tag;
        BinaryPrimitives.WriteInt32LittleEndian(to[1..], bytes.Length);
        bytes.CopyTo(to[5..]);
    }

    Span<byte> Reserve(int bytes)
    {
        var end = checked(Length + bytes);
        if (end > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)end, _buffer.Length * 2L)));
        }

        var to = _buffer.AsSpan(Length, bytes);
        Length = end;
        return to;
    }
}
