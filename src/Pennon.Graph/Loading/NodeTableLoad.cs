using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>The nodes of one label while they are loaded: their keys, their properties, and the ids they are given.</summary>
sealed class NodeTableLoad : TableLoad
{
    readonly IdBlockList _vids;
    RowBuilder? _rows;
    readonly UIntList _targets = new();
    readonly IReadOnlyList<(ulong Start, int Count)> _baseRows;
    int _keyIndex = -1;
    int _pendingFirst;
    readonly int _keptColumns;

    /// <summary>Begins a table. <paramref name="before"/> is its version before, whose nodes stay, with their keys; or null.</summary>
    public NodeTableLoad(string name, string key, NodeTableStatistics? before, KeyIndex? keys, bool merges)
        : base(name)
    {
        Key = key;
        Updates = merges && before is not null ? new UpdateSet() : null;
        _baseRows = before?.Rows ?? [];
        _vids = new IdBlockList(before?.Vids);
        if (before is not null)
        {
            HasBase = true;
            Keep(before.Properties);
            _keptColumns = Properties.Count;
            BaseCount = _vids.Count;
            _pendingFirst = BaseCount;
            (Integers, Strings) = keys!.CloneTables();
        }
    }

    public string Key { get; }

    /// <summary>Whether the table was there before.</summary>
    public bool HasBase { get; }

    /// <summary>The nodes that were there before.</summary>
    public int BaseCount { get; }

    /// <summary>The number of nodes, those before included.</summary>
    public int Count => Integers?.Count ?? Strings?.Count ?? 0;

    public Int64KeyTable? Integers { get; private set; }

    public Utf8KeyTable? Strings { get; private set; }

    /// <summary>The nodes that were there and get new values; null unless the load merges into an existing table.</summary>
    public UpdateSet? Updates { get; }

    /// <summary>The runs of table rows in the order of local ids: rows that a merge wrote anew lie behind the new ones.</summary>
    public IReadOnlyList<(ulong Start, int Count)> RowRuns
    {
        get
        {
            var added = Count - BaseCount;
            var shift = Updates is null ? 0 : (ulong)added;
            var runs = new IdBlockList(_baseRows.Select(r => (r.Start + shift, r.Count)));
            runs.Add(Updates is null ? (ulong)BaseCount : 0, added);
            return runs.Blocks;
        }
    }

    public IdBlocks BaseRows => new(_baseRows);

    public int PendingRows => _rows?.Rows ?? 0;

    public bool IsBatchFull => _rows is not null && IsFull(_rows);

    public IReadOnlyList<(ulong Start, int Count)> VidBlocks => _vids.Blocks;

    /// <summary>Fixes the columns; null, or why the table cannot have its key.</summary>
    public string? Fix()
    {
        _keyIndex = IndexOf(Key);
        if (_keyIndex < 0)
        {
            return $"Nodes of '{Name}' have no key property '{Key}'.";
        }

        var type = Properties[_keyIndex].Type;
        if (type.Id is not (ArrowTypeId.Int64 or ArrowTypeId.String))
        {
            return $"The key '{Key}' of '{Name}' is of type {PropertyTypeName.Format(type)}; keys are int64 or string.";
        }

        if (type.Id == ArrowTypeId.Int64)
        {
            Integers ??= new Int64KeyTable();
        }
        else
        {
            Strings ??= new Utf8KeyTable();
        }

        if (HasBase)
        {
            NoteAllNull(_keptColumns);
        }

        Fix(ColumnNames.Vid);
        _rows = new RowBuilder(Properties, Overflow, Updates is not null);
        return null;
    }

    public void AppendCsv(CsvTokenizer rows, ReadOnlySpan<int> map, string file, LoadErrors errors)
    {
        var first = _rows!.Rows;
        _rows.AppendCsv(rows, map, file, errors);
        var keyColumn = map.IndexOf(_keyIndex);
        if (Integers is { } integers)
        {
            var column = (NumberColumn<long, Int64Parser>)_rows.Column(_keyIndex);
            var values = column.Values[first..];
            var mayBeNull = column.NullCount > 0;
            for (var row = 0; row < values.Length; row++)
            {
                if (mayBeNull && rows.Field(row, keyColumn).IsEmpty)
                {
                    errors.Add(file, rows.LineOf(row), $"The key '{Key}' is missing.");
                }
                else if (!Accept(integers.TryAdd(values[row], out var id), id))
                {
                    errors.Add(file, rows.LineOf(row), Taken(values[row].ToString(System.Globalization.CultureInfo.InvariantCulture), id));
                }
            }
        }
        else
        {
            var column = (TextColumn)_rows.Column(_keyIndex);
            for (var row = 0; row < rows.Rows; row++)
            {
                var key = column.Bytes(first + row);
                if (rows.Field(row, keyColumn).IsEmpty)
                {
                    errors.Add(file, rows.LineOf(row), $"The key '{Key}' is missing.");
                }
                else if (!Accept(Strings!.TryAdd(key, out var id), id))
                {
                    errors.Add(file, rows.LineOf(row), Taken($"'{System.Text.Encoding.UTF8.GetString(key)}'", id));
                }
            }
        }
    }

