using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>The edges of one type while they are loaded, one part per pair of node tables.</summary>
sealed class EdgeTypeLoad : TableLoad
{
    readonly List<EdgePairLoad> _pairs = [];
    readonly int _keptColumns;

    public EdgeTypeLoad(string name, EdgeTableStatistics? before, long rows, bool merges)
        : base(name)
    {
        Merges = merges && before is not null;
        BaseRows = rows;
        RowCount = Merges ? 0 : rows;
        if (before is not null)
        {
            Keep(before.Properties);
            _keptColumns = Properties.Count;
            HasBase = true;
        }
    }

    /// <summary>True when edges of the type were there before.</summary>
    public bool HasBase { get; }

    public IReadOnlyList<EdgePairLoad> Pairs => _pairs;

    /// <summary>True when edges that were there before get new values; their rows are then written anew, behind the new ones.</summary>
    public bool Merges { get; }

    /// <summary>The rows that were there before.</summary>
    public long BaseRows { get; }

    /// <summary>The rows of the table so far, in files or handed over.</summary>
    public long RowCount { get; set; }

    public bool HasUpdates => _pairs.Exists(static p => p.Updates is { Count: > 0 });

    public EdgePairLoad Pair(NodeTableLoad source, NodeTableLoad target)
    {
        foreach (var pair in _pairs)
        {
            if (ReferenceEquals(pair.Source, source) && ReferenceEquals(pair.Target, target))
            {
                return pair;
            }
        }

        var added = new EdgePairLoad(this, source, target);
        _pairs.Add(added);
        return added;
    }

    public void Fix()
    {
        if (HasBase)
        {
            NoteAllNull(_keptColumns);
        }

        Fix(ColumnNames.Eid, ColumnNames.Source, ColumnNames.Target);
    }

    public bool IsBatchFull(EdgePairLoad pair) => IsFull(pair.Rows);
}

/// <summary>The edges of one type between two node tables while they are loaded.</summary>
sealed class EdgePairLoad(EdgeTypeLoad type, NodeTableLoad source, NodeTableLoad target)
{
    readonly UIntList _stagedFrom = new();
    readonly UIntList _stagedTo = new();
    readonly UIntList _targets = new();
    RowBuilder? _rows;
    Int64KeyTable? _added;

    public EdgeTypeLoad Type { get; } = type;

    public NodeTableLoad Source { get; } = source;

    public NodeTableLoad Target { get; } = target;

    /// <summary>The pair in the version before, or null.</summary>
    public EdgePairEntry? Entry { get; private set; }

    /// <summary>The pair's adjacency before, needed to merge into it; or null.</summary>
    public CsrIndex? Outgoing { get; private set; }

    /// <summary>The edges that were there and get new values; null unless the load merges.</summary>
    public UpdateSet? Updates { get; private set; }

    /// <summary>Local ids of the sources of the new edges.</summary>
    public UIntList From { get; } = new();

    /// <summary>Local ids of the targets of the new edges.</summary>
    public UIntList To { get; } = new();

    public IdBlockList Eids { get; private set; } = new();

    /// <summary>The table rows of the new edges.</summary>
    public IdBlockList NewRuns { get; } = new();

    /// <summary>The runs of table rows in the order of edge ids.</summary>
    public IReadOnlyList<(ulong Start, int Count)> RowRuns
    {
        get
        {
            var shift = Type.Merges ? (ulong)(Type.RowCount - Type.BaseRows) : 0;
            var runs = new IdBlockList(Entry?.Rows.Select(r => (r.Start + shift, r.Count)));
            foreach (var (start, count) in NewRuns.Blocks)
            {
                runs.Add(start, count);
            }

            return runs.Blocks;
        }
    }

    public RowBuilder Rows => _rows ??= new RowBuilder(Type.Properties, Type.Overflow, Type.Merges);

    public int PendingRows => _rows?.Rows ?? 0;

    /// <summary>Builds on a pair that was there before.</summary>
    public void BeginWith(EdgePairEntry entry, CsrIndex? outgoing)
    {
        Entry = entry;
        Eids = new IdBlockList(entry.Eids);
        Outgoing = outgoing;
        Updates = Type.Merges ? new UpdateSet() : null;
    }

    public void AppendCsv(CsvTokenizer rows, ReadOnlySpan<int> map, string file, LoadErrors errors)
    {
        var first = _stagedFrom.Count;
        Resolve(rows, 0, Source, _stagedFrom.Append(rows.Rows), file, errors);
        Resolve(rows, 1, Target, _stagedTo.Append(rows.Rows), file, errors);
        Rows.AppendCsv(rows, map, file, errors);
        for (var row = 0; Type.Merges && row < rows.Rows; row++)
        {
            if (Match(_stagedFrom.Span[first + row], _stagedTo.Span[first + row]) is { } problem)
            {
                errors.Add(file, rows.LineOf(row), problem);
            }
        }
    }

