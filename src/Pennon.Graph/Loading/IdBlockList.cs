namespace Pennon.Graph;

/// <summary>A growing list of id runs; runs that follow each other are joined.</summary>
sealed class IdBlockList
{
    readonly List<(ulong Start, int Count)> _blocks = [];
    IdBlocks? _sealed;

    public IdBlockList(IEnumerable<(ulong Start, int Count)>? blocks = null)
    {
        foreach (var (start, count) in blocks ?? [])
        {
            Add(start, count);
        }
    }

    public int Count { get; private set; }

    public IReadOnlyList<(ulong Start, int Count)> Blocks => _blocks;

    public void Add(ulong start, int count)
    {
        if (count == 0)
        {
            return;
        }

        _sealed = null;
        Count = checked(Count + count);
        if (_blocks.Count > 0 && _blocks[^1].Start + (ulong)_blocks[^1].Count == start)
        {
            _blocks[^1] = (_blocks[^1].Start, _blocks[^1].Count + count);
        }
        else
        {
            _blocks.Add((start, count));
        }
    }

    public IdBlocks ToBlocks() => _sealed ??= new IdBlocks(_blocks);
}
