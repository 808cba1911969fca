using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>One key of ORDER BY.</summary>
internal sealed record SortKey(BoundVariable Variable, bool Descending);

/// <summary>
/// Orders rows; equal rows keep the order in which they came. With a limit only the best rows are kept while reading (top-k), and rows that
/// are behind the worst of them by the first key are dropped before they are copied.
/// </summary>
internal sealed class SortOperator(IReadOnlyList<SortKey> keys, Expr? skip, Expr? limit) : PlanOperator
{
    public override string Name => limit is null ? "Sort" : "TopK";

    public override string Detail => string.Join(", ", keys.Select(static k => k.Variable.Name + (k.Descending ? " desc" : "")));

    public override void AddReads(ISet<BoundVariable> reads) => reads.UnionWith(keys.Select(static k => k.Variable));

    public override void AddResources(ISet<IResource> resources)
    {
        skip?.AddResources(resources);
        limit?.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context)
    {
        long skipped = PageOperator.Count(skip, "SKIP", context) ?? 0;
        long? limited = PageOperator.Count(limit, "LIMIT", context);
        return new SortSink(keys, this, next, context, skipped, limited is { } most && most <= int.MaxValue - skipped ? skipped + most : null);
    }

    sealed class SortSink(IReadOnlyList<SortKey> keys, SortOperator plan, Sink next, ExecutionContext context, long skip, long? keep) : PassSink(next)
    {
        const int CompactAbove = 4 * Batch.Size;

        readonly List<Batch> _batches = [];
        readonly int[] _slots = [.. plan.Live.Union(keys.Select(static k => k.Variable.Slot))];
        long _rows;
        long _charged;
        long? _bound;

        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (keep == 0)
            {
                return false;
            }
            batch = _bound is { } bound ? WithinBound(batch, bound) : batch.Keep(_slots);
            if (batch.Count == 0)
            {
                return true;
            }
            Charge(batch);
            _batches.Add(batch);
            _rows += batch.Count;
            if (keep is { } most && _rows > most + CompactAbove)
            {
                Compact(most);
            }
            return true;
        }

        public override void Finish()
        {
            if (_rows > 0 && keep != 0)
            {
                var all = Join();
                var order = Order(all);
                long end = Math.Min(keep ?? all.Count, all.Count);
                for (long from = skip; from < end; from += Batch.Size)
                {
                    int count = (int)Math.Min(Batch.Size, end - from);
                    if (!Next.Push(all.Take(order.AsSpan((int)from, count), plan.Live)))
                    {
                        break;
                    }
                }
            }
            context.Memory.Release(_charged);
            Next.Finish();
        }

        void Charge(Batch batch)
        {
            long bytes = 0;
            foreach (int slot in _slots)
            {
                bytes += (long)(batch.Columns[slot]?.BytesPerRow ?? 0) * batch.Count;
            }
            _charged += bytes;
            context.Memory.Charge("sort", bytes);
        }

        void Compact(long most)
        {
            var all = Join();
            var kept = all.Take(Order(all).AsSpan(0, (int)most), _slots);
            _batches.Clear();
            context.Memory.Release(_charged);
            _charged = 0;
            Charge(kept);
            _batches.Add(kept);
            _rows = kept.Count;
            _bound = kept.Column(keys[0].Variable.Slot) is Int64Vector first && !first.IsNull(kept.Count - 1) ? first.Values[kept.Count - 1] : null;
        }

        Batch WithinBound(Batch batch, long bound)
        {
            var first = (Int64Vector)batch.Column(keys[0].Variable.Slot);
            var values = first.Values;
            var rows = new int[values.Length];
            int kept = 0;
            for (int i = 0; i < values.Length; i++)
            {
                rows[kept] = i;
                bool within = first.IsNull(i) ? keys[0].Descending : keys[0].Descending ? values[i] >= bound : values[i] <= bound;
                kept += within ? 1 : 0;
            }
            return batch.Take(rows.AsSpan(0, kept), _slots);
        }

        Batch Join()
        {
            if (_batches.Count == 1)
            {
                return _batches[0];
            }
            var columns = new Vector?[context.Slots];
            foreach (int slot in _slots)
            {
                if (_batches[0].Columns[slot] is not null)
                {
                    columns[slot] = Vector.Concat([.. _batches.Select(b => b.Column(slot))]);
                }
            }
            return new Batch(columns, checked((int)_rows));
        }

        int[] Order(Batch all)
        {
            var order = Rows.Range(0, all.Count);
            var comparers = keys.Select(key => RowComparer.For(all.Column(key.Variable.Slot), key.Descending, context)).ToArray();
            if (comparers.Length == 1)
            {
                var only = comparers[0];
                order.AsSpan().Sort((a, b) => only.Compare(a, b) is var c and not 0 ? c : a.CompareTo(b));
                return order;
            }
            order.AsSpan().Sort((a, b) =>
            {
                foreach (var comparer in comparers)
                {
                    int c = comparer.Compare(a, b);
                    if (c != 0)
                    {
                        return c;
                    }
                }
                return a.CompareTo(b);
            });
            return order;
        }
    }
}

/// <summary>Compares two rows of one column as ORDER BY does: null is the largest.</summary>
internal abstract class RowComparer
{
    public abstract int Compare(int left, int right);

    public static RowComparer For(Vector column, bool descending, ExecutionContext context) => column switch
    {
        Int64Vector typed => new Integers(typed, descending ? -1 : 1),
        StringVector typed => new Texts(typed, descending ? -1 : 1),
        _ => new Tagged(column, descending ? -1 : 1, context),
    };

    sealed class Integers(Int64Vector column, int sign) : RowComparer
    {
        public override int Compare(int left, int right)
        {
            bool leftNull = column.IsNull(left), rightNull = column.IsNull(right);
            return sign * (leftNull || rightNull ? leftNull.CompareTo(rightNull) : column.Values[left].CompareTo(column.Values[right]));
        }
    }

    sealed class Texts(StringVector column, int sign) : RowComparer
    {
        public override int Compare(int left, int right)
        {
            bool leftNull = column.IsNull(left), rightNull = column.IsNull(right);
            return sign * (leftNull || rightNull ? leftNull.CompareTo(rightNull) : Utf8Order.Compare(column.Bytes(left), column.Bytes(right)));
        }
    }

    sealed class Tagged(Vector column, int sign, ExecutionContext context) : RowComparer
    {
        readonly CypherValue[] _values = Enumerable.Range(0, column.Length).Select(i => column.Value(i, context)).ToArray();

        public override int Compare(int left, int right) => sign * _values[left].CompareTo(_values[right]);
    }
}
