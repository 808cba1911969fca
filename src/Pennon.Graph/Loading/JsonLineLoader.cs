using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Pennon.Graph;

/// <summary>
/// Reads JSON lines of nodes and edges in any order. The first lines of an undeclared type wait until they are enough to infer its columns from; an edge
/// whose nodes have not come yet waits for the end of the input.
/// </summary>
sealed class JsonLineLoader(LoadState state) : IDisposable
{
    const int SampleRows = 2_048;
    const int SampleBytes = 4 << 20;
    const int UnresolvedBytes = 64 << 20;

    readonly NameTable<NodeEntry> _nodes = new();
    readonly NameTable<EdgeEntry> _edges = new();
    readonly LineStore _unresolved = new(state.Request.TempFolder, UnresolvedBytes);
    bool _replaying;
    bool _untypedEdges;
    bool _hasBase;
    int _waitingNodes;

    public void Dispose()
    {
        _unresolved.Dispose();
        foreach (var entry in _nodes.Values)
        {
            entry.Sample.Dispose();
        }

        foreach (var entry in _edges.Values)
        {
            entry.Sample.Dispose();
        }
    }

    public async ValueTask LoadAsync(RowFeed feed, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (need, name) = ReadLines(feed);
            state.Report(LoadPhase.Reading, feed.Path, feed.BytesRead);
            if (need == Need.Bytes)
            {
                if (!await feed.FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
            else
            {
                await ServeAsync(need, name!, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Brings what waits into the tables: samples of small types first, then edges that came before their nodes.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await FlushSamplesAsync(cancellationToken).ConfigureAwait(false);
        _replaying = true;
        var done = 0;
        foreach (var (line, file, number) in _unresolved.Drain())
        {
            await ReplayAsync(line, file, number, cancellationToken).ConfigureAwait(false);
            if ((++done & 0xFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                state.Report(LoadPhase.Resolving, null, 0);
            }
        }

        await FlushSamplesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fixes the node tables whose first lines wait, so that their keys are known.</summary>
    public async ValueTask FlushNodeSamplesAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in _nodes.Values.Where(static e => e.Table is not null && !e.IsReady).ToArray())
        {
            await FixNodesAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    async ValueTask FlushSamplesAsync(CancellationToken cancellationToken)
    {
        await FlushNodeSamplesAsync(cancellationToken).ConfigureAwait(false);

        foreach (var entry in _edges.Values.Where(static e => e.Type is not null && !e.IsReady).ToArray())
        {
            await FixEdgesAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    // What has to be done, asynchronously, before reading can go on.
    enum Need
    {
        Nothing,
        Bytes,
        NewNodes,
        NewEdges,
        FixNodes,
        FixEdges,
        FixAllNodes,
        BaseNodes,
        FlushNodes,
        FlushEdges,
    }

    async ValueTask ServeAsync(Need need, object subject, CancellationToken cancellationToken)
    {
        switch (need)
        {
            case Need.NewNodes:
                var nodes = (NodeEntry)subject;
                nodes.Table = await state.NodesAsync(nodes.Name, null, cancellationToken).ConfigureAwait(false);
                if (nodes.Table.Properties.Count > 0 && (nodes.Table.IsFixed || !nodes.Table.HasBase))
                {
                    state.Fix(nodes.Table);
                }

                _waitingNodes += nodes.IsReady ? 0 : 1;
                break;
            case Need.BaseNodes:
                // An edge may end at any node of the graph as it was.
                await state.BeginAllNodesAsync(cancellationToken).ConfigureAwait(false);
                _hasBase = true;
                break;
            case Need.NewEdges:
                var edges = (EdgeEntry)subject;
                edges.Type = await state.EdgesAsync(edges.Name, cancellationToken).ConfigureAwait(false);
                if (!edges.Type.IsFixed && state.Schema.Edges.Any(e => e.Name == edges.Name))
                {
                    edges.Type.Fix();
                }

                break;
            case Need.FixNodes:
                await FixNodesAsync((NodeEntry)subject, cancellationToken).ConfigureAwait(false);
                break;
            case Need.FixAllNodes:
                await FlushNodeSamplesAsync(cancellationToken).ConfigureAwait(false);
                break;
            case Need.FixEdges:
                await FixEdgesAsync((EdgeEntry)subject, cancellationToken).ConfigureAwait(false);
                break;
            case Need.FlushNodes:
                await state.FlushAsync((NodeTableLoad)subject, cancellationToken).ConfigureAwait(false);
                break;
            case Need.FlushEdges:
                await state.FlushAsync((EdgePairLoad)subject, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException($"Nothing serves {need}.");
        }
    }

    async ValueTask FixNodesAsync(NodeEntry entry, CancellationToken cancellationToken)
    {
        var table = entry.Table!;
        _waitingNodes--;
        if (!table.IsFixed)
        {
            foreach (var property in Infer(entry.Sample, entry.Observed))
            {
                // A property that is there already keeps its column; what does not fit goes to the overflow.
                if (table.IndexOf(property.Name) < 0)
                {
                    table.Declare(property, isNew: table.HasBase);
                }
            }

            if (table.Fix() is { } problem)
            {
                state.Errors.Add(entry.FirstFile, entry.FirstLine, problem);
                state.Errors.ThrowIfAny();
            }
        }

        foreach (var (line, file, number) in entry.Sample.Drain())
        {
            await ReplayAsync(line, file, number, cancellationToken).ConfigureAwait(false);
        }
    }

    async ValueTask FixEdgesAsync(EdgeEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.Type!.IsFixed)
        {
            foreach (var property in Infer(entry.Sample, entry.Observed))
            {
                if (entry.Type.IndexOf(property.Name) < 0)
                {
                    entry.Type.Declare(property, isNew: entry.Type.HasBase);
                }
            }

            entry.Type.Fix();
        }

        foreach (var (line, file, number) in entry.Sample.Drain())
        {
            await ReplayAsync(line, file, number, cancellationToken).ConfigureAwait(false);
        }
    }

    static List<PropertySchema> Infer(LineStore sample, SchemaInference inference) => sample.Count == 0 ? [] : inference.Result();

    async ValueTask ReplayAsync(ReadOnlyMemory<byte> line, string file, long number, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (need, subject, taken) = ReadLine(line.Span, file, number, isText: true);
            if (need != Need.Nothing)
            {
                await ServeAsync(need, subject!, cancellationToken).ConfigureAwait(false);
            }

            if (taken)
            {
                return;
            }
        }
    }

    (Need Need, object? Subject) ReadLines(RowFeed feed)
    {
        // Checking all lines in one go is far cheaper than one by one; only when that fails is each line looked at.
        var whole = feed.Buffer.AsSpan(feed.Start, feed.End - feed.Start);
        var isText = Utf8.IsValid(whole[..(whole.LastIndexOf((byte)'\n') + 1)]);
        while (true)
        {
            var rest = feed.Buffer.AsSpan(feed.Start, feed.End - feed.Start);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                return (Need.Bytes, null);
            }

            var (need, subject, taken) = ReadLine(rest[..length], feed.Path, feed.Line, isText);
            if (taken)
            {
                feed.Start += length + 1;
                feed.Line++;
            }

            if (need != Need.Nothing)
            {
                return (need, subject);
            }
        }
    }

    /// <summary>Reads a line into its table. When it was not taken, it comes again after what is needed was done.</summary>
    (Need Need, object? Subject, bool Taken) ReadLine(ReadOnlySpan<byte> line, string file, long number, bool isText)
    {
        try
        {
            return ReadObject(line, file, number, isText);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            state.Errors.Add(file, number, error is JsonException { BytePositionInLine: { } position } ? $"The line is no valid JSON at byte {position + 1}." : error.Message);
            return (Need.Nothing, null, true);
        }
    }

    (Need Need, object? Subject, bool Taken) ReadObject(ReadOnlySpan<byte> line, string file, long number, bool isText)
    {
        if (!isText && !Utf8.IsValid(line))
        {
            throw new FormatException("The line is not UTF-8 text.");
        }

        if ((line.IsEmpty || line[0] != (byte)'{') && line.Trim(" \t\r"u8).IsEmpty)
        {
            return (Need.Nothing, null, true);
        }

        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("The line is no JSON object.");
        }

        NodeEntry? node = null;
        EdgeEntry? edge = null;
        Utf8JsonReader data = default, from = default, to = default;
        bool hasData = false, hasFrom = false, hasTo = false;
        NodeEntry? fromType = null, toType = null;
        var nodeTaken = false;
        (Need Need, object? Subject, bool Taken) outcome = (Need.Nothing, null, true);

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                hasData = true;
                if (node is { IsReady: true })
                {
                    nodeTaken = true;
                    outcome = TakeNode(node, ref reader, file, number);
                }
                else
                {
                    data = reader;
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("from"u8))
            {
                reader.Read();
                from = reader;
                hasFrom = true;
            }
            else if (reader.ValueTextEquals("to"u8))
            {
                reader.Read();
                to = reader;
                hasTo = true;
            }
            else if (reader.ValueTextEquals("edge"u8))
            {
                reader.Read();
                edge = Entry(_edges, ref reader, static n => new EdgeEntry(n));
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                node = Entry(_nodes, ref reader, static n => new NodeEntry(n));
            }
            else if (reader.ValueTextEquals("fromType"u8))
            {
                reader.Read();
                fromType = Entry(_nodes, ref reader, static n => new NodeEntry(n));
            }
            else if (reader.ValueTextEquals("toType"u8))
            {
                reader.Read();
                toType = Entry(_nodes, ref reader, static n => new NodeEntry(n));
            }
            else
            {
                throw new FormatException($"'{reader.GetString()}' is not expected here; a line has type and data, or edge, from, to, fromType, toType and data.");
            }
        }

        if (reader.Read())
        {
            throw new FormatException("The line goes on after its object.");
        }

        if (nodeTaken)
        {
            return edge is null ? outcome : throw new FormatException("The line has both a type and an edge.");
        }

        if (node is not null && edge is null)
        {
            if (!hasData)
            {
                throw new FormatException("The node has no data.");
            }

            return WaitingNode(node, line, data, file, number);
        }

        if (edge is null || node is not null)
        {
            throw new FormatException(edge is null ? "The line has neither a type nor an edge." : "The line has both a type and an edge.");
        }

        if (!hasFrom || !hasTo)
        {
            throw new FormatException(hasFrom ? "The edge has no to." : "The edge has no from.");
        }

        return TakeEdge(edge, line, ref from, ref to, fromType, toType, data, hasData, file, number);
    }

    static T Entry<T>(NameTable<T> names, ref Utf8JsonReader reader, Func<string, T> create)
        where T : class
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException("A type is not a string.");
        }

        return names.Find(reader.ValueSpan, reader.ValueIsEscaped) ?? names.Add(reader.GetString()!, create);
    }

    (Need Need, object? Subject, bool Taken) TakeNode(NodeEntry entry, ref Utf8JsonReader reader, string file, long number)
    {
        var table = entry.Table!;
        if (table.AppendJson(ref reader) is { } problem)
        {
            state.Errors.Add(file, number, problem);
        }
        else if (_untypedEdges && Elsewhere(table) is { } other)
        {
            state.Errors.Add(file, number, $"The key of this {table.Name} is that of a {other} too, and edges without fromType and toType came before it. Put nodes before edges, or give those types.");
        }

        state.Nodes++;
        return table.IsBatchFull ? (Need.FlushNodes, table, true) : (Need.Nothing, null, true);
    }

    string? Elsewhere(NodeTableLoad table)
    {
        foreach (var other in state.NodeTables)
        {
            if (!ReferenceEquals(other, table) && table.LastKeyIsIn(other))
            {
                return other.Name;
            }
        }

        return null;
    }

    (Need Need, object? Subject, bool Taken) WaitingNode(NodeEntry entry, ReadOnlySpan<byte> line, Utf8JsonReader data, string file, long number)
    {
        if (entry.Table is null)
        {
            return (Need.NewNodes, entry, false);
        }

        if (entry.IsReady)
        {
            return TakeNode(entry, ref data, file, number);
        }

        if (data.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("\"data\" is not an object.");
        }

        entry.Observed.Observe(ref data);
        entry.Keep(line, file, number);
        return IsEnough(entry.Sample) ? (Need.FixNodes, entry, true) : (Need.Nothing, null, true);
    }

    static bool IsEnough(LineStore sample) => sample.Count >= SampleRows || sample.Bytes >= SampleBytes;

    (Need Need, object? Subject, bool Taken) TakeEdge(
        EdgeEntry entry, ReadOnlySpan<byte> line, ref Utf8JsonReader from, ref Utf8JsonReader to, NodeEntry? fromType, NodeEntry? toType,
        Utf8JsonReader data, bool hasData, string file, long number)
    {
        if (entry.Type is null)
        {
            return (Need.NewEdges, entry, false);
        }

        if (_waitingNodes > 0)
        {
            return (Need.FixAllNodes, entry, false);
        }

        if (!_hasBase)
        {
            return (Need.BaseNodes, entry, false);
        }

        if (hasData && data.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
        {
            throw new FormatException("\"data\" is not an object.");
        }

        if (!entry.Type.IsFixed)
        {
            if (hasData && data.TokenType == JsonTokenType.StartObject)
            {
                entry.Observed.Observe(ref data);
            }

            entry.Sample.Add(line, file, number);
            return IsEnough(entry.Sample) ? (Need.FixEdges, entry, true) : (Need.Nothing, null, true);
        }

        var source = Resolve(ref from, fromType, out var sourceId);
        var target = source is null ? null : Resolve(ref to, toType, out var targetId) is { } found ? (found, targetId) : ((NodeTableLoad, int)?)null;
        if (source is null || target is null)
        {
            if (_replaying)
            {
                var side = source is null ? "from" : "to";
                var type = source is null ? fromType : toType;
                state.Errors.Add(file, number, $"The edge {entry.Name} goes {side} {type?.Name ?? "a node with key"} {Shown(source is null ? from : to)}, which does not exist.");
            }
            else
            {
                _unresolved.Add(line, file, number);
            }

            return (Need.Nothing, null, true);
        }

        _untypedEdges |= fromType is null || toType is null;
        var pair = entry.Type.Pair(source, target.Value.Item1);
        if (!hasData || data.TokenType != JsonTokenType.StartObject)
        {
            data = new Utf8JsonReader("{}"u8);
            data.Read();
        }

        if (pair.AppendJson(sourceId, target.Value.Item2, ref data) is { } problem)
        {
            state.Errors.Add(file, number, problem);
        }

        state.Edges++;
        return entry.Type.IsBatchFull(pair) ? (Need.FlushEdges, pair, true) : (Need.Nothing, null, true);
    }

    static string Shown(Utf8JsonReader key) => Encoding.UTF8.GetString(key.ValueSpan);

    /// <summary>Finds the node a key belongs to: in the table that is named, or in the only one that has it.</summary>
    NodeTableLoad? Resolve(ref Utf8JsonReader key, NodeEntry? type, out int id)
    {
        long number = 0;
        ReadOnlySpan<byte> text = default;
        var isNumber = key.TokenType == JsonTokenType.Number;
        if (isNumber)
        {
            if (!key.TryGetInt64(out number))
            {
                throw new FormatException($"The key {Shown(key)} is no 64-bit integer.");
            }
        }
        else if (key.TokenType == JsonTokenType.String)
        {
            text = key.ValueIsEscaped ? Encoding.UTF8.GetBytes(key.GetString()!) : key.ValueSpan;
        }
        else
        {
            throw new FormatException("The key of an edge's end is neither an integer nor a string.");
        }

        id = -1;
        if (type is not null)
        {
            var table = type.Table;
            if (table is null && !state.TryGetNodes(type.Name, out table))
            {
                return null;
            }

            return table!.TryFind(isNumber, number, text, out id) ? table : null;
        }

        NodeTableLoad? found = null;
        foreach (var table in state.NodeTables)
        {
            if (!table.TryFind(isNumber, number, text, out var at))
            {
                continue;
            }

            if (found is not null)
            {
                throw new FormatException($"The key {Shown(key)} is that of a {found.Name} and of a {table.Name}; say which with fromType and toType.");
            }

            found = table;
            id = at;
        }

        return found;
    }

    abstract class Waiting(string name)
    {
        public string Name { get; } = name;

        public LineStore Sample { get; } = new(null, int.MaxValue);

        public SchemaInference Observed { get; } = new();
    }

    sealed class NodeEntry(string name) : Waiting(name)
    {
        public NodeTableLoad? Table { get; set; }

        public bool IsReady => Table is { IsFixed: true };

        public string FirstFile { get; private set; } = "";

        public long FirstLine { get; private set; }

        public void Keep(ReadOnlySpan<byte> line, string file, long number)
        {
            if (FirstLine == 0)
            {
                (FirstFile, FirstLine) = (file, number);
            }

            Sample.Add(line, file, number);
        }
    }

    sealed class EdgeEntry(string name) : Waiting(name)
    {
        public EdgeTypeLoad? Type { get; set; }

        public bool IsReady => Type is { IsFixed: true };
    }
}