    /// <summary>Appends the object the reader stands on; null, or what is wrong.</summary>
    public string? AppendJson(int source, int target, ref Utf8JsonReader reader)
    {
        _stagedFrom.Add((uint)source);
        _stagedTo.Add((uint)target);
        Rows.AppendJson(ref reader);
        return Type.Merges ? Match((uint)source, (uint)target) : null;
    }

    // An edge is known by its ends; of parallel ones the first is updated.
    string? Match(uint source, uint target)
    {
        const int isNew = int.MaxValue;
        var known = Outgoing is null || source >= Outgoing.NodeCount ? -1 : Outgoing.NeighboursOf((int)source).BinarySearch(target);
        if (known >= 0)
        {
            var neighbours = Outgoing!.NeighboursOf((int)source);
            while (known > 0 && neighbours[known - 1] == target)
            {
                known--;
            }

            var edge = Outgoing.EdgeIdsOf((int)source)[known];
            _targets.Add(edge);
            return Updates!.Claim((int)edge) ? null : $"The edge {Type.Name} between these nodes comes twice in the input.";
        }

        _targets.Add(isNew);
        _added ??= new Int64KeyTable();
        return _added.TryAdd(((long)source << 32) | target, out _) ? null : $"The edge {Type.Name} between these nodes comes twice in the input.";
    }

    /// <summary>Forgets the collected rows of a load that failed.</summary>
    public void Discard()
    {
        Rows.Discard();
        _stagedFrom.Reset();
        _stagedTo.Reset();
        _targets.Clear();
    }

    /// <summary>Takes the collected rows as a batch, but for those that update edges, and records where in the table it will lie.</summary>
    public RecordBatch TakeBatch(IdAllocator ids)
    {
        var mentions = Rows.TakeMentions();
        var values = Rows.Build();
        if (Type.Merges)
        {
            var baseCount = Outgoing?.EdgeCount ?? 0;
            var targets = _targets.Span;
            for (var row = 0; row < targets.Length; row++)
            {
                if (targets[row] >= baseCount)
                {
                    From.Add(_stagedFrom.Span[row]);
                    To.Add(_stagedTo.Span[row]);
                }
            }

            values = (Updates ?? new UpdateSet()).Split(values, mentions, targets, baseCount);
            _targets.Clear();
        }
        else
        {
            _stagedFrom.Span.CopyTo(From.Append(_stagedFrom.Count));
            _stagedTo.Span.CopyTo(To.Append(_stagedTo.Count));
        }

        _stagedFrom.Reset();
        _stagedTo.Reset();
        var count = values[0].Length;
        var eid = ids.TakeEids(count);
        Eids.Add(eid, count);
        NewRuns.Add((ulong)Type.RowCount, count);
        Type.RowCount += count;
        Source.AssignVids(ids);
        Target.AssignVids(ids);

        var eids = ArrowAllocator.Default.Allocate(count * 8);
        var target = eids.MutableAs<ulong>();
        for (var i = 0; i < count; i++)
        {
            target[i] = eid + (ulong)i;
        }

        var sources = ArrowAllocator.Default.Allocate(count * 8);
        Source.Vids.IdsAt(From.Span[^count..], sources.MutableAs<ulong>());
        var targetVids = ArrowAllocator.Default.Allocate(count * 8);
        Target.Vids.IdsAt(To.Span[^count..], targetVids.MutableAs<ulong>());
        Type.NoteNulls(values);
        return new RecordBatch(Type.Schema, [Ids(eids, count), Ids(sources, count), Ids(targetVids, count), .. values], count);
    }

    static ArrowArray Ids(ArrowBuffer values, int count) => ArrowArray.Create(ArrowType.UInt64, count, 0, 0, [ArrowBuffer.Empty, values]);

    static void Resolve(CsvTokenizer rows, int column, NodeTableLoad table, Span<uint> ids, string file, LoadErrors errors)
    {
        var quote = rows.Quote;
        byte[] scratch = [];
        for (var row = 0; row < ids.Length; row++)
        {
            var field = rows.Field(row, column);
            if (table.Integers is { } integers && Int64Parser.TryParse(field, out var key) && integers.TryFind(key, out var id))
            {
                ids[row] = (uint)id;
                continue;
            }

            if (field.Length > 0 && field[0] == quote)
            {
                field = CsvTokenizer.Unquote(field, quote, ref scratch);
            }

            if (table.Integers is { } numbers ? Int64Parser.TryParse(field, out key) && numbers.TryFind(key, out id) : table.Strings is { } strings && strings.TryFind(field, out id))
            {
                ids[row] = (uint)id;
                continue;
            }

            ids[row] = 0;
            var side = column == 0 ? "from" : "to";
            errors.Add(file, rows.LineOf(row), field.IsEmpty
                ? $"The {side} key is missing."
                : $"The edge goes {side} {table.Name} {System.Text.Encoding.UTF8.GetString(field)}, which does not exist.");
        }
    }
}
