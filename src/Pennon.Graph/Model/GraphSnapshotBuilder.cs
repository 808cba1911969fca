using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Builds a <see cref="GraphSnapshot"/> in memory from Arrow arrays, without a database: for tests, and for graphs that are computed
/// and queried but not kept.
/// </summary>
/// <example>
/// <code>
/// var graph = new GraphSnapshotBuilder()
///     .AddNodes("Person", "id", 3, ("id", ids), ("name", names))
///     .AddEdges("KNOWS", "Person", "Person", [0, 1], [1, 2], ("since", years))
///     .Build();
/// </code>
/// </example>
public sealed class GraphSnapshotBuilder
{
    readonly List<NodeTable> _tables = [];
    readonly List<(string Type, string Source, string Target, uint[] From, uint[] To, (string Name, ArrowArray Values)[] Columns)> _edges = [];
    ulong _nextVid;

    /// <summary>Adds a node table with one label.</summary>
    /// <param name="label">The table's name and only label.</param>
    /// <param name="keyProperty">The unique property: one of the columns, of type Int64 or String without nulls; or null.</param>
    /// <param name="rowCount">The number of nodes, which every column must have.</param>
    /// <param name="columns">The properties.</param>
    public GraphSnapshotBuilder AddNodes(string label, string? keyProperty, int rowCount, params (string Name, ArrowArray Values)[] columns) =>
        AddNodes(label, [label], keyProperty, rowCount, columns);

    /// <summary>Adds a node table with several labels.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="labels">The labels of each of its nodes.</param>
    /// <param name="keyProperty">The unique property: one of the columns, of type Int64 or String without nulls; or null.</param>
    /// <param name="rowCount">The number of nodes, which every column must have.</param>
    /// <param name="columns">The properties.</param>
    /// <exception cref="ArgumentException">A name is taken, a column has another length, or the key is missing, null, doubled or of another type.</exception>
    public GraphSnapshotBuilder AddNodes(
        string name, IReadOnlyList<string> labels, string? keyProperty, int rowCount, params (string Name, ArrowArray Values)[] columns)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (_tables.Exists(t => t.Name == name))
        {
            throw new ArgumentException($"There is a node table '{name}' already.", nameof(name));
        }

        CheckLengths(columns, rowCount, $"node table '{name}'");
        KeyIndex? keys = null;
        if (keyProperty is not null)
        {
            var column = Array.Find(columns, c => c.Name == keyProperty).Values
                ?? throw new ArgumentException($"The key '{keyProperty}' is no column of node table '{name}'.", nameof(keyProperty));
            keys = KeyIndexBuilder.Build(new PropertyColumn(column.Type, Chunked(column)), name, keyProperty);
        }

