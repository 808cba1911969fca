using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>How one page numbers its levels.</summary>
internal sealed class PageNesting
{
    readonly RepDefLayer[] _layers;
    Translation? _translation;

    public PageNesting(IReadOnlyList<RepDefLayer> layers)
    {
        CorruptEncodingException.ThrowIf(layers.Count is 0 or > 1000, "a page names no layers, or more than any schema has");
        _layers = [.. layers];
        bool beforeList = true;
        for (int i = 0; i < _layers.Length; i++)
        {
            CorruptEncodingException.ThrowIf(_layers[i] is < RepDefLayer.LayerAllValidItem or > RepDefLayer.LayerNullAndEmptyList, "a page names an unknown kind of layer");
            bool list = _layers[i] is RepDefLayer.LayerAllValidList or >= RepDefLayer.LayerNullableList;
            beforeList &= !list;
            MaxRepetition += list ? 1 : 0;
            int levels = _layers[i] switch
            {
                RepDefLayer.LayerAllValidItem or RepDefLayer.LayerAllValidList => 0,
                RepDefLayer.LayerNullAndEmptyList => 2,
                _ => 1,
            };
            MaxDefinition += levels;
            if (beforeList)
            {
                MaxVisible += levels;
            }
        }
    }

    /// <summary>The repetition level that starts a row: the number of list layers.</summary>
    public int MaxRepetition { get; }

    /// <summary>The largest definition level.</summary>
    public int MaxDefinition { get; }

    /// <summary>Entries with a definition level up to this one occupy a value slot.</summary>
    public int MaxVisible { get; }

    public bool HasLists => MaxRepetition > 0;

    /// <summary>The column's level for each level of this page.</summary>
    public ushort[] TranslationTo(ColumnNesting nesting)
    {
        var known = _translation;
        if (known is not null && known.Nesting.Layers.AsSpan().SequenceEqual(nesting.Layers))
        {
            return known.Table;
        }
        CorruptEncodingException.ThrowIf(_layers.Length != nesting.Layers.Length, $"a page has {_layers.Length} layers where the schema nests {nesting.Layers.Length} deep");
        var table = new ushort[MaxDefinition + 1];
        int level = 1;
        for (int i = 0; i < _layers.Length; i++)
        {
            bool list = _layers[i] is RepDefLayer.LayerAllValidList or >= RepDefLayer.LayerNullableList;
            CorruptEncodingException.ThrowIf(list != (nesting.Layers[i] == NestingKind.List), "a page nests lists where the schema has none, or the other way round");
            int first = nesting.NullLevel(i);
            switch (_layers[i])
            {
                case RepDefLayer.LayerNullableItem or RepDefLayer.LayerNullableList:
                    table[level++] = (ushort)first;
                    break;
                case RepDefLayer.LayerEmptyableList:
                    table[level++] = (ushort)(first + 1);
                    break;
                case RepDefLayer.LayerNullAndEmptyList:
                    table[level++] = (ushort)first;
                    table[level++] = (ushort)(first + 1);
                    break;
            }
        }
        _translation = new Translation(nesting, table);
        return table;
    }

    sealed record Translation(ColumnNesting Nesting, ushort[] Table);
}
