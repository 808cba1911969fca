using Pennon.Arrow;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>A column of vectors: how it is read, and where its decoded blocks are kept.</summary>
sealed class VectorColumn
{
    const int BlockBytes = 32 << 20;
    const int LeastBlockRows = 1 << 10;

    // Beyond this share of the budget a column would only push itself out of the cache.
    const int CacheShare = 2;

    // How often single rows of a block are read before all of it is kept.
    const int ReadsBeforeLoad = 3;

    readonly TableVersion _table;
    readonly Projection _projection;
    readonly IndexCache _cache;

    VectorColumn(TableVersion table, IReadOnlyList<LanceField> path, FixedSizeListType type, bool isMulti, IndexCache cache)
    {
        _table = table;
        _cache = cache;
        Path = path;
        Dimension = type.Size;
        Element = type.Item.Type.Id;
        IsMulti = isMulti;
        _projection = new Projection(table.Schema, [[.. path.Select(static f => f.Name)]]);
        RowBytes = Math.Max(1, (long)Dimension * type.Item.Type.BitWidth / 8);
        BlockRows = (int)Math.Clamp(BlockBytes / RowBytes, LeastBlockRows, 1 << 20) & ~(LeastBlockRows - 1);
        IsCached = table.LiveRows <= cache.Budget / CacheShare / RowBytes;
    }

    /// <summary>The fields from the top-level column to the vectors.</summary>
    public IReadOnlyList<LanceField> Path { get; }

    public LanceField Field => Path[^1];

    public string Name => string.Join('.', Path.Select(static f => f.Name));

    /// <summary>Numbers per vector.</summary>
    public int Dimension { get; }

    /// <summary>The type of the numbers.</summary>
    public ArrowTypeId Element { get; }

    /// <summary>Whether a row has a list of vectors.</summary>
    public bool IsMulti { get; }

    /// <summary>Bytes of a vector.</summary>
    public long RowBytes { get; }

    /// <summary>Rows of a block; the last one of a fragment may have fewer.</summary>
    public int BlockRows { get; }

    /// <summary>Whether the column is small enough to be kept decoded.</summary>
    public bool IsCached { get; }

    /// <summary>The distance where neither the query nor an index names one.</summary>
    public LanceMetric DefaultMetric => Element == ArrowTypeId.UInt8 ? LanceMetric.Hamming : LanceMetric.L2;

    /// <summary>Finds a vector column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">Its name, or names with dots that lead into structs.</param>
    /// <param name="cache">Where decoded blocks are kept.</param>
    /// <exception cref="LanceNotFoundException">There is no such column.</exception>
    /// <exception cref="LanceNotSupportedException">The column has no vectors.</exception>
    public static VectorColumn Find(TableVersion table, string name, IndexCache cache)
    {
        string[] names = table.Schema.Find(name) is not null ? [name] : name.Split('.');
        var path = new List<LanceField>();
        IReadOnlyList<LanceField> fields = table.Schema.Fields;
        foreach (var part in names)
        {
            var field = fields.FirstOrDefault(f => f.Name == part)
                ?? throw new LanceNotFoundException($"There is no column '{name}' to search.");
            path.Add(field);
            fields = field.Type is StructType ? field.Children : [];
        }
        return path[^1].Type switch
        {
            FixedSizeListType type when IsVector(type) => new VectorColumn(table, path, type, isMulti: false, cache),
            ListType { Item.Type: FixedSizeListType type } when IsVector(type) => new VectorColumn(table, path, type, isMulti: true, cache),
            LargeListType { Item.Type: FixedSizeListType type } when IsVector(type) => new VectorColumn(table, path, type, isMulti: true, cache),
            var type => throw new LanceNotSupportedException("search of a column without vectors",
                $"Column '{name}' is {type}; vectors are fixed-size lists of float16, float32, float64, int8 or uint8, or lists of those."),
        };
    }

    /// <summary>A block if it is kept already.</summary>
    public VectorBlock? TryBlock(TableFragment fragment, int block) =>
        Place(fragment) is { } place && _cache.TryGet<VectorBlock>(place, PartOf(block), out var found) ? found : null;

