using System.Text;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Collects the property values of rows of one type. A value that does not fit its column, or whose property has no column, goes to the row's
/// overflow; its kind is noted so that readers know what to expect.
/// </summary>
sealed class RowBuilder
{
    readonly byte[][] _names;
    readonly ValueColumn[] _columns;
    readonly OverflowKinds _kinds;
    readonly TaggedWriter _writer = new();
    readonly List<bool>? _mentions;
    BinaryBuilder? _overflow;
    int _overflowRows;

    /// <summary>Begins without rows. With <paramref name="tracksMentions"/> it keeps which properties each row names, null or not.</summary>
    public RowBuilder(IReadOnlyList<PropertySchema> properties, OverflowKinds kinds, bool tracksMentions)
    {
        Properties = properties;
        _kinds = kinds;
        _mentions = tracksMentions ? [] : null;
        _names = [.. properties.Select(static p => Encoding.UTF8.GetBytes(p.Name))];
        _columns = [.. properties.Select(static p => ValueColumn.Create(p.Type))];
    }

    public IReadOnlyList<PropertySchema> Properties { get; }

    public int Rows { get; private set; }

    public ValueColumn Column(int index) => _columns[index];

    public long VariableBytes
    {
        get
        {
            long sum = _overflow?.DataLength ?? 0;
            foreach (var column in _columns)
            {
                sum += column.VariableBytes;
            }

            return sum;
        }
    }

    /// <summary>Appends tokenised rows; <paramref name="map"/> gives for each column of the file its property, or -1 to pass it over.</summary>
    public void AppendCsv(CsvTokenizer rows, ReadOnlySpan<int> map, string file, LoadErrors errors)
    {
        for (var column = 0; column < map.Length; column++)
        {
            if (map[column] >= 0)
            {
                _columns[map[column]].AppendCsv(rows, column, Properties[map[column]].Name, file, errors);
            }
        }

        Rows += rows.Rows;
        Pad();
        if (_mentions is not null)
        {
            var mentioned = new bool[_columns.Length];
            foreach (var property in map)
            {
                if (property >= 0)
                {
                    mentioned[property] = true;
                }
            }

            for (var row = 0; row < rows.Rows; row++)
            {
                _mentions.AddRange(mentioned);
            }
        }
    }

    /// <summary>Takes the mentions of the rows that <see cref="Build"/> is about to take: for each row a flag for each property.</summary>
    public bool[] TakeMentions()
    {
        bool[] taken = [.. _mentions ?? []];
        _mentions?.Clear();
        return taken;
    }

    /// <summary>Appends the object the reader stands on as a row, and moves to its end.</summary>
    public void AppendJson(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("\"data\" is not an object.");
        }

        var row = Rows;
        var expected = 0;
        var mark = -1;
        var mentions = _mentions?.Count ?? 0;
        for (var i = 0; _mentions is not null && i < _columns.Length; i++)
        {
            _mentions.Add(false);
        }

        var overflowing = 0;
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var index = Find(ref reader, ref expected);
                var name = index < 0 ? reader.GetString()! : null;
                reader.Read();
                if (index >= 0 && _mentions is not null)
                {
                    _mentions[mentions + index] = true;
                }

                // Where rows update others, a null without a column has to be kept: it takes the value away.
                if (reader.TokenType == JsonTokenType.Null && (index >= 0 || _mentions is null))
                {
                    continue;
                }

                if (index >= 0)
                {
                    var column = _columns[index];
                    if (column.Length > row)
                    {
                        throw new JsonException($"Property '{Properties[index].Name}' comes twice.");
                    }

                    if (column.TryAppendJson(ref reader))
                    {
                        continue;
                    }

                    name = Properties[index].Name;
                }

                if (mark < 0)
                {
                    _writer.Clear();
                    mark = _writer.Begin(map: true);
                }

                overflowing++;
                _writer.WriteName(Encoding.UTF8.GetBytes(name!));
                if (JsonTagged.Write(_writer, ref reader) is var kind and not TaggedKind.Null)
                {
                    _kinds.Note(name!, kind);
                }
            }
        }
        finally
        {
            // A row that broke off is filled up: the load is going to fail, and goes on only to find more errors.
            Rows++;
            Pad();
        }

        if (mark >= 0)
        {
            _writer.End(mark, overflowing);
            AppendOverflow(row, _writer.Written);
        }
    }

    public ArrowArray[] Build()
    {
        var arrays = new ArrowArray[_columns.Length + 1];
        for (var i = 0; i < _columns.Length; i++)
        {
            arrays[i] = _columns[i].Build();
        }

        arrays[^1] = BuildOverflow();
        Rows = 0;
        return arrays;
    }

    public void Discard()
    {
        _mentions?.Clear();
        foreach (var array in Build())
        {
            array.Dispose();
        }
    }

    ArrowArray BuildOverflow()
    {
        if (_overflow is null)
        {
            return NullBinary(Rows);
        }

        for (; _overflowRows < Rows; _overflowRows++)
        {
            _overflow.AppendNull();
        }

        var built = _overflow.Build();
        _overflow = null;
        _overflowRows = 0;
        return built;
    }

    public static ArrowArray NullBinary(int rows)
    {
        if (rows == 0)
        {
            return new BinaryBuilder(ArrowType.Binary).Build();
        }

        var validity = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(rows));
        var offsets = ArrowAllocator.Default.AllocateZeroed((rows + 1) * 4);
        return ArrowArray.Create(ArrowType.Binary, rows, rows, 0, [validity, offsets, ArrowBuffer.Empty]);
    }

    void AppendOverflow(int row, ReadOnlySpan<byte> value)
    {
        _overflow ??= new BinaryBuilder(ArrowType.Binary);
        for (; _overflowRows < row; _overflowRows++)
        {
            _overflow.AppendNull();
        }

        _overflow.Append(value);
        _overflowRows++;
    }

    void Pad()
    {
        foreach (var column in _columns)
        {
            if (column.Length < Rows)
            {
                column.AppendNulls(Rows - column.Length);
            }
        }
    }

    // Objects of one type nearly always name their properties in one order.
    int Find(ref Utf8JsonReader reader, ref int expected)
    {
        var names = _names;
        if (expected < names.Length && reader.ValueTextEquals(names[expected]))
        {
            return expected++;
        }

        for (var i = 0; i < names.Length; i++)
        {
            if (reader.ValueTextEquals(names[i]))
            {
                expected = i + 1;
                return i;
            }
        }

        return -1;
    }
}