    /// <summary>Appends the object the reader stands on; null, or what is wrong with its key.</summary>
    public string? AppendJson(ref Utf8JsonReader reader)
    {
        var row = _rows!.Rows;
        _rows.AppendJson(ref reader);
        if (Integers is { } integers)
        {
            var column = (NumberColumn<long, Int64Parser>)_rows.Column(_keyIndex);
            if (column.LastIsNull)
            {
                return $"The key '{Key}' is missing or no integer.";
            }

            return Accept(integers.TryAdd(column.Values[row], out var number), number)
                ? null
                : Taken(column.Values[row].ToString(System.Globalization.CultureInfo.InvariantCulture), number);
        }

        var text = (TextColumn)_rows.Column(_keyIndex);
        if (text.LastIsNull)
        {
            return $"The key '{Key}' is missing or no string.";
        }

        return Accept(Strings!.TryAdd(text.Bytes(row), out var id), id) ? null : Taken($"'{System.Text.Encoding.UTF8.GetString(text.Bytes(row))}'", id);
    }

    // Every row of a merge is noted with the node it belongs to, whether that is new or not.
    bool Accept(bool isNew, int id)
    {
        if (Updates is null)
        {
            return isNew;
        }

        _targets.Add((uint)id);
        return isNew || (id < BaseCount && Updates.Claim(id));
    }

    string Taken(string key, int id) => id < BaseCount && Updates is null
        ? $"A node of '{Name}' with {Key} {key} exists already."
        : $"A node of '{Name}' with {Key} {key} comes twice in the input.";

    public bool TryFind(bool isInteger, long number, ReadOnlySpan<byte> text, out int id)
    {
        id = -1;
        return isInteger
            ? Integers is not null && Integers.TryFind(number, out id)
            : Strings is not null && Strings.TryFind(text, out id);
    }

    /// <summary>Whether another table has a node with the key of the node added last.</summary>
    public bool LastKeyIsIn(NodeTableLoad other)
    {
        var row = _rows!.Rows - 1;
        return Integers is not null
            ? other.TryFind(true, ((NumberColumn<long, Int64Parser>)_rows.Column(_keyIndex)).Values[row], default, out _)
            : other.TryFind(false, 0, ((TextColumn)_rows.Column(_keyIndex)).Bytes(row), out _);
    }

    /// <summary>Gives ids to the nodes that have none yet.</summary>
    public void AssignVids(IdAllocator ids)
    {
        var count = Count - _vids.Count;
        _vids.Add(ids.TakeVids(count), count);
    }

    public IdBlocks Vids => _vids.ToBlocks();

    /// <summary>Forgets the collected rows of a load that failed.</summary>
    public void Discard()
    {
        _rows!.Discard();
        _targets.Clear();
    }

    /// <summary>Takes the collected rows as a batch, but for those that update nodes, which are set aside.</summary>
    public RecordBatch TakeBatch(IdAllocator ids)
    {
        AssignVids(ids);
        var mentions = _rows!.TakeMentions();
        var values = _rows.Build();
        if (Updates is not null)
        {
            values = Updates.Split(values, mentions, _targets.Span, BaseCount);
            _targets.Clear();
        }

        var count = values[0].Length;
        var vids = ArrowAllocator.Default.Allocate(count * 8);
        var target = vids.MutableAs<ulong>();
        var blocks = Vids;
        for (var i = 0; i < count; i++)
        {
            target[i] = blocks.IdAt(_pendingFirst + i);
        }

        _pendingFirst += count;
        NoteNulls(values);
        return new RecordBatch(Schema, [ArrowArray.Create(ArrowType.UInt64, count, 0, 0, [ArrowBuffer.Empty, vids]), .. values], count);
    }
}
