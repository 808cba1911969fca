using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Binding;

internal sealed partial class Binder
{
    static readonly Dictionary<Expression, BoundVariable> NoSubstitutes = [];

    /// <summary>What an expression may use: names, expressions that have a column already, and in a grouped projection the aggregates.</summary>
    sealed record Context(Scope Names, Dictionary<Expression, BoundVariable> Substitutes, Grouping? Grouping)
    {
        public Context With(string name, BoundVariable variable) => this with
        {
            Names = Names.With(name, variable),
            Grouping = Grouping is null ? null : Grouping with { Allowed = [.. Grouping.Allowed, variable], InElement = true },
        };
    }

    /// <summary>A grouped projection: aggregates are bound over the rows before it, anything else over its keys.</summary>
    sealed record Grouping(Scope ArgumentNames, List<Execution.Operators.Aggregate> Aggregates, HashSet<BoundVariable> Allowed)
    {
        /// <summary>True in ORDER BY, where an aggregate must be one of the columns.</summary>
        public bool IsOrder { get; init; }

        public bool IsReturn { get; init; }

        public Scope OrderNames { get; init; } = Scope.Empty;

        /// <summary>Grouped expressions that are more than a variable or a property, so that they cannot be told from their parts.</summary>
        public HashSet<Expression> CompoundKeys { get; init; } = [];

        /// <summary>True inside a list comprehension and its kin, where nothing can be aggregated.</summary>
        public bool InElement { get; init; }
    }

    Expr BindValue(Expression expression, Scope scope) => Bind(expression, new Context(scope, NoSubstitutes, null));

    Expr BindCondition(Expression expression, Scope scope) => AsCondition(Bind(expression, new Context(scope, NoSubstitutes, null)), expression.Span);

    Expr AsCondition(Expr expression, SourceSpan span) => expression.Kind switch
    {
        ValueKind.Boolean => expression,
        ValueKind.Any => new AsBooleanExpr(expression),
        _ => Fail<Expr>(span, $"A condition is true, false or null, not {Noun(expression.Kind)}.", "InvalidArgumentType"),
    };

    static string Noun(ValueKind kind) => kind switch
    {
        ValueKind.Int64 => "an integer",
        ValueKind.Float64 => "a float",
        ValueKind.String => "a string",
        ValueKind.Boolean => "a boolean",
        ValueKind.Node => "a node",
        ValueKind.Relationship => "a relationship",
        ValueKind.Path => "a path",
        ValueKind.List => "a list",
        ValueKind.Map => "a map",
        _ => "a value",
    };

    Expr Bind(Expression expression, Context context)
    {
        if (context.Substitutes.TryGetValue(expression, out var substitute))
        {
            return new VariableExpr(substitute);
        }
        if (context.Grouping?.CompoundKeys.Contains(expression) == true)
        {
            throw Error(expression.Span, "This expression stands beside an aggregate; only variables and properties that are grouped by can.", "AmbiguousAggregationExpression");
        }
        return Fold(BindNode(expression, context));
    }

    // What depends on no row and no parameter is computed once; what cannot be computed fails when the query runs, as it would anywhere else.
    static Expr Fold(Expr bound)
    {
        if (bound is ConstantExpr or ParameterExpr || !bound.IsConstant || UsesParameter(bound))
        {
            return bound;
        }
        try
        {
            return new ConstantExpr(bound.EvaluateConstant(ConstantContext));
        }
        catch (CypherRuntimeException)
        {
            return bound;
        }
    }

    static readonly Execution.ExecutionContext ConstantContext = new(null!, 0, [], new Execution.MemoryBudget(long.MaxValue), CancellationToken.None);

    static bool UsesParameter(Expr expression) => expression is ParameterExpr || expression.Children.Any(UsesParameter);

