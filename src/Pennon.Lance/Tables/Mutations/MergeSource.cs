using System.Numerics;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;

namespace Pennon.Lance.Tables;

/// <summary>The source rows of a merge, in memory, found by key through a hash table.</summary>
sealed class MergeSource : IDisposable
{
    readonly ArrowArray[] _keys;
    readonly ulong[] _hashes;
    readonly int[] _heads;
    readonly int[] _next;
    readonly int _mask;
    readonly bool[] _matched;

    /// <param name="rows">The rows; disposed with this object.</param>
    /// <param name="on">The key columns.</param>
    public MergeSource(RecordBatch rows, IReadOnlyList<string> on)
    {
        Rows = rows;
        _keys = [.. on.Select(rows.Column)];
        _hashes = new ulong[rows.Length];
        _matched = new bool[rows.Length];
        _next = new int[rows.Length];
        _heads = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(rows.Length * 2L, 16, 1 << 30))];
        _mask = _heads.Length - 1;
        _heads.AsSpan().Fill(-1);
        if (rows.Length > 0) Hash.Rows(_keys, _hashes);
        for (var i = rows.Length - 1; i >= 0; i--)
        {
            if (HasNull(_keys, i)) continue;
            ref var head = ref _heads[Slot(_hashes[i])];
            _next[i] = head;
            head = i;
        }
    }

    public RecordBatch Rows { get; }

    /// <summary>Whether a source row found a partner.</summary>
    public bool IsMatched(int row) => _matched[row];

    /// <summary>Finds the partners of target rows.</summary>
    /// <param name="keys">The key columns of the target rows.</param>
    /// <param name="hashes">Their hashes.</param>
    /// <param name="row">The target row.</param>
    /// <param name="isAmbiguous">Whether several source rows have the key.</param>
    /// <returns>The first source row with the key, or -1.</returns>
    public int Find(ArrowArray[] keys, ReadOnlySpan<ulong> hashes, int row, out bool isAmbiguous)
    {
        var first = -1;
        isAmbiguous = false;
        var hash = hashes[row];
        for (var at = _heads[Slot(hash)]; at >= 0; at = _next[at])
        {
            if (_hashes[at] != hash || !SameKey(at, keys, row)) continue;
            _matched[at] = true;
            if (first >= 0) isAmbiguous = true;
            else first = at;
        }
        return first;
    }

    /// <summary>Whether a source row that found no partner has the key of a target row.</summary>
    public bool HasUnmatched(ArrowArray[] keys, ReadOnlySpan<ulong> hashes, int row)
    {
        var hash = hashes[row];
        for (var at = _heads[Slot(hash)]; at >= 0; at = _next[at])
        {
            if (!_matched[at] && _hashes[at] == hash && SameKey(at, keys, row)) return true;
        }
        return false;
    }

    /// <summary>The keys as constants of a filter; null when there are more than a limit or the key has several columns.</summary>
    public LanceExpression? KeyFilter(string column, int limit)
    {
        // A filter compares floats and large values in its own ways; the hash table is the judge for those.
        if (_keys.Length != 1 || Rows.Length > limit || Rows.Length == 0 || _keys[0].Type is DictionaryType || _keys[0].Type.IsFloatingPoint || !BoundIn.Supports(_keys[0].Type)) return null;
        var items = new List<LanceExpression>(Rows.Length);
        for (var i = 0; i < Rows.Length; i++)
        {
            if (_keys[0].IsValid(i)) items.Add(LanceExpression.Literal(Take.Apply(_keys[0], [i])));
        }
        if (items.Count == 0) return null;
        return items.Count == 1 ? LanceExpression.Column(column).Equal(items[0]) : LanceExpression.Column(column).In([.. items]);
    }

    public void Dispose() => Rows.Dispose();

    int Slot(ulong hash) => (int)(hash ^ (hash >> 32)) & _mask;

    bool SameKey(int source, ArrowArray[] keys, int row)
    {
        for (var c = 0; c < keys.Length; c++)
        {
            if (!SameValue(_keys[c], source, keys[c], row)) return false;
        }
        return true;
    }

    // Floats are equal as numbers are, except that NaN finds NaN.
    static bool SameValue(ArrowArray left, int leftRow, ArrowArray right, int rightRow) => (left, right) switch
    {
        (PrimitiveArray<float> a, PrimitiveArray<float> b) => a.IsValid(leftRow) && b.IsValid(rightRow) && a.Values[leftRow].Equals(b.Values[rightRow]),
        (PrimitiveArray<double> a, PrimitiveArray<double> b) => a.IsValid(leftRow) && b.IsValid(rightRow) && a.Values[leftRow].Equals(b.Values[rightRow]),
        _ => right.IsValid(rightRow) && ArrowArrayEquality.SameRow(left, leftRow, right, rightRow),
    };

    static bool HasNull(ArrowArray[] keys, int row)
    {
        foreach (var key in keys)
        {
            if (key.IsNull(row)) return true;
        }
        return false;
    }
}
