using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>A list column seen as ranges of one array of items.</summary>
readonly ref struct ListValues
{
    readonly ReadOnlySpan<int> _small;
    readonly ReadOnlySpan<long> _large;
    readonly int _size;
    readonly FilterVector _vector;

    public ListValues(FilterVector vector)
    {
        _vector = vector;
        switch (vector.Array)
        {
            case VariableListArray<int> small:
                _small = small.Offsets;
                Items = small.Items;
                break;
            case VariableListArray<long> large:
                _large = large.Offsets;
                Items = large.Items;
                break;
            case FixedSizeListArray list:
                _size = list.Size;
                Items = list.Items;
                break;
            default:
                throw new InvalidOperationException($"{vector.Array.Type} is no list.");
        }
    }

    /// <summary>The items of all rows.</summary>
    public ArrowArray Items { get; }

    public bool IsNull(int row) => _vector.Array.IsNull(_vector.Row(row));

    /// <summary>Where the items of a row lie.</summary>
    public (int Start, int Count) this[int row]
    {
        get
        {
            row = _vector.Row(row);
            if (_size > 0)
                return (row * _size, _size);
            return _small.IsEmpty
                ? ((int)_large[row], (int)(_large[row + 1] - _large[row]))
                : (_small[row], _small[row + 1] - _small[row]);
        }
    }
}

/// <summary>Functions of lists.</summary>
static class ListFunctions
{
    /// <summary>The number of items; null for a null list.</summary>
    public static ArrowArray Length(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var lists = new ListValues(arguments[0]);
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (var i = 0; i < rows; i++)
        {
            if (lists.IsNull(i))
                builder.AppendNull();
            else
                builder.Append((long)lists[i].Count);
        }
        return builder.Build();
    }

    /// <summary>The item at a position counted from 1, or from the end if negative; null where there is none.</summary>
    public static ArrowArray Element(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var lists = new ListValues(arguments[0]);
        var indices = (PrimitiveArray<long>)arguments[1].Array;
        var positions = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            positions[i] = -1;
            var row = arguments[1].Row(i);
            if (lists.IsNull(i) || indices.IsNull(row))
                continue;
            var (start, count) = lists[i];
            var index = indices.Values[row];
            var at = index > 0 ? index - 1 : index < 0 ? count + index : -1;
            if (at >= 0 && at < count)
                positions[i] = start + (int)at;
        }
        return Take.ApplyOrNull(lists.Items, positions);
    }

    /// <summary>Whether a list holds a value of the item type.</summary>
    public static ArrowArray Has(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var lists = new ListValues(arguments[0]);
        var builder = new BooleanBuilder();
        if (arguments[1].IsConstant)
        {
            // One comparison over all items serves every list.
            var hits = BoundComparison.Run(CompareOperator.Equal, lists.Items, arguments[1].Array, single: true);
            for (var i = 0; i < rows; i++)
            {
                if (lists.IsNull(i) || arguments[1].Array.IsNull(0))
                    builder.AppendNull();
                else
                    builder.Append(AnyTrue(hits, lists[i]));
            }
            return builder.Build();
        }
        for (var i = 0; i < rows; i++)
        {
            if (lists.IsNull(i) || arguments[1].Array.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            var (start, count) = lists[i];
            var hits = BoundComparison.Run(CompareOperator.Equal, lists.Items.Slice(start, count), arguments[1].Array.Slice(i, 1), single: true);
            builder.Append(AnyTrue(hits, (0, count)));
        }
        return builder.Build();
    }

    public static ArrowArray HasAny(ReadOnlySpan<FilterVector> arguments, int rows) => Overlap(arguments, rows, all: false);

    public static ArrowArray HasAll(ReadOnlySpan<FilterVector> arguments, int rows) => Overlap(arguments, rows, all: true);

    static ArrowArray Overlap(ReadOnlySpan<FilterVector> arguments, int rows, bool all)
    {
        var lists = new ListValues(arguments[0]);
        var wanted = new ListValues(arguments[1]);
        var builder = new BooleanBuilder();
        BooleanArray[]? shared = null;
        if (arguments[1].IsConstant && !wanted.IsNull(0))
        {
            var (start, count) = wanted[0];
            shared = new BooleanArray[count];
            for (var w = 0; w < count; w++)
                shared[w] = Hits(lists.Items, wanted.Items.Slice(start + w, 1));
        }
        for (var i = 0; i < rows; i++)
        {
            if (lists.IsNull(i) || wanted.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            var range = lists[i];
            var (start, count) = wanted[i];
            var found = all;
            for (var w = 0; w < count; w++)
            {
                var hit = shared is not null
                    ? AnyTrue(shared[w], range)
                    : AnyTrue(Hits(lists.Items.Slice(range.Start, range.Count), wanted.Items.Slice(start + w, 1)), (0, range.Count));
                if (hit != all)
                {
                    found = hit;
                    break;
                }
            }
            builder.Append(found);
        }
        return builder.Build();
    }

    // Inside lists a null equals a null.
    static BooleanArray Hits(ArrowArray items, ArrowArray value) =>
        value.IsNull(0) ? BooleanLogic.IsNull(items) : BoundComparison.Run(CompareOperator.Equal, items, value, single: true);

    static bool AnyTrue(BooleanArray hits, (int Start, int Count) range)
    {
        for (var i = range.Start; i < range.Start + range.Count; i++)
        {
            if (hits.GetValue(i) && hits.IsValid(i))
                return true;
        }
        return false;
    }

    /// <summary>The value of a text key in every map; null where the key is missing.</summary>
    public static ArrowArray MapValue(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var maps = (MapArray)arguments[0].Array;
        var keys = new TextValues(new FilterVector(maps.Keys, false));
        var wanted = new TextValues(arguments[1]);
        var offsets = maps.Offsets;
        var positions = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            positions[i] = -1;
            var row = arguments[0].Row(i);
            if (maps.IsNull(row) || wanted.IsNull(i))
                continue;
            for (var entry = offsets[row]; entry < offsets[row + 1]; entry++)
            {
                if (keys[entry].SequenceEqual(wanted[i]))
                {
                    positions[i] = entry;
                    break;
                }
            }
        }
        return Take.ApplyOrNull(maps.Values, positions);
    }
}
