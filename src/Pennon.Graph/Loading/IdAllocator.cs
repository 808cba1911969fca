namespace Pennon.Graph;

/// <summary>Hands out vertex and edge ids, each once; what a load that fails has taken is simply not recorded.</summary>
sealed class IdAllocator(ulong nextVid, ulong nextEid)
{
    public ulong NextVid { get; private set; } = nextVid;

    public ulong NextEid { get; private set; } = nextEid;

    public ulong TakeVids(int count)
    {
        var first = NextVid;
        NextVid += (ulong)count;
        return first;
    }

    public ulong TakeEids(int count)
    {
        var first = NextEid;
        NextEid += (ulong)count;
        return first;
    }
}
