using System.Text;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>For every input row, the nodes whose key equals an expression: at most one per table.</summary>
internal sealed class KeyLookupOperator(BoundVariable variable, KeySource[] keys, Expr key) : PlanOperator
{
    public override string Name => "KeyLookup";

    public override string Detail => string.Join('|', keys.Select(k => $"{variable.Name}:{k.Table.Name}.{k.Table.KeyProperty}"));

    public override void AddReads(ISet<BoundVariable> reads) => key.AddReads(reads);

    public override IReadOnlyList<BoundVariable> Writes { get; } = [variable];

    public override void AddResources(ISet<IResource> resources)
    {
        resources.UnionWith(keys);
        key.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) => new LookupSink(variable, keys, key, this, next, context);

    sealed class LookupSink(BoundVariable variable, KeySource[] keys, Expr key, KeyLookupOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var rows = new Buffer<int>(batch.Count);
            var refs = new Buffer<long>(batch.Count);
            var values = key.Evaluate(batch, context);
            for (int i = 0; i < batch.Count; i++)
            {
                foreach (var source in keys)
                {
                    if (TryFind(source, values, i, out int local))
                    {
                        rows.Append(i);
                        refs.Append(NodeVector.Ref(source.Table.Index, local));
                    }
                }
            }
            if (rows.Count == 0)
            {
                return true;
            }
            var found = batch.Take(rows.Span, plan.Live);
            found.Columns[variable.Slot] = new NodeVector(refs.Items, refs.Count);
            return Next.Push(found);
        }

        bool TryFind(KeySource source, Vector values, int row, out int local)
        {
            local = -1;
            if (values.IsNull(row))
            {
                return false;
            }
            switch (values)
            {
                case Int64Vector integers:
                    return source.Index.TryFind(integers.Values[row], out local);
                case StringVector texts:
                    return source.Index.TryFind(texts.Bytes(row), out local);
            }
            var value = values.Value(row, context);
            switch (value.Type)
            {
                case CypherType.Integer:
                    return source.Index.TryFind(value.AsInteger(), out local);
                case CypherType.String:
                    return source.Index.TryFind(Encoding.UTF8.GetBytes(value.AsString()), out local);
                case CypherType.Float when value.AsFloat() is var number && number == Math.Floor(number) && Math.Abs(number) < 1L << 62:
                    return source.Index.TryFind((long)number, out local);
                default:
                    return false;
            }
        }
    }
}
