using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>The items of a dictionary column's page, united from the dictionaries of its batches.</summary>
internal sealed class DictionaryItems(LeafShape items) : IDisposable
{
    readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    readonly List<int> _ends = [0];
    ArrowArray? _last;
    int[] _map = [];

    public int Count { get; private set; }

    public ByteSink Bytes { get; } = new();

    /// <summary>Whether indices of the column's type can still address the items after another dictionary comes in.</summary>
    public bool HasRoomFor(DictionaryArray array)
    {
        var bits = ((DictionaryType)array.Type).Index.BitWidth;
        return ReferenceEquals(array.Dictionary, _last) || bits >= 32 || Count + (long)array.Dictionary.Length <= 1L << (bits - 1);
    }

    /// <summary>The united position of each item of a dictionary; -1 for null items.</summary>
    public ReadOnlySpan<int> Unify(ArrowArray dictionary)
    {
        if (ReferenceEquals(dictionary, _last)) return _map;
        var map = new int[dictionary.Length];
        var fixedBytes = items.Kind == LeafKind.Fixed && dictionary.Length > 0 ? dictionary.Buffers[1].Span[(dictionary.Offset * items.Width)..] : default;
        for (var i = 0; i < map.Length; i++)
        {
            if (dictionary.IsNull(i))
            {
                map[i] = -1;
                continue;
            }
            var bytes = dictionary switch
            {
                VariableBinaryArray<int> text => text.GetBytes(i),
                VariableBinaryArray<long> text => text.GetBytes(i),
                _ => fixedBytes.Slice(i * items.Width, items.Width),
            };
            ref var position = ref CollectionsMarshal.GetValueRefOrAddDefault(_positions, Key(bytes), out var known);
            if (!known)
            {
                position = Count++;
                Bytes.Append(bytes);
                _ends.Add(Bytes.Length);
            }
            map[i] = position;
        }
        _last = dictionary;
        _map = map;
        return map;
    }

    public PageDictionary ToPageDictionary() => items.Kind == LeafKind.Fixed
        ? new PageDictionary(Count, Bytes, null, items.Width * 8)
        : new PageDictionary(Count, Bytes, [.. _ends], items.OffsetBits);

    public void Clear()
    {
        _positions.Clear();
        _ends.Clear();
        _ends.Add(0);
        Bytes.Clear();
        Count = 0;
        _last = null;
        _map = [];
    }

    public void Dispose() => Bytes.Dispose();

    static string Key(ReadOnlySpan<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes);
}