    /// <summary>A block of a fragment's rows, from the cache if it is there.</summary>
    /// <returns>Null if the fragment has no file for the column, so that all of its rows are null.</returns>
    public ValueTask<VectorBlock?> BlockAsync(TableFragment fragment, int block, CancellationToken cancellationToken)
    {
        if (Place(fragment) is not { } place)
            return new ValueTask<VectorBlock?>((VectorBlock?)null);
        if (!IsCached)
            return LoadAsync(fragment, block, cancellationToken);
        return _cache.TryGet<VectorBlock>(place, PartOf(block), out var found)
            ? new ValueTask<VectorBlock?>(found)
            : CachedAsync(place, fragment, block, cancellationToken);
    }

    /// <summary>Reads single rows.</summary>
    /// <param name="fragment">The fragment.</param>
    /// <param name="rows">Offsets in the fragment, strictly ascending.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null if all rows of the fragment are null.</returns>
    public async ValueTask<VectorBlock?> TakeAsync(TableFragment fragment, ReadOnlyMemory<long> rows, CancellationToken cancellationToken)
    {
        if (Place(fragment) is null)
            return null;
        var arrays = await new FragmentColumns(fragment, _projection.Fields).TakeAsync(rows, cancellationToken).ConfigureAwait(false);
        return VectorBlock.Of(Descend(arrays[0]));
    }

    /// <summary>Whether single rows of a block were asked for often enough that all of it should be kept.</summary>
    public bool IsWorthLoading(TableFragment fragment, int block)
    {
        if (!IsCached || Place(fragment) is not { } place)
            return false;
        var part = $"{PartOf(block)}/reads";
        if (!_cache.TryGet<Counter>(place, part, out var counter))
            _cache.Put(place, part, counter = new Counter(), 0);
        return Interlocked.Increment(ref counter.Value) > ReadsBeforeLoad;
    }

    sealed class Counter
    {
        public int Value;
    }

    async ValueTask<VectorBlock?> CachedAsync(LanceLocation place, TableFragment fragment, int block, CancellationToken cancellationToken) =>
        await _cache.GetAsync<VectorBlock>(place, PartOf(block), async token =>
        {
            var loaded = (await LoadAsync(fragment, block, token).ConfigureAwait(false))!;
            return (loaded, loaded.ByteSize);
        }, cancellationToken).ConfigureAwait(false);

    async ValueTask<VectorBlock?> LoadAsync(TableFragment fragment, int block, CancellationToken cancellationToken)
    {
        var start = (long)block * BlockRows;
        var count = (int)Math.Min(BlockRows, fragment.PhysicalRows - start);
        var arrays = await new FragmentColumns(fragment, _projection.Fields).ReadAsync(start, count, cancellationToken).ConfigureAwait(false);
        return VectorBlock.Of(Descend(arrays[0]));
    }

    ArrowArray Descend(ArrowArray array)
    {
        for (var i = 1; i < Path.Count; i++)
            array = BoundMember.FieldOf((StructArray)array, Path[i].Name);
        return array;
    }

    // The file that holds the vectors, whose content never changes; later files of a fragment take fields over from earlier ones.
    LanceLocation? Place(TableFragment fragment)
    {
        var leaf = Field;
        while (!leaf.IsLeaf)
            leaf = leaf.Children[0];
        for (var f = fragment.Message.Files.Count - 1; f >= 0; f--)
        {
            if (fragment.Message.Files[f].Fields.Contains(leaf.Id))
                return fragment.LocationOf(fragment.Message.Files[f]);
        }
        return null;
    }

    string PartOf(int block) => $"vectors/{Field.Id}/{block}";

    static bool IsVector(FixedSizeListType type) => type.Size > 0
        && type.Item.Type.Id is ArrowTypeId.Float16 or ArrowTypeId.Float32 or ArrowTypeId.Float64 or ArrowTypeId.Int8 or ArrowTypeId.UInt8;
}
