using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// What loading a node table and an edge type have in common: the properties with their columns, and the sink that batches go to. Columns are fixed when the
/// first batch is about to be built; values of later properties go to the overflow.
/// </summary>
abstract class TableLoad(string name)
{
    const int BatchRows = 65_536;
    const int BatchBytes = 8 << 20;

    readonly List<PropertySchema> _properties = [];
    readonly List<string> _columns = [];
    readonly List<bool> _nullable = [];
    readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public IReadOnlyList<PropertySchema> Properties => _properties;

    public OverflowKinds Overflow { get; } = new();

    /// <summary>True once no more columns can be added.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>True when the columns differ from those of the version before, so that its rows have to be written anew.</summary>
    public bool HasNewColumns { get; private set; }

    public TableSink? Sink { get; set; }

    public Schema Schema { get; private set; } = new([]);

    protected static bool IsFull(RowBuilder rows) => rows.Rows >= BatchRows || rows.VariableBytes >= BatchBytes;

    /// <summary>Takes over the columns of the version before, without counting them as new.</summary>
    protected void Keep(IReadOnlyList<StoredProperty> stored)
    {
        foreach (var property in stored)
        {
            if (property.Column is not null)
            {
                _properties.Add(new PropertySchema(property.Name, property.Type!));
                _columns.Add(property.Column);
                _nullable.Add(property.Nullable);
                _taken.Add(property.Column.ToUpperInvariant());
            }

            if (property.OverflowKinds != 0)
            {
                Overflow.Note(property.Name, property.OverflowKinds);
            }
        }
    }

    /// <summary>Declares a property; null, or why it cannot have that type.</summary>
    public string? Declare(PropertySchema property, bool isNew)
    {
        var known = _properties.Find(p => p.Name == property.Name);
        if (known is not null)
        {
            return known.Type == property.Type
                ? null
                : $"Property '{property.Name}' of '{Name}' is of type {PropertyTypeName.Format(known.Type)}, not {PropertyTypeName.Format(property.Type)}.";
        }

        if (IsFixed)
        {
            return $"Property '{property.Name}' of '{Name}' comes too late to be declared.";
        }

        _properties.Add(property);
        _columns.Add(ColumnNames.Choose(property.Name, _taken));
        _nullable.Add(false);
        HasNewColumns |= isNew;
        return null;
    }

    public int IndexOf(string property) => _properties.FindIndex(p => p.Name == property);

    /// <summary>Fixes the columns; <paramref name="ids"/> are the id columns before them.</summary>
    protected void Fix(params ReadOnlySpan<string> ids)
    {
        IsFixed = true;
        var fields = new List<Field>();
        foreach (var id in ids)
        {
            fields.Add(new Field(id, ArrowType.UInt64, nullable: false));
        }

        for (var i = 0; i < _properties.Count; i++)
        {
            fields.Add(new Field(_columns[i], _properties[i].Type));
        }

        fields.Add(new Field(ColumnNames.Overflow, ArrowType.Binary));
        Schema = new Schema(fields);
    }

    /// <summary>Notes which columns turn out to have nulls.</summary>
    public void NoteNulls(ReadOnlySpan<ArrowArray> values)
    {
        for (var i = 0; i < _nullable.Count; i++)
        {
            _nullable[i] |= values[i].HasNulls;
        }
    }

    protected void NoteAllNull(int firstColumn)
    {
        for (var i = firstColumn; i < _nullable.Count; i++)
        {
            _nullable[i] = true;
        }
    }

    public string ColumnOf(int property) => _columns[property];

    /// <summary>The properties as the manifest keeps them.</summary>
    public IReadOnlyList<StoredProperty> Stored()
    {
        var stored = new List<StoredProperty>();
        for (var i = 0; i < _properties.Count; i++)
        {
            var kinds = Overflow.KindsOf(_properties[i].Name);
            stored.Add(new StoredProperty(_properties[i].Name, _columns[i], _properties[i].Type, _nullable[i], kinds));
        }

        foreach (var (name, kinds) in Overflow.Properties)
        {
            if (IndexOf(name) < 0)
            {
                stored.Add(new StoredProperty(name, null, null, true, kinds));
            }
        }

        return stored;
    }
}
