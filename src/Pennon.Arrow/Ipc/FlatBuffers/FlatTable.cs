using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Pennon.Arrow.Ipc.FlatBuffers;

/// <summary>
/// One table of a FlatBuffer that came from outside. Layout: the table starts with a signed 32-bit distance back to its vtable; the
/// vtable holds its own byte length, the table's byte length, then one 16-bit position per slot (0 = absent).
/// </summary>
/// <remarks>
/// Guarantees: every read is bounds-checked against the buffer and the declared table length, and fails with
/// <see cref="ArrowFormatException"/> only. References point strictly forward, so no walk can loop; breadth is the caller's to bound
/// (<see cref="FlatBudget"/>), because hostile buffers may share one child between many parents.
/// </remarks>
internal readonly ref struct FlatTable
{
    readonly ReadOnlySpan<byte> _buffer;
    readonly long _origin;
    readonly int _position;
    readonly int _vtable;
    readonly int _vtableLength;
    readonly int _tableLength;

    FlatTable(ReadOnlySpan<byte> buffer, int position, long origin)
    {
        _buffer = buffer;
        _origin = origin;
        _position = position;
        Require(buffer, position, 4, origin, "table");
        long vtable = position - (long)BinaryPrimitives.ReadInt32LittleEndian(buffer[position..]);
        if (vtable < 0 || vtable > buffer.Length - 4)
            throw new ArrowFormatException($"FlatBuffer vtable position {vtable} lies outside the {buffer.Length}-byte buffer", origin + position);
        _vtable = (int)vtable;
        _vtableLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer[_vtable..]);
        _tableLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(_vtable + 2)..]);
        if (_vtableLength < 4 || (_vtableLength & 1) != 0 || _vtableLength > buffer.Length - _vtable)
            throw new ArrowFormatException($"FlatBuffer vtable length {_vtableLength} is not possible here", origin + _vtable);
        if (_tableLength < 4 || _tableLength > buffer.Length - position)
            throw new ArrowFormatException($"FlatBuffer table length {_tableLength} is not possible here", origin + position);
    }

    /// <summary>Offset of the table in the stream or file, for error messages.</summary>
    public long Offset => _origin + _position;

    /// <summary>Opens the root table. <paramref name="origin"/> is where the buffer starts in the stream or file.</summary>
    public static FlatTable Root(ReadOnlySpan<byte> buffer, long origin)
    {
        Require(buffer, 0, 4, origin, "root offset");
        return new FlatTable(buffer, Follow(buffer, 0, origin), origin);
    }

    internal static FlatTable At(ReadOnlySpan<byte> buffer, int slotPosition, long origin) =>
        new(buffer, Follow(buffer, slotPosition, origin), origin);

    public bool GetBool(int slot) => Locate(slot, 1) is var at and >= 0 && _buffer[at] != 0;

    public byte GetByte(int slot, byte absent = 0) => Locate(slot, 1) is var at and >= 0 ? _buffer[at] : absent;

    public short GetInt16(int slot, short absent = 0) =>
        Locate(slot, 2) is var at and >= 0 ? BinaryPrimitives.ReadInt16LittleEndian(_buffer[at..]) : absent;

    public int GetInt32(int slot, int absent = 0) =>
        Locate(slot, 4) is var at and >= 0 ? BinaryPrimitives.ReadInt32LittleEndian(_buffer[at..]) : absent;

    public long GetInt64(int slot, long absent = 0) =>
        Locate(slot, 8) is var at and >= 0 ? BinaryPrimitives.ReadInt64LittleEndian(_buffer[at..]) : absent;

    public bool Has(int slot) => Locate(slot, 1) >= 0;

    public bool TryGetTable(int slot, out FlatTable table)
    {
        int at = Locate(slot, 4);
        table = at < 0 ? default : At(_buffer, at, _origin);
        return at >= 0;
    }

    /// <summary>The string of a slot, or null when the slot is absent.</summary>
    public string? GetString(int slot, ref FlatBudget budget)
    {
        int at = Locate(slot, 4);
        if (at < 0)
            return null;
        int position = Follow(_buffer, at, _origin);
        int length = ReadLength(position, 1);
        ReadOnlySpan<byte> utf8 = _buffer.Slice(position + 4, length);
        budget.SpendBytes(length, _origin + position);
        if (!Utf8.IsValid(utf8))
            throw new ArrowFormatException("a string of the FlatBuffer is not UTF-8", _origin + position);
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The vector of a slot; empty when the slot is absent. <paramref name="elementSize"/> is 4 for references.</summary>
    public FlatVector GetVector(int slot, int elementSize)
    {
        int at = Locate(slot, 4);
        if (at < 0)
            return default;
        int position = Follow(_buffer, at, _origin);
        return new FlatVector(_buffer, position + 4, ReadLength(position, elementSize), elementSize, _origin);
    }

    int ReadLength(int position, int elementSize)
    {
        Require(_buffer, position, 4, _origin, "vector length");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[position..]);
        if (length * (long)elementSize > _buffer.Length - position - 4)
            throw new ArrowFormatException(
                $"FlatBuffer vector of {length} elements of {elementSize} bytes does not fit the {_buffer.Length}-byte buffer", _origin + position);
        return (int)length;
    }

    int Locate(int slot, int width)
    {
        int entry = 4 + slot * 2;
        if (entry + 2 > _vtableLength)
            return -1;
        int relative = BinaryPrimitives.ReadUInt16LittleEndian(_buffer[(_vtable + entry)..]);
        if (relative == 0)
            return -1;
        if (relative < 4 || relative + width > _tableLength)
            throw new ArrowFormatException($"FlatBuffer slot {slot} at {relative} lies outside its {_tableLength}-byte table", _origin + _position);
        return _position + relative;
    }

    static int Follow(ReadOnlySpan<byte> buffer, int at, long origin)
    {
        uint distance = BinaryPrimitives.ReadUInt32LittleEndian(buffer[at..]);
        if (distance == 0 || distance > (uint)(buffer.Length - at))
            throw new ArrowFormatException($"FlatBuffer reference by {distance} bytes leads outside the {buffer.Length}-byte buffer", origin + at);
        return at + (int)distance;
    }

    static void Require(ReadOnlySpan<byte> buffer, int position, int count, long origin, string what)
    {
        if (position < 0 || buffer.Length - position < count)
            throw new ArrowFormatException($"the FlatBuffer ends inside a {what}", origin + position);
    }
}
