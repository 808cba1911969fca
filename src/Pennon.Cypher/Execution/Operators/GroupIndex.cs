using System.Numerics;
using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// The groups of integer, boolean and node keys that lie close together, as an array with a place for every combination within the ranges met so
/// far: a look-up is a subtraction and a multiplication for each key.
/// </summary>
internal sealed class GroupIndex(int keys)
{
    const int MaxKeys = 4;
    const long MaxPlaces = 1 << 16;

    readonly long[] _low = new long[keys];
    readonly long[] _count = new long[keys];
    int[] _groups = [];

    /// <summary>One more than the group number of each place; 0 where there is no group.</summary>
    public int[] Groups => _groups;

    public static bool Takes(IReadOnlyList<ValueKind> kinds) =>
        kinds.Count <= MaxKeys && kinds.All(static kind => kind is ValueKind.Int64 or ValueKind.Boolean or ValueKind.Node);

    /// <summary>Writes the place of each row; false when the keys lie too far apart, and then this index is of no more use.</summary>
    /// <param name="codes">The codes of the rows, key after key.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="known">The codes of the groups there are, group after group.</param>
    /// <param name="width">The words of a group in <paramref name="known"/>.</param>
    /// <param name="groupCount">The number of groups there are.</param>
    /// <param name="places">Receives the places.</param>
    /// <param name="context">Whose memory is charged.</param>
    /// <param name="resource">What the memory is for.</param>
    [MethodImpl(Hot.Loop)]
    public bool TryLocate(
        ReadOnlySpan<long> codes, int rows, ReadOnlySpan<long> known, int width, int groupCount, Span<int> places, ExecutionContext context, string resource)
    {
        if (rows == 0)
        {
            return true;
        }
        bool grows = false;
        Span<long> low = stackalloc long[MaxKeys], high = stackalloc long[MaxKeys];
        for (int k = 0; k < keys; k++)
        {
            var (least, most) = Range(codes.Slice(k * rows, rows));
            bool first = _count[k] == 0;
            low[k] = first ? least : Math.Min(least, _low[k]);
            high[k] = first ? most : Math.Max(most, _low[k] + (_count[k] - 1));
            grows |= first || low[k] < _low[k] || high[k] > _low[k] + (_count[k] - 1);
        }
        if (grows && !TryGrow(low, high, known, width, groupCount, context, resource))
        {
            return false;
        }
        places = places[..rows];
        places.Clear();
        for (int k = 0; k < keys; k++)
        {
            var column = codes.Slice(k * rows, rows);
            long from = _low[k];
            int count = (int)_count[k];
            for (int i = 0; i < places.Length && i < column.Length; i++)
            {
                places[i] = (places[i] * count) + (int)(column[i] - from);
            }
        }
        return true;
    }

    [MethodImpl(Hot.Loop)]
    bool TryGrow(ReadOnlySpan<long> low, ReadOnlySpan<long> high, ReadOnlySpan<long> known, int width, int groupCount, ExecutionContext context, string resource)
    {
        Int128 total = 1;
        for (int k = 0; k < keys; k++)
        {
            total *= (Int128)high[k] - low[k] + 1;
            if (total > MaxPlaces)
            {
                return false;
            }
        }
        for (int k = 0; k < keys; k++)
        {
            _low[k] = low[k];
            _count[k] = high[k] - low[k] + 1;
        }
        Widen((long)total);
        long size = 1;
        for (int k = 0; k < keys; k++)
        {
            size *= _count[k];
        }
        context.Memory.Charge(resource, sizeof(int) * Math.Max(0, size - _groups.Length));
        _groups = new int[size];
        for (int group = 0; group < groupCount; group++)
        {
            long place = 0;
            for (int k = 0; k < keys; k++)
            {
                place = (place * _count[k]) + (known[(group * width) + k] - _low[k]);
            }
            _groups[place] = group + 1;
        }
        return true;
    }

    // Room above the first key, the one that costs nothing to widen, so that ascending keys do not rebuild the array with every batch.
    void Widen(long total)
    {
        long more = Math.Min(_count[0], (MaxPlaces / total - 1) * _count[0]);
        _count[0] += Math.Max(0, Math.Min(more, long.MaxValue - _low[0] - _count[0]));
    }

    [MethodImpl(Hot.Loop)]
    static (long Least, long Most) Range(ReadOnlySpan<long> values)
    {
        long least = values[0], most = values[0];
        int i = 0;
        if (values.Length >= Vector<long>.Count)
        {
            Vector<long> low = new(values), high = low;
            for (; i <= values.Length - Vector<long>.Count; i += Vector<long>.Count)
            {
                var next = new Vector<long>(values[i..]);
                low = System.Numerics.Vector.Min(low, next);
                high = System.Numerics.Vector.Max(high, next);
            }
            for (int lane = 0; lane < Vector<long>.Count; lane++)
            {
                least = Math.Min(least, low[lane]);
                most = Math.Max(most, high[lane]);
            }
        }
        for (; i < values.Length; i++)
        {
            least = Math.Min(least, values[i]);
            most = Math.Max(most, values[i]);
        }
        return (least, most);
    }
}
