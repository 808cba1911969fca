using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>
/// A bound expression: names resolved, kinds known, ready to be evaluated for a batch at a time.
/// Guarantees: immutable, shared by concurrent runs of a plan; the vector has the batch's number of rows and the class of <see cref="Kind"/>.
/// </summary>
internal abstract class Expr
{
    public SourceSpan Span { get; init; }

    public abstract ValueKind Kind { get; }

    public virtual IReadOnlyList<Expr> Children => [];

    public abstract Vector Evaluate(Batch batch, ExecutionContext context);

    /// <summary>True when no row is looked at, so that one evaluation serves a whole run.</summary>
    public virtual bool IsConstant
    {
        get
        {
            foreach (var child in Children)
            {
                if (!child.IsConstant)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>Adds the variables whose columns the expression reads.</summary>
    public virtual void AddReads(ISet<BoundVariable> reads)
    {
        foreach (var child in Children)
        {
            child.AddReads(reads);
        }
    }

    /// <summary>Adds the stored things that must be loaded before evaluation.</summary>
    public virtual void AddResources(ISet<IResource> resources)
    {
        foreach (var child in Children)
        {
            child.AddResources(resources);
        }
    }

    public CypherValue EvaluateConstant(ExecutionContext context)
    {
        if (this is ConstantExpr constant)
        {
            return constant.Value;
        }
        if (this is ParameterExpr parameter)
        {
            return context.Parameters[parameter.Index];
        }
        return Evaluate(Batch.Unit(0), context).Value(0, context);
    }

    /// <summary>The rows as tagged values, whatever the vector.</summary>
    protected static CypherValue[] Tagged(Vector vector, ExecutionContext context)
    {
        var values = new CypherValue[vector.Length];
        if (vector is ValueVector tagged)
        {
            tagged.Values.CopyTo(values);
            return values;
        }
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = vector.Value(i, context);
        }
        return values;
    }
}
