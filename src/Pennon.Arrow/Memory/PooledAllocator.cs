using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow;

/// <summary>
/// Pinned managed arrays in size classes, four to each power of two. Released arrays wait for reuse under a byte budget; arrays
/// that nobody releases are collected like any other garbage.
/// </summary>
sealed unsafe class PooledAllocator : ArrowAllocator
{
    const int SmallestPooled = 1 << 12;
    const int LargestPooled = 1 << 26;
    const long RetainedLimit = 64L << 20;

    readonly ConcurrentBag<byte[]>[] _free = new ConcurrentBag<byte[]>[27 << 2];
    readonly Action<MemoryBlock> _recycle;
    long _retained;

    internal PooledAllocator()
    {
        for (var i = 0; i < _free.Length; i++) _free[i] = [];
        _recycle = Recycle;
    }

    private protected override MemoryBlock AllocateBlock(int byteLength)
    {
        var needed = byteLength + Alignment;
        if (needed is < SmallestPooled or > LargestPooled) return Align(GC.AllocateUninitializedArray<byte>(needed, pinned: true), byteLength, free: null);
        var size = RoundUp(needed);
        if (size <= LargestPooled && _free[ClassOf(size)].TryTake(out var array)) Interlocked.Add(ref _retained, -array.Length);
        else array = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        return Align(array, byteLength, _recycle);
    }

    static int RoundUp(int needed)
    {
        var step = 1 << (BitOperations.Log2((uint)needed) - 2);
        return (needed + step - 1) & ~(step - 1);
    }

    static int ClassOf(int size)
    {
        var log = BitOperations.Log2((uint)size);
        return (log << 2) | ((size >> (log - 2)) & 3);
    }

    static MemoryBlock Align(byte[] array, int length, Action<MemoryBlock>? free)
    {
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return new MemoryBlock(array, (int)((Alignment - (address & (Alignment - 1))) & (Alignment - 1)), length, free);
    }

    void Recycle(MemoryBlock block)
    {
        var array = block.Array!;
        if (array.Length > LargestPooled || Volatile.Read(ref _retained) + array.Length > RetainedLimit) return;
        Interlocked.Add(ref _retained, array.Length);
        _free[ClassOf(array.Length)].Add(array);
    }
}
