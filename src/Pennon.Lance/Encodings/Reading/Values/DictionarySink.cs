using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// Columns of Arrow's dictionary type. Every page brings a dictionary of its own; the first is taken as it is and the items
/// of later ones are looked up in it, so that indices keep fitting their type.
/// </summary>
internal sealed class DictionarySink(DictionaryType type, int expected) : ValueSink
{
    readonly int _indexWidth = type.Index.BitWidth / 8;
    readonly ValueSink _items = Create(type.Value, 0);
    Dictionary<ulong, int>? _itemOf;
    object? _page;
    int[]? _remap;

    public FixedSink Indices { get; } = new(type.Index.BitWidth / 8, expected);

    /// <summary>Appends indices into the dictionary of one page; null slots must hold 0 or more.</summary>
    /// <param name="page">Identifies the page: its dictionary is merged once.</param>
    public void Append(object page, ValueSink dictionary, ReadOnlySpan<int> indices)
    {
        if (_page != page)
        {
            Merge(dictionary);
            _page = page;
        }
        int limit = _indexWidth >= 4 ? int.MaxValue : IsSigned ? (1 << (8 * _indexWidth - 1)) - 1 : (1 << (8 * _indexWidth)) - 1;
        var target = Indices.Reserve(indices.Length);
        for (int i = 0; i < indices.Length; i++)
        {
            int index = _remap is null ? indices[i] : _remap[indices[i]];
            if (index > limit)
            {
                throw new LanceNotSupportedException("dictionary over several pages", $"The dictionaries of the pages read together have more items than a {type.Index} index can tell apart; read fewer rows at a time.");
            }
            switch (_indexWidth)
            {
                case 1: target[i] = (byte)index; break;
                case 2: BinaryPrimitives.WriteInt16LittleEndian(target[(2 * i)..], (short)index); break;
                case 4: BinaryPrimitives.WriteInt32LittleEndian(target[(4 * i)..], index); break;
                default: BinaryPrimitives.WriteInt64LittleEndian(target[(8 * i)..], index); break;
            }
        }
        Count += indices.Length;
    }

    bool IsSigned => type.Index.Id is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64;

    void Merge(ValueSink dictionary)
    {
        Span<int> one = stackalloc int[1];
        if (_page is null)
        {
            int[] all = new int[dictionary.Count];
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = i;
            }
            _items.AppendItems(dictionary, all);
            return;
        }
        if (_itemOf is null)
        {
            _itemOf = [];
            for (int i = 0; i < _items.Count; i++)
            {
                _itemOf.TryAdd(XxHash64.Hash(_items.Bytes(i)), i);
            }
        }
        _remap = new int[dictionary.Count];
        for (int i = 0; i < _remap.Length; i++)
        {
            var bytes = dictionary.Bytes(i);
            ref int known = ref CollectionsMarshal.GetValueRefOrAddDefault(_itemOf, XxHash64.Hash(bytes), out bool exists);
            if (exists && _items.Bytes(known).SequenceEqual(bytes))
            {
                _remap[i] = known;
                continue;
            }
            _remap[i] = known = _items.Count;
            one[0] = i;
            _items.AppendItems(dictionary, one);
        }
    }

    public override void AppendEmpty(int count)
    {
        Indices.AppendEmpty(count);
        Count += count;
    }

    public override ValueSink CreateForItems() => Create(type.Value, 0);

    public override ArrowArray Build(ArrowType arrayType, int nullCount, ArrowBuffer validity) =>
        ArrowArray.Create(arrayType, Count, nullCount, 0, [validity, Indices.Detach()], [], _items.Build(type.Value, 0, ArrowBuffer.Empty));

    public override void Release()
    {
        Indices.Release();
        _items.Release();
    }
}
