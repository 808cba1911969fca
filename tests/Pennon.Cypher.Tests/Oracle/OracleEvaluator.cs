using Pennon.Cypher.Functions;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>Evaluates an expression on one row by walking the tree.</summary>
sealed class OracleEvaluator(OracleContext context)
{
    public OracleContext Context => context;

    public CypherValue Evaluate(Expression expression, OracleScope row)
    {
        if (context.Known is { } known && known.TryGetValue(expression, out var value))
        {
            return value;
        }
        switch (expression)
        {
            case NullLiteral: return CypherValue.Null;
            case BooleanLiteral literal: return literal.Value;
            case IntegerLiteral literal: return literal.Value;
            case FloatLiteral literal: return literal.Value;
            case StringLiteral literal: return literal.Value;
            case Parameter parameter:
                return context.Parameters.TryGetValue(parameter.Name, out var given)
                    ? given
                    : throw new CypherRuntimeException($"The parameter ${parameter.Name} is not given.", "ParameterMissing");
            case Variable variable: return row[variable.Name];
            case ListLiteral list: return CypherValue.List([.. list.Items.Select(item => Evaluate(item, row))]);
            case MapLiteral map: return CypherMap.Create(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Evaluate(entry.Value, row))));
            case PropertyAccess access: return CypherOperators.Property(Evaluate(access.Target, row), access.Key);
            case IndexAccess access: return CypherOperators.Index(Evaluate(access.Target, row), Evaluate(access.Index, row));
            case SliceAccess access:
                return CypherOperators.Slice(
                    Evaluate(access.Target, row),
                    access.From is null ? (CypherValue?)null : Evaluate(access.From, row),
                    access.To is null ? (CypherValue?)null : Evaluate(access.To, row));
            case HasLabels test: return HasLabels(Evaluate(test.Target, row), test.Labels);
            case Unary unary: return Unary(unary.Operator, Evaluate(unary.Operand, row));
            case IsNull test: return Evaluate(test.Operand, row).IsNull != test.Negated;
            case Binary binary: return Binary(binary.Operator, Evaluate(binary.Left, row), Evaluate(binary.Right, row));
            case ComparisonChain chain: return Chain(chain, row);
            case FunctionCall call: return Call(call, row);
            case CaseExpression choice: return Case(choice, row);
            case ListComprehension comprehension: return Comprehend(comprehension, row);
            case Quantifier quantifier: return Quantify(quantifier, row);
            case Reduce reduce: return Fold(reduce, row);
            case PatternPredicate predicate: return Matches(predicate.Chain, row).Any();
            case PatternComprehension comprehension: return Comprehend(comprehension, row);
            case ExistsSubquery subquery: return Rows(subquery.Body, row).Count > 0;
            case CountSubquery subquery: return (long)Rows(subquery.Body, row).Count;
            case ShortestPathExpression search:
                var part = new PatternPart(new Identifier(" path"), search.Search, search.Chain);
                var paths = new OracleMatcher(this).Match([part], row).Select(found => found[" path"]).ToArray();
                return search.Search == PathSearch.AllShortest ? CypherValue.List(paths) : paths.FirstOrDefault();
            case MapProjection projection: return Project(projection, row);
            default: throw new NotSupportedException($"The oracle does not know {expression.GetType().Name}.");
        }
    }

    public bool IsTrue(Expression condition, OracleScope row) => CypherOperators.Truth(Evaluate(condition, row)) == true;

    public static CypherValue HasLabels(in CypherValue target, LabelExpression labels)
    {
        switch (target.Type)
        {
            case CypherType.Null: return CypherValue.Null;
            case CypherType.Node:
                return Test(labels, target.AsNode().Labels);
            case CypherType.Relationship:
                return Test(labels, [target.AsRelationship().Type]);
            default: throw new CypherTypeException("Labels are asked of nodes and relationships only.");
        }
    }

    public static bool Test(LabelExpression expression, IReadOnlyList<string> labels) => expression switch
    {
        LabelName name => labels.Contains(name.Name),
        LabelConjunction conjunction => conjunction.Operands.All(operand => Test(operand, labels)),
        LabelDisjunction disjunction => disjunction.Operands.Any(operand => Test(operand, labels)),
        LabelNegation negation => !Test(negation.Operand, labels),
        _ => labels.Count > 0,
    };

    static CypherValue Unary(UnaryOperator op, in CypherValue operand) => op switch
    {
        UnaryOperator.Not => CypherOperators.Not(operand),
        UnaryOperator.Negate => CypherOperators.Negate(operand),
        _ => CypherOperators.Plus(operand),
    };

    static CypherValue Binary(BinaryOperator op, in CypherValue left, in CypherValue right) => op switch
    {
        BinaryOperator.Or => CypherOperators.Or(left, right),
        BinaryOperator.Xor => CypherOperators.Xor(left, right),
        BinaryOperator.And => CypherOperators.And(left, right),
        BinaryOperator.Equal => CypherValue.AreEqual(left, right),
        BinaryOperator.NotEqual => !CypherValue.AreEqual(left, right),
        BinaryOperator.Less => CypherValue.IsLess(left, right),
        BinaryOperator.LessOrEqual => CypherValue.IsLessOrEqual(left, right),
        BinaryOperator.Greater => CypherValue.IsLess(right, left),
        BinaryOperator.GreaterOrEqual => CypherValue.IsLessOrEqual(right, left),
        BinaryOperator.Add => CypherOperators.Add(left, right),
        BinaryOperator.Subtract => CypherOperators.Subtract(left, right),
        BinaryOperator.Multiply => CypherOperators.Multiply(left, right),
        BinaryOperator.Divide => CypherOperators.Divide(left, right),
        BinaryOperator.Modulo => CypherOperators.Modulo(left, right),
        BinaryOperator.Power => CypherOperators.Power(left, right),
        BinaryOperator.In => CypherOperators.In(left, right),
        BinaryOperator.StartsWith => CypherOperators.StartsWith(left, right),
        BinaryOperator.EndsWith => CypherOperators.EndsWith(left, right),
        BinaryOperator.Contains => CypherOperators.Contains(left, right),
        _ => CypherOperators.RegexMatch(left, right),
    };

    CypherValue Chain(ComparisonChain chain, OracleScope row)
    {
        CypherValue all = true;
        for (int i = 0; i < chain.Operators.Count; i++)
        {
            all = CypherOperators.And(all, Binary(chain.Operators[i], Evaluate(chain.Operands[i], row), Evaluate(chain.Operands[i + 1], row)));
        }
        return all;
    }

    CypherValue Call(FunctionCall call, OracleScope row) => FunctionLibrary.TryGet(call.Name, out var function)
        ? function.IsAggregate
            ? throw new CypherRuntimeException($"{function.Name}() cannot stand here.", "InvalidAggregation")
            : function.Evaluate([.. call.Arguments.Select(argument => Evaluate(argument, row))], context.Functions)
        : throw new CypherRuntimeException(FunctionLibrary.DescribeUnknown(call.Name), "UnknownFunction");

    CypherValue Case(CaseExpression choice, OracleScope row)
    {
        foreach (var branch in choice.Branches)
        {
            bool taken = choice.Subject is null
                ? IsTrue(branch.When, row)
                : CypherValue.AreEqual(Evaluate(choice.Subject, row), Evaluate(branch.When, row)) == true;
            if (taken)
            {
                return Evaluate(branch.Then, row);
            }
        }
        return choice.Else is null ? CypherValue.Null : Evaluate(choice.Else, row);
    }

    static IEnumerable<OracleScope> Bind(string variable, CypherValue source, OracleScope row) =>
        (source.IsNull ? [] : source.AsList().ToArray()).Select(item => row.With(variable, item));

    CypherValue Quantify(Quantifier quantifier, OracleScope row)
    {
        var source = Evaluate(quantifier.Source, row);
        if (source.IsNull)
        {
            return CypherValue.Null;
        }
        var truths = Bind(quantifier.Variable.Name, source, row)
            .Select(inner => CypherOperators.Truth(Evaluate(quantifier.Where ?? new Variable(quantifier.Variable.Name), inner)))
            .ToArray();
        int yes = truths.Count(truth => truth == true), unknown = truths.Count(truth => truth is null);
        return quantifier.Kind switch
        {
            QuantifierKind.All => truths.Contains(false) ? false : unknown > 0 ? null : true,
            QuantifierKind.Any => yes > 0 ? true : unknown > 0 ? null : false,
            QuantifierKind.None => yes > 0 ? false : unknown > 0 ? null : true,
            _ => yes > 1 ? false : unknown > 0 ? null : (bool?)(yes == 1),
        };
    }

    CypherValue Fold(Reduce reduce, OracleScope row)
    {
        var accumulator = Evaluate(reduce.Initial, row);
        var source = Evaluate(reduce.Source, row);
        if (source.IsNull)
        {
            return CypherValue.Null;
        }
        foreach (var inner in Bind(reduce.Variable.Name, source, row))
        {
            accumulator = Evaluate(reduce.Step, inner.With(reduce.Accumulator.Name, accumulator));
        }
        return accumulator;
    }

    IEnumerable<OracleScope> Matches(PatternChain chain, OracleScope row, Identifier? path = null) =>
        new OracleMatcher(this).Match([new PatternPart(path, PathSearch.All, chain)], row);

    CypherValue Comprehend(ListComprehension comprehension, OracleScope row)
    {
        var source = Evaluate(comprehension.Source, row);
        if (source.IsNull)
        {
            return CypherValue.Null;
        }
        return CypherValue.List([.. Bind(comprehension.Variable.Name, source, row)
            .Where(inner => comprehension.Where is null || IsTrue(comprehension.Where, inner))
            .Select(inner => Evaluate(comprehension.Projection ?? new Variable(comprehension.Variable.Name), inner))]);
    }

    CypherValue Comprehend(PatternComprehension comprehension, OracleScope row) => CypherValue.List([.. Matches(comprehension.Chain, row, comprehension.Path)
        .Where(match => comprehension.Where is null || IsTrue(comprehension.Where, match))
        .Select(match => Evaluate(comprehension.Projection, match))]);

    List<OracleScope> Rows(Query body, OracleScope row) => new OracleInterpreter(context with { Known = null }).Subquery(body, row);

    CypherValue Project(MapProjection projection, OracleScope row)
    {
        var subject = row[projection.Subject.Name];
        if (subject.IsNull)
        {
            return CypherValue.Null;
        }
        var entries = new List<KeyValuePair<string, CypherValue>>();
        foreach (var item in projection.Items)
        {
            switch (item)
            {
                case ProjectedProperty property:
                    entries.Add(KeyValuePair.Create(property.Key, CypherOperators.Property(subject, property.Key)));
                    break;
                case ProjectedAllProperties:
                    entries.AddRange(subject.Type == CypherType.Map ? subject.AsMap() : subject.AsEntity().Properties);
                    break;
                case ProjectedEntry entry:
                    entries.Add(KeyValuePair.Create(entry.Key, Evaluate(entry.Value, row)));
                    break;
            }
        }
        return CypherMap.Create(entries);
    }
}