    Expr BindNode(Expression expression, Context context)
    {
        switch (expression)
        {
            case NullLiteral: return new ConstantExpr(CypherValue.Null);
            case BooleanLiteral literal: return new ConstantExpr(literal.Value);
            case IntegerLiteral literal: return new ConstantExpr(literal.Value);
            case FloatLiteral literal: return new ConstantExpr(literal.Value);
            case StringLiteral literal: return new ConstantExpr(literal.Value);
            case Parameter parameter: return BindParameter(parameter);
            case Variable variable: return BindVariable(variable, context);
            case ListLiteral list:
                return new RowFunctionExpr(static (items, _) => CypherValue.List(items.ToArray()), BindValues(list.Items, context), ValueKind.List);
            case MapLiteral map: return BindMap(map, context);
            case PropertyAccess access: return Property(Bind(access.Target, context), access.Key, access.Span);
            case IndexAccess access:
                return new RowFunctionExpr(
                    static (arguments, _) => CypherOperators.Index(arguments[0], arguments[1]),
                    [AsValue(Bind(access.Target, context)), AsValue(Bind(access.Index, context))]);
            case SliceAccess access: return BindSlice(access, context);
            case HasLabels labels: return Membership(Bind(labels.Target, context), labels.Labels);
            case Unary unary: return BindUnary(unary, context);
            case IsNull test: return new IsNullExpr(Bind(test.Operand, context), test.Negated);
            case Binary binary: return BindBinary(binary, context);
            case ComparisonChain chain: return BindChain(chain, context);
            case CountStar or FunctionCall: return BindCall(expression, context);
            case CaseExpression choice: return BindCase(choice, context);
            case ListComprehension comprehension: return BindComprehension(comprehension, context);
            case Quantifier quantifier: return BindQuantifier(quantifier, context);
            case Reduce reduce: return BindReduce(reduce, context);
            case MapProjection map: return BindMapProjection(map, context);
            case PatternPredicate or PatternComprehension or ExistsSubquery or CountSubquery or CollectSubquery or ShortestPathExpression:
                return BindSubquery(expression, context);
            default:
                throw CypherNotSupportedException.At(text, expression.Span, expression.GetType().Name);
        }
    }

    Expr BindParameter(Parameter parameter)
    {
        if (_parameters.TryGetValue(parameter.Name, out var known))
        {
            return known;
        }
        if (!parameters.TryGetValue(parameter.Name, out var value))
        {
            throw Error(parameter.Span, $"The parameter ${parameter.Name} was not given a value.", "MissingParameter");
        }
        return _parameters[parameter.Name] = new ParameterExpr(parameter.Name, _parameters.Count, Broadcast.KindOf(value)) { Span = parameter.Span };
    }

    Expr BindVariable(Variable variable, Context context)
    {
        if (!context.Names.TryGet(variable.Name, out var bound))
        {
            throw Error(variable.Span, $"The variable '{variable.Name}' is not defined.", "UndefinedVariable");
        }
        if (context.Grouping is { } grouping && !grouping.Allowed.Contains(bound))
        {
            if (grouping is { IsOrder: true, IsReturn: false })
            {
                throw Error(variable.Span, $"The variable '{variable.Name}' is not defined after WITH.", "UndefinedVariable");
            }
            throw Error(variable.Span, $"'{variable.Name}' stands beside an aggregate without being grouped by; return it as a column of its own.", "AmbiguousAggregationExpression");
        }
        if (bound.Path is { } path && (context.Grouping is null || !context.Grouping.Allowed.Contains(bound)))
        {
            return new PathExpr(path, PropertiesOf(path));
        }
        return new VariableExpr(bound) { Span = variable.Span };
    }

    IReadOnlyList<Expr> BindValues(SyntaxList<Expression> expressions, Context context) => [.. expressions.Select(item => AsValue(Bind(item, context)))];

    Expr BindMap(MapLiteral map, Context context)
    {
        string[] keys = [.. map.Entries.Select(static entry => entry.Key)];
        return new RowFunctionExpr(
            (values, _) => CypherMap.Create(Entries(keys, values)),
            [.. map.Entries.Select(entry => AsValue(Bind(entry.Value, context)))],
            ValueKind.Map);
    }

