using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Fits an expression to a table: finds the columns, settles the types, and computes what is constant.</summary>
sealed class FilterBinder
{
    // Programs may build expressions of any depth; binding and evaluating them recurses.
    const int MaximumDepth = 1000;

    readonly LanceSchema _schema;
    readonly List<(int Position, IReadOnlyList<string> Path)> _paths = [];
    readonly List<string> _columns = [];
    int _depth;

    FilterBinder(LanceSchema schema) => _schema = schema;

    /// <summary>Binds a condition.</summary>
    /// <exception cref="LanceFilterException">A name is unknown, types do not fit, or the expression is no condition.</exception>
    public static BoundFilter Bind(LanceExpression expression, LanceSchema schema)
    {
        var binder = new FilterBinder(schema);
        var condition = binder.Bind(expression);
        if (condition.Type.Id == ArrowTypeId.Null && condition is BoundLiteral)
            condition = new BoundLiteral(NullArrays.Of(ArrowType.Boolean, 1), condition.Position);
        if (condition.Type.Id != ArrowTypeId.Boolean)
            throw new LanceFilterException($"The filter gives {condition.Type} instead of true or false", expression.Position);
        return new BoundFilter(new Projection(schema, binder._paths.Select(p => p.Path)), condition);
    }

    /// <summary>Binds an expression that gives a value of any type.</summary>
    /// <exception cref="LanceFilterException">A name is unknown, or types do not fit.</exception>
    public static BoundValue BindValue(LanceExpression expression, LanceSchema schema)
    {
        var binder = new FilterBinder(schema);
        var value = binder.Bind(expression);
        return new BoundValue(new Projection(schema, binder._paths.Select(p => p.Path)), value);
    }

    BoundNode Bind(LanceExpression expression)
    {
        if (++_depth > MaximumDepth)
            throw new LanceFilterException($"The filter is nested more than {MaximumDepth} levels deep", expression.Position);
        var bound = Fold(Convert(expression));
        _depth--;
        return bound;
    }

    BoundNode Convert(LanceExpression expression)
    {
        switch (expression)
        {
            case LiteralNode literal:
                return new BoundLiteral(literal.Value, literal.Position, literal.Written);
            case ColumnNode column:
                return BindColumn(column);
            case BinaryNode binary:
                return BindBinary(binary);
            case NotNode not:
                return new BoundNot(Condition(not.Operand, "NOT"), not.Position);
            case NegateNode negate:
                return BindNegation(negate);
            case IsNullNode isNull:
                return new BoundIsNull(Bind(isNull.Operand), isNull.Negated, isNull.Position);
            case IsBooleanNode isBoolean:
                return new BoundIsBoolean(Condition(isBoolean.Operand, "IS"), isBoolean.Value, isBoolean.Negated, isBoolean.Position);
            case InNode within:
                var found = BindIn(within);
                return within.Negated ? new BoundNot(found, within.Position) : found;
            case LikeNode like:
                var matched = new BoundLike(Text(Bind(like.Operand), "LIKE"), Text(Bind(like.Pattern), "LIKE"), like.Escape, like.IgnoreCase, like.Position);
                return like.Negated ? new BoundNot(Fold(matched), like.Position) : matched;
            case CastNode cast:
                return BindCast(cast);
            case IndexNode index:
                return BindIndex(index);
            case MemberNode member:
                return BindMember(Bind(member.Operand), member.Name, member.Position);
            case ListNode list:
                return BindList(list);
            case CallNode call:
                return FilterCalls.Bind(call, [.. call.Arguments.Select(Bind)]);
            default:
                throw new LanceFilterException($"An expression of the kind {expression.GetType().Name} is not understood", expression.Position);
        }
    }

    BoundNode BindColumn(ColumnNode node)
    {
        var field = Find(_schema.Fields, f => f.Name, node.Path[0]) ?? throw new LanceFilterException(
            $"There is no column '{node.Path[0]}'; the columns are {string.Join(", ", _schema.Fields.Select(f => $"'{f.Name}'"))}", node.Position);
        var type = field.Type;
        var steps = new List<string>();
        var at = 1;
        for (; at < node.Path.Count && type is StructType fields; at++)
        {
            var step = Find(fields.Fields, f => f.Name, node.Path[at]) ?? throw new LanceFilterException(
                $"'{string.Join('.', node.Path.Take(at))}' has no field '{node.Path[at]}'; it has {string.Join(", ", fields.Fields.Select(f => $"'{f.Name}'"))}", node.Position);
            steps.Add(step.Name);
            type = step.Type;
        }
        _paths.Add((node.Position, [field.Name, .. steps]));
        var slot = _columns.IndexOf(field.Name);
        if (slot < 0)
        {
            slot = _columns.Count;
            _columns.Add(field.Name);
        }
        BoundNode bound = new BoundColumn(slot, steps, type is DictionaryType dictionary ? dictionary.Value : type, node.Position);
        for (; at < node.Path.Count; at++)
            bound = BindMember(bound, node.Path[at], node.Position);
        return bound;
    }

