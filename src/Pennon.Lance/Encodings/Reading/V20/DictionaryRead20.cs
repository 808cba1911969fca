using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings20;
using Nullable = Pennon.Lance.Wire.Encodings20.Nullable;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// Indices into a dictionary stored with the page. In a dictionary column they count from 0; where the writer chose the
/// dictionary itself, for a string column, 0 means null and items count from 1.
/// </summary>
internal sealed class DictionaryRead20 : ArrayRead20
{
    readonly ArrayRead20 _indices;
    readonly ArrayRead20 _items;
    readonly int _itemCount;
    readonly int _indexBits;
    readonly Wire.Encodings20.Dictionary _encoding;

    public DictionaryRead20(Wire.Encodings20.Dictionary encoding, PageLocation location, long start, int count, int depth) : base(location, start, count)
    {
        _encoding = encoding;
        _indices = Create(encoding.Indices, location, start, count, depth + 1);
        CorruptEncodingException.ThrowIf(encoding.NumDictionaryItems > int.MaxValue / 16, "a dictionary has an impossible number of items");
        _itemCount = (int)encoding.NumDictionaryItems;
        _items = Create(encoding.Items, location, 0, _itemCount, depth + 1);
        _indexBits = IndexBits(encoding.Indices);
    }

    static int IndexBits(ArrayEncoding? encoding)
    {
        while (encoding?.ArrayEncodingCase == ArrayEncoding.ArrayEncodingOneofCase.Nullable)
        {
            encoding = encoding.Nullable.NullabilityCase switch
            {
                Nullable.NullabilityOneofCase.NoNulls => encoding.Nullable.NoNulls.Values,
                Nullable.NullabilityOneofCase.SomeNulls => encoding.Nullable.SomeNulls.Values,
                _ => new ArrayEncoding { Flat = new Flat { BitsPerValue = 8 } },
            };
        }
        ulong bits = encoding?.ArrayEncodingCase switch
        {
            ArrayEncoding.ArrayEncodingOneofCase.Flat => encoding.Flat.BitsPerValue,
            ArrayEncoding.ArrayEncodingOneofCase.Bitpacked => encoding.Bitpacked.UncompressedBitsPerValue,
            ArrayEncoding.ArrayEncodingOneofCase.BitpackedForNonNeg => encoding.BitpackedForNonNeg.UncompressedBitsPerValue,
            _ => 0,
        };
        return EncodingNames.WordBits(bits);
    }

    public override bool Plan(ReadPlan plan) => _indices.Plan(plan) | _items.Plan(plan);

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var stored = new FixedSink(_indexBits / 8, Count);
        var items = sink.CreateForItems();
        try
        {
            var indexNulls = new NullTracker();
            _indices.Decode(plan, stored, indexNulls);
            _items.Decode(plan, items, null);
            using var indices = new Scratch<int>(Count);
            bool countsFromOne = sink is not DictionarySink;
            DictionaryIndices.Widen(stored.Values, _indexBits, _itemCount, indices.Span);
            var validity = indexNulls.Detach(out int nullCount);
            for (int i = 0; i < Count; i++)
            {
                bool isNull = (nullCount > 0 && !Arrow.BitUtility.Get(validity.Span, i)) || (countsFromOne && indices.Span[i] == 0);
                int index = isNull ? 0 : indices.Span[i] - (countsFromOne ? 1 : 0);
                CorruptEncodingException.ThrowIf(!isNull && (uint)index >= (uint)_itemCount, "an index points past the end of the dictionary");
                indices.Span[i] = index;
                if (isNull)
                {
                    nulls?.AppendNull(1);
                }
                else
                {
                    nulls?.AppendValid(1);
                }
            }
            validity.Release();
            if (_itemCount == 0)
            {
                sink.AppendEmpty(Count);
            }
            else if (sink is DictionarySink dictionary)
            {
                dictionary.Append(_encoding, items, indices.Span);
            }
            else
            {
                sink.AppendItems(items, indices.Span);
            }
        }
        finally
        {
            stored.Release();
            items.Release();
        }
    }
}
