namespace Pennon.Arrow.Ipc.FlatBuffers;

/// <summary>
/// What one FlatBuffer may make its reader materialise. Sharing lets a few bytes stand for exponentially many nested fields, or one
/// long string for every name; honest writers stay far below these limits, which grow with the buffer.
/// </summary>
internal struct FlatBudget
{
    const int SpareBytes = 1 << 20;
    long _bytes;
    long _nodes;

    public FlatBudget(int bufferLength)
    {
        _bytes = bufferLength + (long)SpareBytes;
        _nodes = bufferLength / 8;
    }

    public void SpendBytes(int count, long offset)
    {
        if ((_bytes -= count) < 0)
            throw new ArrowFormatException("the strings of the FlatBuffer add up to far more than its size", offset);
    }

    public void SpendNode(long offset)
    {
        if (--_nodes < 0)
            throw new ArrowFormatException("the FlatBuffer describes more nodes than its size can hold", offset);
    }
}
