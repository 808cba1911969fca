namespace Pennon.Lance.IO;

/// <summary>
/// Pieces of objects within a byte budget; the pieces unused for longest go first. Safe for concurrent use.
/// </summary>
sealed class ByteCache(long budget)
{
    // What an entry and its key cost beside the bytes.
    const int EntryCost = 160;

    readonly Lock _lock = new();
    readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    readonly LinkedList<Piece> _order = new();

    // How often objects were forgotten, by a hash of their keys: whoever began to read before must not add what it read. That keys share a counter costs a
    // piece now and then.
    readonly long[] _stamps = new long[1024];
    long _used;

    sealed class Item
    {
        public required ObjectFacts Facts { get; set; }

        public Dictionary<long, LinkedListNode<Piece>> Pieces { get; } = [];
    }

    sealed record Piece(string Path, long Number, byte[] Bytes);

    /// <summary>Bytes held, the cost of the entries included.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>A number that changes when an object is forgotten; to be taken before reading what is to be added.</summary>
    public long StampOf(string path) => Volatile.Read(ref Stamp(path));

    /// <summary>What is known about an object.</summary>
    public bool TryGetFacts(string path, out ObjectFacts facts)
    {
        lock (_lock)
        {
            var known = _items.TryGetValue(path, out var item);
            facts = known ? item!.Facts : default;
            return known;
        }
    }

    /// <summary>A piece of an object of the length given; the bytes must not be changed.</summary>
    public byte[]? Find(string path, long length, long number)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(path, out var item) || item.Facts.Length != length || !item.Pieces.TryGetValue(number, out var node))
                return null;
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Bytes;
        }
    }

    /// <summary>Keeps a piece, if it fits into the budget at all and the object was not forgotten since the stamp was taken.</summary>
    public void Add(string path, ObjectFacts facts, long stamp, long number, byte[] bytes)
    {
        lock (_lock)
        {
            if (Stamp(path) != stamp || CostOf(path, bytes) > budget)
                return;
            if (_items.TryGetValue(path, out var item) && item.Facts.Length != facts.Length)
            {
                Forget(path);
                item = null;
            }
            if (item is null)
                _items.Add(path, item = new Item { Facts = facts });
            if (item.Pieces.ContainsKey(number))
                return;
            item.Pieces.Add(number, _order.AddFirst(new Piece(path, number, bytes)));
            _used += CostOf(path, bytes);
            while (_used > budget)
                Drop(_order.Last!);
        }
    }

    /// <summary>Takes note of what a listing says; an object that turns out to be another one is forgotten.</summary>
    public void Compare(ObjectInfo listed)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(listed.Path, out var item))
                return;
            if (item.Facts.Length != listed.Length || (item.Facts.LastModified is { } known && known != listed.LastModified))
                Forget(listed.Path);
            else
                item.Facts = item.Facts with { LastModified = listed.LastModified };
        }
    }

    /// <summary>Forgets an object.</summary>
    public void Remove(string path)
    {
        lock (_lock)
            Forget(path);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            for (var i = 0; i < _stamps.Length; i++)
                Volatile.Write(ref _stamps[i], _stamps[i] + 1);
            _items.Clear();
            _order.Clear();
            _used = 0;
        }
    }

    static long CostOf(string path, byte[] bytes) => bytes.Length + EntryCost + 2L * path.Length;

    ref long Stamp(string path) => ref _stamps[(uint)path.GetHashCode(StringComparison.Ordinal) % (uint)_stamps.Length];

    void Forget(string path)
    {
        Volatile.Write(ref Stamp(path), Stamp(path) + 1);
        if (!_items.TryGetValue(path, out var item))
            return;
        foreach (var node in item.Pieces.Values.ToArray())
            Drop(node);
    }

    void Drop(LinkedListNode<Piece> node)
    {
        var piece = node.Value;
        var item = _items[piece.Path];
        item.Pieces.Remove(piece.Number);
        if (item.Pieces.Count == 0)
            _items.Remove(piece.Path);
        _order.Remove(node);
        _used -= CostOf(piece.Path, piece.Bytes);
    }
}

/// <summary>What is known about an object beside its bytes.</summary>
/// <param name="Length">Its length.</param>
/// <param name="IsSynchronous">Whether its readers answer without waiting for a network.</param>
/// <param name="LastModified">When it was written, if a listing said so.</param>
readonly record struct ObjectFacts(long Length, bool IsSynchronous, DateTimeOffset? LastModified);
