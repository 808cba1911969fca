using System.Buffers;

namespace Pennon.Arrow;

/// <summary><see cref="Memory{T}"/> over a part of a foreign block, for asynchronous I/O into it.</summary>
sealed unsafe class ForeignMemoryManager(MemoryBlock block, int offset, int length) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => block.Slice(offset, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(block.Address(offset + elementIndex));

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
