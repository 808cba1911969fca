using System.Runtime.InteropServices;

namespace Pennon.Arrow.Tests;

/// <summary>Counts blocks handed out and given back, and fills returned ones with a pattern so that late readers notice.</summary>
sealed unsafe class TestArrowAllocator : ArrowAllocator
{
    int _live;
    int _total;

    public int Live => Volatile.Read(ref _live);

    public int Total => Volatile.Read(ref _total);

    private protected override MemoryBlock AllocateBlock(int byteLength)
    {
        Interlocked.Increment(ref _live);
        Interlocked.Increment(ref _total);
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)byteLength, Alignment);
        new Span<byte>(memory, byteLength).Fill(0xA5);
        return new MemoryBlock(memory, byteLength, block =>
        {
            block.Slice(0, block.Length).Fill(0x5A);
            NativeMemory.AlignedFree(memory);
            Interlocked.Decrement(ref _live);
        });
    }

    public void AssertReturned()
    {
        Assert.True(Total > 0, "Nothing was allocated.");
        Assert.True(Live == 0, $"{Live} of {Total} blocks were not given back.");
    }
}
