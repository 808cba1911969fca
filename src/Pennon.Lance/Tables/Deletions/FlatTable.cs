using System.Buffers.Binary;

namespace Pennon.Lance.Tables;

/// <summary>A checked view of one table inside a FlatBuffers message.</summary>
readonly ref struct FlatTable
{
    readonly ReadOnlySpan<byte> _bytes;
    readonly int _table;
    readonly int _vtable;
    readonly int _vtableLength;
    readonly string _file;

    FlatTable(ReadOnlySpan<byte> bytes, int table, string file)
    {
        _bytes = bytes;
        _table = table;
        _file = file;
        var vtable = (long)table - ReadInt32(table);
        if (vtable < 0 || vtable > bytes.Length - 4)
            throw Bad();
        _vtable = (int)vtable;
        _vtableLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[_vtable..]);
        if (_vtableLength < 4 || _vtableLength > bytes.Length - _vtable)
            throw Bad();
    }

    /// <summary>The root table of a message.</summary>
    /// <exception cref="LanceFormatException">The message is damaged.</exception>
    public static FlatTable Root(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length < 8)
            throw new LanceFormatException("An Arrow message is too short", file, -1);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (offset > bytes.Length - 4)
            throw new LanceFormatException("An Arrow message is damaged", file, -1);
        return new FlatTable(bytes, (int)offset, file);
    }

    public byte Byte(int field, byte missing = 0) => Position(field, 1) is >= 0 and var at ? _bytes[at] : missing;

    public short Int16(int field, short missing = 0) =>
        Position(field, 2) is >= 0 and var at ? BinaryPrimitives.ReadInt16LittleEndian(_bytes[at..]) : missing;

    public int Int32(int field, int missing = 0) => Position(field, 4) is >= 0 and var at ? ReadInt32(at) : missing;

    public long Int64(int field, long missing = 0) =>
        Position(field, 8) is >= 0 and var at ? BinaryPrimitives.ReadInt64LittleEndian(_bytes[at..]) : missing;

    /// <summary>Whether the field is present.</summary>
    public bool Has(int field) => Position(field, 4) >= 0;

    /// <summary>A table field.</summary>
    public FlatTable Table(int field) => new(_bytes, Follow(field), _file);

    /// <summary>A text field.</summary>
    public ReadOnlySpan<byte> Text(int field) => Vector(field, 1, out _);

    /// <summary>The elements of a vector of structs or scalars of the given width.</summary>
    public ReadOnlySpan<byte> Vector(int field, int width, out int count)
    {
        count = 0;
        if (!Has(field))
            return default;
        var at = Follow(field);
        var length = (uint)ReadInt32(at);
        if (length > (uint)((_bytes.Length - at - 4) / width))
            throw Bad();
        count = (int)length;
        return _bytes.Slice(at + 4, count * width);
    }

    /// <summary>One element of a vector of tables.</summary>
    public FlatTable Element(int field, int index)
    {
        var vector = Follow(field);
        var at = (long)vector + 4 + 4L * index;
        if (at > _bytes.Length - 4)
            throw Bad();
        return new FlatTable(_bytes, Target((int)at), _file);
    }

    int Position(int field, int width)
    {
        var entry = 4 + 2 * field;
        if (entry + 2 > _vtableLength)
            return -1;
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(_vtable + entry)..]);
        if (offset == 0)
            return -1;
        var at = (long)_table + offset;
        return at <= _bytes.Length - width ? (int)at : throw Bad();
    }

    int Follow(int field) => Position(field, 4) is >= 0 and var at ? Target(at) : throw Bad();

    int Target(int at)
    {
        var target = at + (long)(uint)ReadInt32(at);
        return target <= _bytes.Length - 4 ? (int)target : throw Bad();
    }

    int ReadInt32(int at) => at <= _bytes.Length - 4 ? BinaryPrimitives.ReadInt32LittleEndian(_bytes[at..]) : throw Bad();

    LanceFormatException Bad() => new("An Arrow message is damaged", _file, -1);
}
