using System.Runtime.CompilerServices;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>
/// Nodes as 64-bit references: table index in the upper half, dense local id in the lower; -1 is null. A reference is as good a hash or
/// sort key as an integer, and turning it into an array index takes no look-up.
/// </summary>
internal sealed class NodeVector(long[] refs, int length) : Vector
{
    public const long Null = -1;

    /// <summary>Consecutive nodes of one table.</summary>
    [MethodImpl(Hot.Loop)]
    public static NodeVector Run(int table, int from, int count)
    {
        var refs = GC.AllocateUninitializedArray<long>(count);
        long first = Ref(table, from);
        for (int i = 0; i < refs.Length; i++)
        {
            refs[i] = first + i;
        }
        return new NodeVector(refs, count) { IsRun = count > 0 };
    }

    /// <summary>True when the rows are known to be consecutive nodes of one table.</summary>
    public bool IsRun { get; private init; }

    public ReadOnlySpan<long> Refs => refs.AsSpan(0, length);

    public long[] Items => refs;

    public override ValueKind Kind => ValueKind.Node;

    public override int Length => length;

    public override int BytesPerRow => 8;

    public static long Ref(int table, int local) => ((long)table << 32) | (uint)local;

    public static int Table(long reference) => (int)(reference >> 32);

    public static int Local(long reference) => (int)reference;

    public override bool IsNull(int row) => refs[row] < 0;

    public override CypherValue Value(int row, ExecutionContext context) => refs[row] < 0 ? CypherValue.Null : context.Graph.Node(refs[row]);

    public override Vector Take(ReadOnlySpan<int> rows) => new NodeVector(TakeRefs(refs, rows), rows.Length);

    public override VectorBuilder NewBuilder() => new Builder();

    [MethodImpl(Hot.Loop)]
    internal static long[] TakeRefs(long[] refs, ReadOnlySpan<int> rows)
    {
        var taken = GC.AllocateUninitializedArray<long>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = refs[rows[i]];
        }
        return taken;
    }

    sealed class Builder : VectorBuilder
    {
        readonly Buffer<long> _refs = new();

        public override int Length => _refs.Count;

        public override void Append(Vector source) => _refs.Append(((NodeVector)source).Refs);

        public override void Append(Vector source, int row) => _refs.Append(((NodeVector)source).Refs[row]);

        public override Vector Build() => new NodeVector(_refs.Items, _refs.Count);
    }
}
