using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow;

/// <summary>
/// A reference-counted piece of memory, either a pinned managed array or memory that somebody else owns.
/// </summary>
/// <remarks>
/// Spans over the managed form keep the array alive by themselves, so that a block which nobody releases is only garbage and
/// never a dangling pointer. The foreign form (memory map, C Data Interface) lives until its count reaches zero; whoever reads
/// it must hold a reference for as long.
/// </remarks>
sealed unsafe class MemoryBlock
{
    readonly byte[]? _array;
    readonly int _start;
    readonly byte* _pointer;
    readonly Action<MemoryBlock>? _free;
    int _references = 1;

    internal MemoryBlock(byte[] array, int start, int length, Action<MemoryBlock>? free)
    {
        _array = array;
        _start = start;
        Length = length;
        _free = free;
    }

    internal MemoryBlock(byte* pointer, int length, Action<MemoryBlock>? free)
    {
        _pointer = pointer;
        Length = length;
        _free = free;
    }

    internal int Length { get; }

    internal byte[]? Array => _array;

    /// <summary>Whether an explicit release is needed for the memory to be given back.</summary>
    internal bool IsForeign => _array is null;

    internal int References => Volatile.Read(ref _references);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Slice(int offset, int length) => _array is not null
        ? MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start + offset), length)
        : new Span<byte>(_pointer + offset, length);

    internal Memory<byte> AsMemory(int offset, int length) => _array is not null
        ? _array.AsMemory(_start + offset, length)
        : new ForeignMemoryManager(this, offset, length).Memory;

    /// <summary>The address of a byte; arrays are pinned, so that it stays valid while the block is referenced.</summary>
    internal byte* Address(int offset) => _array is not null
        ? (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) + _start + offset
        : _pointer + offset;

    internal void Retain()
    {
        if (Interlocked.Increment(ref _references) <= 1) throw new ObjectDisposedException(nameof(ArrowBuffer), "The buffer's memory was already released.");
    }

    internal void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0) _free?.Invoke(this);
        else if (left < 0) throw new ObjectDisposedException(nameof(ArrowBuffer), "The buffer's memory was released more often than it was retained.");
    }
}
