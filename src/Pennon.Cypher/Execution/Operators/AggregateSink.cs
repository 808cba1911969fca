using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// The running side of <see cref="AggregateOperator"/>. Without a next sink it holds the groups of a part of the rows, which another one takes in.
/// </summary>
internal sealed class AggregateSink : Sink
{
    readonly AggregateOperator _plan;
    readonly IReadOnlyList<(Expr Expression, BoundVariable Variable)> _keys;
    readonly IReadOnlyList<Aggregate> _aggregates;
    readonly Sink? _next;
    readonly ExecutionContext _context;
    readonly GroupTable? _groups;
    readonly Accumulator[] _accumulators;
    readonly GroupTable?[] _distinct;
    readonly Vector[] _keyColumns;
    readonly Buffer<int> _morsels = new();
    int[] _numbers = [];
    int[] _kept = [];

    public AggregateSink(AggregateOperator plan, Sink? next, ExecutionContext context)
    {
        _plan = plan;
        _keys = plan.Keys;
        _aggregates = plan.Aggregates;
        _next = next;
        _context = context;
        _groups = _keys.Count == 0 ? null : new GroupTable([.. _keys.Select(static k => k.Expression.Kind)], context, "aggregation");
        _keyColumns = new Vector[_keys.Count];
        _accumulators = [.. _aggregates.Select(Accumulator.For)];
        _distinct = [.. _aggregates.Select(a => a.Distinct
            ? new GroupTable(_keys.Count == 0 ? [a.Argument!.Kind] : [a.Argument!.Kind, ValueKind.Int64], context, "aggregation of distinct values")
            : null)];
    }

    /// <summary>The number of the part of the input that comes now; kept for each group that is new in it.</summary>
    public int Morsel { get; set; }

    public override bool Push(Batch batch)
    {
        _context.Cancellation.ThrowIfCancellationRequested();
        if (_numbers.Length < batch.Count)
        {
            _numbers = new int[batch.Count];
            _kept = new int[batch.Count];
        }
        var numbers = _numbers.AsSpan(0, batch.Count);
        if (_groups is not null)
        {
            for (int k = 0; k < _keyColumns.Length; k++)
            {
                _keyColumns[k] = _keys[k].Expression.Evaluate(batch, _context);
            }
            _groups.Find(_keyColumns, batch.Count, numbers);
            while (_next is null && _morsels.Count < _groups.Count)
            {
                _morsels.Append(Morsel);
            }
        }
        int count = _groups?.Count ?? 1;
        for (int a = 0; a < _accumulators.Length; a++)
        {
            var argument = _aggregates[a].Argument?.Evaluate(batch, _context);
            if (_distinct[a] is { } seen)
            {
                _accumulators[a].Add(argument, FirstOfEach(seen, argument!, numbers), default, count, _context);
            }
            else
            {
                _accumulators[a].Add(argument, numbers, _aggregates[a].IgnoresRepeats ? default : batch.Weights, count, _context);
            }
        }
        return true;
    }

    // The groups of rows that bring a value new to their group; other rows get no group.
    Span<int> FirstOfEach(GroupTable seen, Vector argument, Span<int> numbers)
    {
        var kept = _kept.AsSpan(0, numbers.Length);
        int before = seen.Count;
        if (_groups is null)
        {
            seen.Find([argument], numbers.Length, kept);
        }
        else
        {
            var groups = new long[numbers.Length];
            for (int i = 0; i < groups.Length; i++)
            {
                groups[i] = numbers[i];
            }
            seen.Find([argument, new Int64Vector(groups, null, groups.Length)], numbers.Length, kept);
        }
        int next = before;
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] == next)
            {
                next++;
                kept[i] = numbers[i];
            }
            else
            {
                kept[i] = -1;
            }
        }
        return kept;
    }

    /// <summary>
    /// Takes in the groups of parts of the rows. Groups are numbered by the morsel in which they first came, and within it as its part numbered
    /// them, which is the order in which all rows in turn would have brought them.
    /// </summary>
    public void Merge(IReadOnlyList<AggregateSink> parts)
    {
        var numbers = parts.Select(static part => new int[part._groups?.Count ?? 1]).ToArray();
        if (_groups is not null && parts.Count > 0)
        {
            MergeKeys(parts, numbers);
        }
        int count = _groups?.Count ?? 1;
        for (int p = 0; p < parts.Count; p++)
        {
            for (int a = 0; a < _accumulators.Length; a++)
            {
                if (_distinct[a] is { } seen)
                {
                    MergeDistinct(a, seen, parts[p]._distinct[a]!, numbers[p], count);
                }
                else
                {
                    _accumulators[a].Merge(parts[p]._accumulators[a], numbers[p], count);
                }
            }
        }
    }

    void MergeKeys(IReadOnlyList<AggregateSink> parts, int[][] numbers)
    {
        var order = new List<(int Morsel, int Number, int Part)>();
        var starts = new int[parts.Count];
        for (int p = 0; p < parts.Count; p++)
        {
            starts[p] = order.Count;
            for (int g = 0; g < numbers[p].Length; g++)
            {
                order.Add((parts[p]._morsels.Items[g], g, p));
            }
        }
        order.Sort();
        int[] rows = [.. order.Select(entry => starts[entry.Part] + entry.Number)];
        var columns = parts.Select(static part => part._groups!.Keys()).ToList();
        for (int k = 0; k < _keyColumns.Length; k++)
        {
            _keyColumns[k] = Vector.Concat([.. columns.Select(keys => keys[k])]).Take(rows);
        }
        var found = new int[rows.Length];
        _groups!.Find(_keyColumns, rows.Length, found);
        for (int i = 0; i < rows.Length; i++)
        {
            numbers[order[i].Part][order[i].Number] = found[i];
        }
    }

    // Values that were new to a part may be known from another one.
    void MergeDistinct(int aggregate, GroupTable seen, GroupTable other, int[] numbers, int count)
    {
        var keys = other.Keys();
        var groups = new int[other.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = _groups is null ? 0 : numbers[((Int64Vector)keys[1]).Values[i]];
        }
        if (_kept.Length < groups.Length)
        {
            _kept = new int[groups.Length];
        }
        _accumulators[aggregate].Add(keys[0], FirstOfEach(seen, keys[0], groups), default, count, _context);
    }

    public override void Finish()
    {
        int count = _groups?.Count ?? 1;
        var columns = new Vector?[_context.Slots];
        if (_groups is not null)
        {
            var keys = _groups.Keys();
            for (int k = 0; k < keys.Length; k++)
            {
                columns[_keys[k].Variable.Slot] = keys[k];
            }
        }
        for (int a = 0; a < _accumulators.Length; a++)
        {
            columns[_aggregates[a].Result.Slot] = _accumulators[a].Result(count, _context);
        }
        Chunks.Push(new Batch(columns, count), _plan.Live, _next!);
        _next!.Finish();
    }
}
