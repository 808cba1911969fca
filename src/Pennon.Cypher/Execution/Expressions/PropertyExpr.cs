using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>A stored property of a node or relationship variable, fetched for a whole batch.</summary>
internal sealed class PropertyExpr(BoundVariable owner, string name, ValueKind kind, PropertySource[] sources) : Expr
{
    public BoundVariable Owner => owner;

    public string Name => name;

    public PropertySource[] Sources => sources;

    public override ValueKind Kind => kind;

    public override bool IsConstant => false;

    public override Vector Evaluate(Batch batch, ExecutionContext context) => batch.Property(this);

    public Vector Fetch(Vector owners) =>
        owners is NodeVector nodes
            ? PropertyGather.Gather(kind, sources, nodes.Refs, nodes.IsRun)
            : PropertyGather.Gather(kind, sources, ((RelationshipVector)owners).Refs, isRun: false);

    public override void AddReads(ISet<BoundVariable> reads) => reads.Add(owner);

    public override void AddResources(ISet<IResource> resources) => resources.UnionWith(sources);
}
