using System.Buffers.Binary;

namespace Pennon.Arrow.Ipc.FlatBuffers;

/// <summary>A length-checked vector of a FlatBuffer: inline structs or references to tables.</summary>
internal readonly ref struct FlatVector
{
    readonly ReadOnlySpan<byte> _buffer;
    readonly int _start;
    readonly int _elementSize;
    readonly long _origin;

    internal FlatVector(ReadOnlySpan<byte> buffer, int start, int count, int elementSize, long origin)
    {
        _buffer = buffer;
        _start = start;
        Count = count;
        _elementSize = elementSize;
        _origin = origin;
    }

    public int Count { get; }

    /// <summary>Offset of the first element in the stream or file, for error messages.</summary>
    public long Offset => _origin + _start;

    public FlatTable Table(int index) => FlatTable.At(_buffer, At(index, 0, 4), _origin);

    public long Int64(int index, int within = 0) => BinaryPrimitives.ReadInt64LittleEndian(_buffer[At(index, within, 8)..]);

    public int Int32(int index, int within = 0) => BinaryPrimitives.ReadInt32LittleEndian(_buffer[At(index, within, 4)..]);

    int At(int index, int within, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(within + width, _elementSize, nameof(within));
        return _start + index * _elementSize + within;
    }
}
