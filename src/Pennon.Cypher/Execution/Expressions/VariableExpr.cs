using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>The column of a variable.</summary>
internal sealed class VariableExpr(BoundVariable variable) : Expr
{
    public BoundVariable Variable => variable;

    public override ValueKind Kind => variable.Kind;

    public override bool IsConstant => false;

    public override Vector Evaluate(Batch batch, ExecutionContext context) => batch.Column(variable.Slot);

    public override void AddReads(ISet<BoundVariable> reads) => reads.Add(variable);
}

/// <summary>
/// A node or relationship that leaves the typed columns (into a result, a list, a function), so that any of its properties may be asked for.
/// </summary>
internal sealed class EntityExpr(Expr inner, IReadOnlyList<IResource> properties) : Expr
{
    public Expr Inner => inner;

    public override ValueKind Kind => inner.Kind;

    public override IReadOnlyList<Expr> Children => [inner];

    public override Vector Evaluate(Batch batch, ExecutionContext context) => inner.Evaluate(batch, context);

    public override void AddResources(ISet<IResource> resources)
    {
        base.AddResources(resources);
        resources.UnionWith(properties);
    }
}
