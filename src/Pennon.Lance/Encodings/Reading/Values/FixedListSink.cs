using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Fixed-size lists of primitives, of any depth: the items, and which of them are null.</summary>
internal sealed class FixedListSink(int dimension, ValueSink items) : ValueSink
{
    BitSink? _itemValidity;

    public int Dimension => dimension;

    public ValueSink Items => items;

    /// <summary>Counts <paramref name="count"/> lists whose items were appended to <see cref="Items"/> already.</summary>
    public void Advance(int count)
    {
        Count += count;
        if (_itemValidity is { } validity && validity.Count < items.Count)
        {
            validity.AppendRun(true, items.Count - validity.Count);
        }
    }

    /// <summary>The validity of items; call before the items it speaks of are appended.</summary>
    public BitSink ItemValidity
    {
        get
        {
            if (_itemValidity is null)
            {
                _itemValidity = new BitSink(items.Count);
                _itemValidity.AppendRun(true, items.Count);
            }
            return _itemValidity;
        }
    }

    public override void AppendEmpty(int count)
    {
        items.AppendEmpty(CheckedSize(count, dimension));
        Advance(count);
    }

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity)
    {
        var list = (FixedSizeListType)type;
        int itemNulls = 0;
        var itemValidity = _itemValidity?.DetachValidity(out itemNulls) ?? ArrowBuffer.Empty;
        var child = items.Build(list.Item.Type, itemNulls, itemValidity);
        return ArrowArray.Create(type, Count, nullCount, 0, [validity], [child]);
    }

    public override void Release()
    {
        _itemValidity?.Release();
        items.Release();
    }
}