    static BoundNode BindMember(BoundNode operand, string name, int position)
    {
        switch (operand.Type)
        {
            case StructType fields:
                var field = Find(fields.Fields, f => f.Name, name)
                    ?? throw new LanceFilterException($"The struct has no field '{name}'; it has {string.Join(", ", fields.Fields.Select(f => $"'{f.Name}'"))}", position);
                return new BoundMember(operand, field.Name, field.Type, position);
            case MapType map when FilterCoercion.IsText(map.Key.Type):
                var key = new BoundLiteral(FilterLiterals.Bytes(ArrowType.String, System.Text.Encoding.UTF8.GetBytes(name)), position);
                return new BoundCall(ListFunctions.MapValue, [operand, key], map.Value.Type, position);
            default:
                throw new LanceFilterException($"A value of {operand.Type} has no field '{name}'", position);
        }
    }

    BoundNode BindBinary(BinaryNode node)
    {
        switch (node.Operation)
        {
            case FilterBinary.And or FilterBinary.Or:
                return BindLogic(node);
            case FilterBinary.Concat:
                return FilterCalls.Bind("||", [Bind(node.Left), Bind(node.Right)], node.Position);
        }
        var left = Bind(node.Left);
        var right = Bind(node.Right);
        ArithmeticOperator? arithmetic = node.Operation switch
        {
            FilterBinary.Add => ArithmeticOperator.Add,
            FilterBinary.Subtract => ArithmeticOperator.Subtract,
            FilterBinary.Multiply => ArithmeticOperator.Multiply,
            FilterBinary.Divide => ArithmeticOperator.Divide,
            FilterBinary.Modulo => ArithmeticOperator.Modulo,
            _ => null,
        };
        if (arithmetic is { } operation)
            return BindArithmetic(operation, left, right, node.Position);
        FilterCoercion.ForComparison(ref left, ref right, node.Position);
        return new BoundComparison(node.Operation switch
        {
            FilterBinary.Equal => CompareOperator.Equal,
            FilterBinary.NotEqual => CompareOperator.NotEqual,
            FilterBinary.Less => CompareOperator.Less,
            FilterBinary.LessOrEqual => CompareOperator.LessOrEqual,
            FilterBinary.Greater => CompareOperator.Greater,
            _ => CompareOperator.GreaterOrEqual,
        }, left, right, node.Position);
    }

    // Long chains of AND and OR lean to the left; walking them in a loop keeps the depth of the recursion small.
    BoundNode BindLogic(BinaryNode node)
    {
        var chain = new Stack<BinaryNode>();
        LanceExpression first = node;
        while (first is BinaryNode { Operation: FilterBinary.And or FilterBinary.Or } inner)
        {
            chain.Push(inner);
            first = inner.Left;
        }
        var bound = Condition(first, "AND and OR");
        if (chain.Count > MaximumDepth * 10)
            throw new LanceFilterException($"The filter joins more than {MaximumDepth * 10} conditions; use IN for long lists", node.Position);
        foreach (var link in chain)
            bound = new BoundLogic(link.Operation == FilterBinary.And, bound, Condition(link.Right, "AND and OR"), link.Position);
        return bound;
    }