    static KeyValuePair<string, CypherValue>[] Entries(string[] keys, ReadOnlySpan<CypherValue> values)
    {
        var entries = new KeyValuePair<string, CypherValue>[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            entries[i] = KeyValuePair.Create(keys[i], values[i]);
        }
        return entries;
    }

    Expr BindSlice(SliceAccess access, Context context)
    {
        bool hasFrom = access.From is not null, hasTo = access.To is not null;
        var arguments = new[] { access.Target, access.From, access.To }.OfType<Expression>().Select(part => AsValue(Bind(part, context))).ToList();
        return new RowFunctionExpr(
            (values, _) => CypherOperators.Slice(values[0], hasFrom ? values[1] : (CypherValue?)null, hasTo ? values[hasFrom ? 2 : 1] : (CypherValue?)null), arguments);
    }

    Expr BindUnary(Unary unary, Context context)
    {
        var operand = Bind(unary.Operand, context);
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                return new NotExpr(AsCondition(operand, unary.Operand.Span));
            case UnaryOperator.Negate when operand.Kind == ValueKind.Int64:
                return new ArithmeticExpr(BinaryOperator.Subtract, new ConstantExpr(0L), operand);
            default:
                CheckNumeric(operand, unary.Operand.Span, unary.Operator == UnaryOperator.Negate ? "-" : "+");
                return unary.Operator == UnaryOperator.Negate
                    ? new RowFunctionExpr(static (arguments, _) => CypherOperators.Negate(arguments[0]), [operand], operand.Kind)
                    : new RowFunctionExpr(static (arguments, _) => CypherOperators.Plus(arguments[0]), [operand], operand.Kind);
        }
    }

    void CheckNumeric(Expr operand, SourceSpan span, string op)
    {
        if (operand.Kind is not (ValueKind.Any or ValueKind.Int64 or ValueKind.Float64))
        {
            throw Error(span, $"'{op}' takes numbers, not {Noun(operand.Kind)}.", "InvalidArgumentType");
        }
    }

    Expr BindBinary(Binary binary, Context context)
    {
        var left = Bind(binary.Left, context);
        var right = Bind(binary.Right, context);
        switch (binary.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or or BinaryOperator.Xor:
                return new LogicExpr(binary.Operator, AsCondition(left, binary.Left.Span), AsCondition(right, binary.Right.Span));
            case >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual:
                return Compare(binary.Operator, left, right);
            case >= BinaryOperator.Add and <= BinaryOperator.Power:
                return Arithmetic(binary, left, right);
            case BinaryOperator.In:
                if (right.Kind is not (ValueKind.List or ValueKind.Any))
                {
                    throw Error(binary.Right.Span, $"IN takes a list on its right side, not {Noun(right.Kind)}.", "InvalidArgumentType");
                }
                return new InExpr(AsValue(left), AsValue(right));
            default:
                return new TextPredicateExpr(binary.Operator, AsValue(left), AsValue(right));
        }
    }

    Expr Compare(BinaryOperator op, Expr left, Expr right)
    {
        bool typed = left.Kind == right.Kind && left.Kind is ValueKind.Node or ValueKind.Relationship;
        if (!typed)
        {
            (left, right) = (AsValue(left), AsValue(right));
        }
        if (left.IsConstant && !right.IsConstant)
        {
            (left, right) = (right, left);
            op = op switch
            {
                BinaryOperator.Less => BinaryOperator.Greater,
                BinaryOperator.LessOrEqual => BinaryOperator.GreaterOrEqual,
                BinaryOperator.Greater => BinaryOperator.Less,
                BinaryOperator.GreaterOrEqual => BinaryOperator.LessOrEqual,
                _ => op,
            };
        }
        return new CompareExpr(op, left, right);
    }

    Expr Arithmetic(Binary binary, Expr left, Expr right)
    {
        var op = binary.Operator;
        if (op != BinaryOperator.Add)
        {
            CheckOperand(left, binary.Left.Span);
            CheckOperand(right, binary.Right.Span);
        }
        if (left.Kind != right.Kind && left.Kind.IsNumber() && right.Kind.IsNumber() && op <= BinaryOperator.Modulo)
        {
            left = left.Kind == ValueKind.Int64 ? new ToFloatExpr(left) : left;
            right = right.Kind == ValueKind.Int64 ? new ToFloatExpr(right) : right;
        }
        if (ArithmeticExpr.Takes(op, left.Kind, right.Kind))
        {
            return new ArithmeticExpr(op, left, right);
        }
        RowFunction function = op switch
        {
            BinaryOperator.Add => static (a, _) => CypherOperators.Add(a[0], a[1]),
            BinaryOperator.Subtract => static (a, _) => CypherOperators.Subtract(a[0], a[1]),
            BinaryOperator.Multiply => static (a, _) => CypherOperators.Multiply(a[0], a[1]),
            BinaryOperator.Divide => static (a, _) => CypherOperators.Divide(a[0], a[1]),
            BinaryOperator.Modulo => static (a, _) => CypherOperators.Modulo(a[0], a[1]),
            _ => static (a, _) => CypherOperators.Power(a[0], a[1]),
        };
        var kind = op == BinaryOperator.Add && left.Kind == ValueKind.String && right.Kind == ValueKind.String ? ValueKind.String : ValueKind.Any;
        return new RowFunctionExpr(function, [AsValue(left), AsValue(right)], kind);

        void CheckOperand(Expr operand, SourceSpan span)
        {
            if (operand.Kind is ValueKind.Boolean or ValueKind.String or ValueKind.Node or ValueKind.Relationship or ValueKind.Path or ValueKind.List or ValueKind.Map)
            {
                throw Error(span, $"This operator does not take {Noun(operand.Kind)}.", "InvalidArgumentType");
            }
        }
    }

    Expr BindChain(ComparisonChain chain, Context context)
    {
        var operands = chain.Operands.Select(operand => Bind(operand, context)).ToList();
        Expr result = Compare(chain.Operators[0], operands[0], operands[1]);
        for (int i = 1; i < chain.Operators.Count; i++)
        {
            result = new LogicExpr(BinaryOperator.And, result, Compare(chain.Operators[i], operands[i], operands[i + 1]));
        }
        return result;
    }

    Expr BindCase(CaseExpression choice, Context context)
    {
        var subject = choice.Subject is null ? null : AsValue(Bind(choice.Subject, context));
        var branches = new List<(Expr Condition, Expr Result)>();
        foreach (var branch in choice.Branches)
        {
            var when = Bind(branch.When, context);
            var condition = subject is null ? AsCondition(when, branch.When.Span) : Compare(BinaryOperator.Equal, subject, when);
            branches.Add((condition, AsValue(Bind(branch.Then, context))));
        }
        var otherwise = choice.Else is null ? new ConstantExpr(CypherValue.Null) : AsValue(Bind(choice.Else, context));
        var kinds = branches.Select(static b => b.Result).Append(otherwise).Where(static e => e is not ConstantExpr { Value.IsNull: true }).Select(static e => e.Kind).Distinct().ToList();
        return new CaseExpr(branches, otherwise, kinds.Count == 1 ? kinds[0] : ValueKind.Any);
    }

    Expr BindComprehension(ListComprehension comprehension, Context context)
    {
        var source = BindListSource(comprehension.Source, context);
        var variable = NewVariable(comprehension.Variable.Name, ValueKind.Any);
        var inner = context.With(comprehension.Variable.Name, variable);
        return new ListComprehensionExpr(
            variable,
            source,
            comprehension.Where is null ? null : AsCondition(Bind(comprehension.Where, inner), comprehension.Where.Span),
            comprehension.Projection is null ? null : AsValue(Bind(comprehension.Projection, inner)));
    }

    Expr BindQuantifier(Quantifier quantifier, Context context)
    {
        var source = BindListSource(quantifier.Source, context);
        var variable = NewVariable(quantifier.Variable.Name, ValueKind.Any);
        var inner = context.With(quantifier.Variable.Name, variable);
        var predicate = quantifier.Where is null
            ? AsCondition(new VariableExpr(variable), quantifier.Span)
            : AsCondition(Bind(quantifier.Where, inner), quantifier.Where.Span);
        return new QuantifierExpr(quantifier.Kind, variable, source, predicate);
    }

    Expr BindReduce(Reduce reduce, Context context)
    {
        var initial = AsValue(Bind(reduce.Initial, context));
        var source = BindListSource(reduce.Source, context);
        var accumulator = NewVariable(reduce.Accumulator.Name, ValueKind.Any);
        var variable = NewVariable(reduce.Variable.Name, ValueKind.Any);
        var inner = context.With(reduce.Accumulator.Name, accumulator).With(reduce.Variable.Name, variable);
        return new ReduceExpr(accumulator, initial, variable, source, AsValue(Bind(reduce.Step, inner)));
    }

    Expr BindListSource(Expression source, Context context)
    {
        var bound = AsValue(Bind(source, context));
        return bound.Kind is ValueKind.List or ValueKind.Any
            ? bound
            : Fail<Expr>(source.Span, $"A list is needed here, not {Noun(bound.Kind)}.", "InvalidArgumentType");
    }

    Expr BindMapProjection(MapProjection map, Context context)
    {
        var subject = AsValue(Bind(map.Subject, context));
        var keys = new List<string?>();
        var arguments = new List<Expr> { subject };
        foreach (var item in map.Items)
        {
            switch (item)
            {
                case ProjectedProperty property:
                    keys.Add(property.Key);
                    arguments.Add(AsValue(Property(subject, property.Key, property.Span)));
                    break;
                case ProjectedEntry entry:
                    keys.Add(entry.Key);
                    arguments.Add(AsValue(Bind(entry.Value, context)));
                    break;
                default:
                    keys.Add(null);
                    arguments.Add(subject);
                    break;
            }
        }
        return new RowFunctionExpr((values, _) => Project([.. keys], values), arguments, ValueKind.Map);
    }

    static CypherValue Project(string?[] keys, ReadOnlySpan<CypherValue> values)
    {
        if (values[0].IsNull)
        {
            return CypherValue.Null;
        }
        var entries = new List<KeyValuePair<string, CypherValue>>();
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] is { } key)
            {
                entries.Add(KeyValuePair.Create(key, values[i + 1]));
            }
            else
            {
                entries.AddRange(values[i + 1].Type == CypherType.Map ? values[i + 1].AsMap() : values[i + 1].AsEntity().Properties);
            }
        }
        return CypherMap.Create(entries);
    }

    Expr Property(Expr target, string key, SourceSpan span)
    {
        if (target is EntityExpr { Inner: VariableExpr inner })
        {
            target = inner;
        }
        if (target is VariableExpr { Variable: { Kind: ValueKind.Node } node })
        {
            var sources = node.Tables.Where(table => table.FindProperty(key) is not null).Select(table => graph.Property(table, table.FindProperty(key)!)).ToArray();
            return Stored(node, key, sources);
        }
        if (target is VariableExpr { Variable: { Kind: ValueKind.Relationship } relationship })
        {
            var sources = relationship.Pairs.Where(pair => graph.Pairs[pair].Type.FindProperty(key) is not null)
                .Select(pair => graph.Property(pair, graph.Pairs[pair].Type.FindProperty(key)!)).ToArray();
            return Stored(relationship, key, sources);
        }
        if (target.Kind is ValueKind.Boolean or ValueKind.Int64 or ValueKind.Float64 or ValueKind.String or ValueKind.List or ValueKind.Path)
        {
            throw Error(span, $"'.{key}' takes a node, a relationship, a map or a temporal value, not {Noun(target.Kind)}.", "InvalidArgumentType");
        }
        return new RowFunctionExpr((arguments, _) => CypherOperators.Property(arguments[0], key), [AsValue(target)]);
    }

    static Expr Stored(BoundVariable owner, string key, PropertySource[] sources)
    {
        if (sources.Length == 0)
        {
            return new ConstantExpr(CypherValue.Null);
        }
        var kind = sources.Select(static source => ArrowKinds.KindOf(source.Info)).Aggregate(ValueKinds.Join);
        return new PropertyExpr(owner, key, kind, sources);
    }

    /// <summary>An expression as a value that may leave the typed columns; entities bring their properties along.</summary>
    Expr AsValue(Expr expression) => expression switch
    {
        EntityExpr => expression,
        VariableExpr { Variable: { Kind: ValueKind.Node or ValueKind.Relationship } variable } => new EntityExpr(expression, PropertiesOf(variable)),
        VariableExpr { Variable: { Kind: ValueKind.List, Hops: not null } list } => new EntityExpr(expression, EdgeProperties(list.Pairs)),
        { Kind: ValueKind.Node } => new EntityExpr(expression, NodeProperties(graph.Snapshot.NodeTables)),
        { Kind: ValueKind.Relationship } => new EntityExpr(expression, EdgeProperties(Enumerable.Range(0, graph.Pairs.Length))),
        _ => expression,
    };

    /// <summary>Everything that can be asked of a variable's values once they are outside.</summary>
    public IReadOnlyList<IResource> PropertiesOf(BoundVariable variable) => variable.Kind switch
    {
        ValueKind.Node => NodeProperties(variable.Tables),
        ValueKind.Relationship => EdgeProperties(variable.Pairs),
        ValueKind.List when variable.Hops is not null => EdgeProperties(variable.Pairs),
        _ => [],
    };

    List<IResource> PropertiesOf(PathShape path)
    {
        var resources = new List<IResource>();
        foreach (var node in path.Nodes)
        {
            resources.AddRange(PropertiesOf(node));
        }
        foreach (var relationship in path.Relationships)
        {
            resources.AddRange(EdgeProperties(relationship.Pairs));
            if (relationship.Hops is not null)
            {
                resources.AddRange(NodeProperties(relationship.Pairs.SelectMany(pair => new[] { graph.Pairs[pair].Source, graph.Pairs[pair].Target }).Distinct()));
            }
        }
        return resources;
    }

    List<IResource> NodeProperties(IEnumerable<NodeTable> tables) =>
        [.. tables.SelectMany(table => table.Properties.Select(info => (IResource)graph.Property(table, info)))];

    List<IResource> EdgeProperties(IEnumerable<int> pairs) =>
        [.. pairs.SelectMany(pair => graph.Pairs[pair].Type.Properties.Select(info => (IResource)graph.Property(pair, info)))];

    Expr Membership(Expr target, LabelExpression labels)
    {
        if (target is EntityExpr { Inner: var inner })
        {
            target = inner;
        }
        switch (target.Kind)
        {
            case ValueKind.Node:
                var tables = TablesOf(labels);
                return new MembershipExpr(target, [.. graph.Snapshot.NodeTables.Select(table => tables.Contains(table))]);
            case ValueKind.Relationship:
                return new MembershipExpr(target, [.. graph.Pairs.Select(pair => LabelTest.MatchesType(labels, pair.Type.Name))]);
            case ValueKind.Any:
                return new RowFunctionExpr((arguments, _) => HasLabelsOf(arguments[0], labels), [target], ValueKind.Boolean);
            default:
                return Fail<Expr>(labels.Span, $"Labels are tested on nodes and relationships, not on {Noun(target.Kind)}.", "InvalidArgumentType");
        }
    }

    static CypherValue HasLabelsOf(CypherValue value, LabelExpression labels) => value.Type switch
    {
        CypherType.Null => CypherValue.Null,
        CypherType.Node => Holds(labels, value.AsNode().Labels),
        CypherType.Relationship => LabelTest.MatchesType(labels, value.AsRelationship().Type),
        _ => throw new CypherTypeException($"Labels are tested on nodes and relationships, not on {value}."),
    };

    static bool Holds(LabelExpression labels, IReadOnlyList<string> present) => labels switch
    {
        LabelName name => present.Contains(name.Name),
        LabelConjunction all => all.Operands.All(operand => Holds(operand, present)),
        LabelDisjunction any => any.Operands.Any(operand => Holds(operand, present)),
        LabelNegation not => !Holds(not.Operand, present),
        _ => present.Count > 0,
    };
}
