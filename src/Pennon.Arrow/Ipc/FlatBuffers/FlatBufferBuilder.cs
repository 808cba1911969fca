using System.Buffers.Binary;
using System.Text;

namespace Pennon.Arrow.Ipc.FlatBuffers;

/// <summary>
/// Builds a FlatBuffer back to front, as the format wants: children first, so that every reference points forward. Handles returned by
/// the <c>End…</c> and <c>Create…</c> methods are distances from the end of the buffer. Equal vtables are written once.
/// </summary>
internal sealed class FlatBufferBuilder
{
    const int MaxSlots = 16;
    readonly List<int> _vtables = [];
    readonly int[] _slots = new int[MaxSlots];
    byte[] _bytes = new byte[1024];
    int _used;
    int _alignment = 1;
    int _slotCount;
    int _tableEnd;
    int _vectorCount;

    int Head => _bytes.Length - _used;

    public void StartTable(int slotCount)
    {
        _slotCount = slotCount;
        _slots.AsSpan(0, slotCount).Clear();
        _tableEnd = _used;
    }

    public void AddBool(int slot, bool value)
    {
        if (value)
            AddByte(slot, 1);
    }

    /// <summary>Adds a byte even when it is zero: union discriminators and enums without a zero default need that.</summary>
    public void AddByte(int slot, byte value)
    {
        Push(1, 1)[0] = value;
        _slots[slot] = _used;
    }

    public void AddInt16(int slot, short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(Push(2, 2), value);
        _slots[slot] = _used;
    }

    public void AddInt32(int slot, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Push(4, 4), value);
        _slots[slot] = _used;
    }

    public void AddInt64(int slot, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Push(8, 8), value);
        _slots[slot] = _used;
    }

    /// <summary>Adds a reference to something already written; 0 means absent.</summary>
    public void AddReference(int slot, int handle)
    {
        if (handle == 0)
            return;
        PushReference(handle);
        _slots[slot] = _used;
    }

    public int EndTable()
    {
        Push(4, 4);
        int table = _used;
        int count = _slotCount;
        while (count > 0 && _slots[count - 1] == 0)
            count--;
        int length = 4 + count * 2;
        Span<byte> vtable = stackalloc byte[4 + MaxSlots * 2];
        vtable = vtable[..length];
        BinaryPrimitives.WriteUInt16LittleEndian(vtable, (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(vtable[2..], checked((ushort)(table - _tableEnd)));
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(vtable[(4 + i * 2)..], (ushort)(_slots[i] == 0 ? 0 : table - _slots[i]));

        int existing = 0;
        foreach (int candidate in _vtables)
        {
            if (_bytes.AsSpan(_bytes.Length - candidate).StartsWith(vtable))
            {
                existing = candidate;
                break;
            }
        }
        if (existing == 0)
        {
            vtable.CopyTo(Push(length, 2));
            existing = _used;
            _vtables.Add(existing);
        }
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_bytes.Length - table), existing - table);
        return table;
    }

    /// <summary>Starts a vector; its elements are then pushed last to first.</summary>
    public void StartVector(int elementSize, int count, int alignment)
    {
        _vectorCount = count;
        Prepare(elementSize * count, 4);
        Prepare(elementSize * count, alignment);
    }

    public int EndVector()
    {
        BinaryPrimitives.WriteInt32LittleEndian(Push(4, 4), _vectorCount);
        return _used;
    }

    public void PushInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Push(8, 8), value);

    public void PushInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Push(4, 4), value);

    public int CreateReferences(ReadOnlySpan<int> handles)
    {
        StartVector(4, handles.Length, 4);
        for (int i = handles.Length - 1; i >= 0; i--)
            PushReference(handles[i]);
        return EndVector();
    }

    public int CreateString(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Prepare(length + 1, 4);
        Push(1, 1)[0] = 0;
        Encoding.UTF8.GetBytes(value, Push(length, 1));
        BinaryPrimitives.WriteInt32LittleEndian(Push(4, 4), length);
        return _used;
    }

    /// <summary>Writes the root reference and returns the finished buffer, valid until the builder is used again.</summary>
    public ReadOnlySpan<byte> Finish(int root)
    {
        Prepare(4, Math.Max(_alignment, 8));
        PushReference(root);
        return _bytes.AsSpan(Head, _used);
    }

    void PushReference(int handle)
    {
        Span<byte> target = Push(4, 4);
        BinaryPrimitives.WriteInt32LittleEndian(target, _used - handle);
    }

    /// <summary>Pads so that after <paramref name="following"/> more bytes the position is a multiple of <paramref name="alignment"/>.</summary>
    void Prepare(int following, int alignment)
    {
        _alignment = Math.Max(_alignment, alignment);
        int padding = -(_used + following) & (alignment - 1);
        Reserve(padding + following + 64);
        _bytes.AsSpan(Head - padding, padding).Clear();
        _used += padding;
    }

    Span<byte> Push(int size, int alignment)
    {
        Prepare(size, alignment);
        _used += size;
        return _bytes.AsSpan(Head, size);
    }

    void Reserve(int more)
    {
        if (Head >= more)
            return;
        byte[] grown = new byte[checked((int)Math.Max(_bytes.Length * 2L, (long)_used + more))];
        _bytes.AsSpan(Head, _used).CopyTo(grown.AsSpan(grown.Length - _used));
        _bytes = grown;
    }
}