    static BoundNode BindArithmetic(ArithmeticOperator operation, BoundNode left, BoundNode right, int position)
    {
        FilterCoercion.ForArithmetic(ref left, ref right, position);
        ArrowType type;
        try
        {
            // The kernel knows the type of a result best, and no row is needed to ask it.
            using var none = Arithmetic.Apply(operation, NullArrays.Of(left.Type, 0), NullArrays.Of(right.Type, 0));
            type = none.Type;
        }
        catch (Exception error) when (error is ArrowComputeException or ArgumentException)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), position, error);
        }
        return new BoundArithmetic(operation, left, right, type, position);
    }

    BoundNode BindNegation(NegateNode node)
    {
        var operand = Bind(node.Operand);
        if (operand is BoundLiteral { Written: { } written } literal)
        {
            var value = ((PrimitiveArray<double>)literal.Value).Values[0];
            return new BoundLiteral(new PrimitiveArray<double>(ArrowType.Float64, [-value]), node.Position, "-" + written);
        }
        if (operand.Type.IsInteger)
            operand = FilterCoercion.To(operand, ArrowType.Int64);
        else if (!operand.Type.IsFloatingPoint && operand.Type is not (Decimal128Type or DurationType))
            throw new LanceFilterException($"A value of {operand.Type} has no sign", node.Position);
        return new BoundNegation(operand, node.Position);
    }

    BoundNode BindIn(InNode node)
    {
        var operand = Bind(node.Operand);
        if (node.Items.Count == 0)
        {
            return new BoundLogic(true, FilterNever(node.Position), FilterNever(node.Position), node.Position);
        }
        var items = node.Items.Select(Bind).ToArray();
        if (BoundIn.Supports(operand.Type))
        {
            var constants = new List<ArrowArray>(items.Length);
            foreach (var item in items)
            {
                if (item is not BoundLiteral literal || FilterCoercion.Adapt(literal, operand.Type) is not { } fitting)
                    break;
                constants.Add(fitting.Value);
            }
            if (constants.Count == items.Length)
                return new BoundIn(operand, constants, node.Position);
        }
        BoundNode? any = null;
        foreach (var item in items)
        {
            var left = operand;
            var right = item;
            FilterCoercion.ForComparison(ref left, ref right, node.Position);
            var equal = Fold(new BoundComparison(CompareOperator.Equal, left, right, node.Position));
            any = any is null ? equal : new BoundLogic(false, any, equal, node.Position);
        }
        return any!;
    }

    static BoundLiteral FilterNever(int position) => new(FilterLiterals.Of(position, false).Value, position);

    BoundNode BindCast(CastNode node)
    {
        var operand = Bind(node.Operand);
        if (!Cast.CanCast(operand.Type, node.Target))
            throw new LanceFilterException($"{operand.Type} cannot be converted to {node.Target}", node.Position);
        return operand.Type == node.Target ? operand : new BoundCast(operand, node.Target, node.Tolerant, node.Position);
    }

    BoundNode BindIndex(IndexNode node)
    {
        var operand = Bind(node.Operand);
        var index = Bind(node.Index);
        if (FilterCalls.ItemOf(operand.Type) is not { } item)
            throw new LanceFilterException($"A value of {operand.Type} has no elements", node.Position);
        if (!index.Type.IsInteger)
            throw new LanceFilterException($"A position in a list is a whole number, not {index.Type}", node.Position);
        return new BoundCall(ListFunctions.Element, [operand, FilterCoercion.To(index, ArrowType.Int64)], item, node.Position);
    }

    BoundNode BindList(ListNode node)
    {
        var items = node.Items.Select(Bind).ToArray();
        ArrowType type = ArrowType.Null;
        foreach (var item in items)
        {
            if (item is not BoundLiteral)
                throw new LanceFilterException("A list is made of constants", item.Position);
            type = FilterCoercion.Common(type, item.Type)
                ?? throw new LanceFilterException($"A list cannot hold both {type} and {item.Type}", item.Position);
        }
        var values = items.Length == 0
            ? NullArrays.Of(type, 0)
            : Concat.Apply(items.Select(i => ((BoundLiteral)FilterCoercion.To(i, type)).Value).ToArray());
        var list = ArrowArray.Create(new ListType(type), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, items.Length])], [values]);
        return new BoundLiteral(list, node.Position);
    }

    BoundNode Condition(LanceExpression expression, string word)
    {
        var bound = Bind(expression);
        if (bound.Type.Id == ArrowTypeId.Null)
            return FilterCoercion.To(bound, ArrowType.Boolean);
        return bound.Type.Id == ArrowTypeId.Boolean
            ? bound
            : throw new LanceFilterException($"{word} needs conditions, and a value of {bound.Type} is none", expression.Position);
    }

    static BoundNode Text(BoundNode node, string word)
    {
        if (node.Type.Id == ArrowTypeId.Null)
            return FilterCoercion.To(node, ArrowType.String);
        return FilterCoercion.IsText(node.Type) ? node : throw new LanceFilterException($"{word} needs text, not {node.Type}", node.Position);
    }

    // Parts made of constants only become constants.
    static BoundNode Fold(BoundNode node)
    {
        if (node is BoundLiteral or BoundColumn || !node.Operands.All(o => o is BoundLiteral))
            return node;
        var value = node.Evaluate(new FilterInput([], 1));
        return value.IsConstant ? new BoundLiteral(value.Array, node.Position) : node;
    }

    // Exact spelling wins; otherwise case does not matter if only one name fits.
    static T? Find<T>(IReadOnlyList<T> fields, Func<T, string> nameOf, string name)
        where T : class
    {
        T? loose = null;
        var count = 0;
        foreach (var field in fields)
        {
            if (nameOf(field) == name)
                return field;
            if (string.Equals(nameOf(field), name, StringComparison.OrdinalIgnoreCase))
            {
                loose = field;
                count++;
            }
        }
        return count == 1 ? loose : null;
    }
}