        var infos = Array.ConvertAll(columns, static c => new PropertyInfo(c.Name, c.Values.Type, c.Values.HasNulls));
        _tables.Add(new NodeTable(_tables.Count, name, labels, new IdBlocks([(_nextVid, rowCount)]), infos, keyProperty, new MemoryNodes(Columns(columns), keys)));
        _nextVid += (ulong)rowCount;
        return this;
    }

    /// <summary>Adds the edges of one type between two tables that were added before; each pair of tables once per type.</summary>
    /// <param name="type">The edge type.</param>
    /// <param name="source">The name of the table the edges leave.</param>
    /// <param name="target">The name of the table the edges reach.</param>
    /// <param name="from">Local ids of the sources.</param>
    /// <param name="to">Local ids of the targets, as many.</param>
    /// <param name="columns">The properties, as many rows. All pairs of a type need the same properties.</param>
    /// <exception cref="ArgumentException">A table is unknown, an id is outside it, or lengths differ.</exception>
    public GraphSnapshotBuilder AddEdges(
        string type, string source, string target, ReadOnlySpan<uint> from, ReadOnlySpan<uint> to, params (string Name, ArrowArray Values)[] columns)
    {
        if (from.Length != to.Length)
        {
            throw new ArgumentException($"{from.Length} sources, but {to.Length} targets.", nameof(to));
        }

        CheckLengths(columns, from.Length, $"edge type '{type}'");
        CheckIds(Table(source), from);
        CheckIds(Table(target), to);
        if (_edges.Exists(e => e.Type == type && e.Source == source && e.Target == target))
        {
            throw new ArgumentException($"Edges of type '{type}' from '{source}' to '{target}' were added already.", nameof(type));
        }

        _edges.Add((type, source, target, from.ToArray(), to.ToArray(), columns));
        return this;
    }

    /// <summary>Gives the snapshot.</summary>
    /// <exception cref="InvalidOperationException">Two pairs of one edge type differ in their properties.</exception>
    public GraphSnapshot Build()
    {
        var types = new List<EdgeType>();
        var nextEid = 0UL;
        foreach (var group in _edges.GroupBy(static e => e.Type, StringComparer.Ordinal))
        {
            var infos = Merge(group.Key, [.. group.Select(static e => e.Columns)]);
            var type = new EdgeType(types.Count, group.Key, infos);
            var pairs = new List<EdgePair>();
            foreach (var (_, sourceName, targetName, from, to, columns) in group)
            {
                var source = Table(sourceName);
                var target = Table(targetName);
                var (outgoing, incoming) = CsrBuilder.Build(source.RowCount, target.RowCount, from, to);
                var statistics = CsrBuilder.Measure(outgoing, incoming, ReferenceEquals(source, target));
                var eids = new IdBlocks([(nextEid, from.Length)]);
                nextEid += (ulong)from.Length;
                pairs.Add(new EdgePair(type, source, target, eids, statistics, new MemoryEdges(Columns(columns), outgoing, incoming)));
            }

            type.Pairs = pairs;
            types.Add(type);
        }

        return new GraphSnapshot(0, [.. _tables], types);
    }

    NodeTable Table(string name) =>
        _tables.Find(t => t.Name == name) ?? throw new ArgumentException($"There is no node table '{name}'.", nameof(name));

    static PropertyInfo[] Merge(string type, IReadOnlyList<(string Name, ArrowArray Values)[]> pairs)
    {
        var first = Array.ConvertAll(pairs[0], static c => new PropertyInfo(c.Name, c.Values.Type, c.Values.HasNulls));
        foreach (var columns in pairs)
        {
            if (columns.Length != first.Length || columns.Where((c, i) => c.Name != first[i].Name || !c.Values.Type.Equals(first[i].Type)).Any())
            {
                throw new InvalidOperationException($"The pairs of edge type '{type}' differ in their properties.");
            }

            for (var i = 0; i < first.Length; i++)
            {
                first[i] = first[i] with { Nullable = first[i].Nullable || columns[i].Values.HasNulls };
            }
        }

        return first;
    }

    static void CheckLengths((string Name, ArrowArray Values)[] columns, int rows, string what)
    {
        foreach (var (name, values) in columns)
        {
            if (values.Length != rows)
            {
                throw new ArgumentException($"Column '{name}' of {what} has {values.Length} rows instead of {rows}.", nameof(columns));
            }
        }
    }

    static void CheckIds(NodeTable table, ReadOnlySpan<uint> ids)
    {
        foreach (var id in ids)
        {
            if (id >= (uint)table.RowCount)
            {
                throw new ArgumentException($"Node table '{table.Name}' has {table.RowCount} nodes, so no node {id}.", nameof(ids));
            }
        }
    }

    static Dictionary<string, PropertyColumn> Columns((string Name, ArrowArray Values)[] columns) =>
        columns.ToDictionary(static c => c.Name, static c => new PropertyColumn(c.Values.Type, Chunked(c.Values)), StringComparer.Ordinal);

    static ArrowArray[] Chunked(ArrowArray values)
    {
        const int size = 1 << PropertyColumn.DefaultChunkShift;
        if (values.Length <= size)
        {
            return [values];
        }

        var chunks = new ArrowArray[(values.Length + size - 1) / size];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = values.Slice(i * size, Math.Min(size, values.Length - (i * size)));
        }

        return chunks;
    }

    sealed class MemoryNodes(Dictionary<string, PropertyColumn> columns, KeyIndex? keys) : NodeTableSource
    {
        public override ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken) => new(columns[property]);

        public override ValueTask<KeyIndex> LoadKeyIndexAsync(CancellationToken cancellationToken) => new(keys!);
    }

    sealed class MemoryEdges(Dictionary<string, PropertyColumn> columns, CsrIndex outgoing, CsrIndex incoming) : EdgePairSource
    {
        public override ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken) => new(columns[property]);

        public override ValueTask<CsrIndex> LoadOutAsync(CancellationToken cancellationToken) => new(outgoing);

        public override ValueTask<CsrIndex> LoadInAsync(CancellationToken cancellationToken) => new(incoming);
    }
}
