using System.Text;

namespace Pennon.Cypher.Syntax;

/// <summary>Writes a syntax tree as Cypher text that parses back to an equal tree.</summary>
internal sealed class SyntaxPrinter
{
    readonly StringBuilder _to = new();

    SyntaxPrinter()
    {
    }

    public static string Print(SyntaxNode node)
    {
        var printer = new SyntaxPrinter();
        printer.Write(node);
        return printer._to.ToString();
    }

    void Write(SyntaxNode node)
    {
        switch (node)
        {
            case Expression expression: Write(expression, 0); break;
            case Statement statement: Write(statement); break;
            case Query query: Write(query); break;
            case Clause clause: Write(clause); break;
            case PatternPart part: Write(part); break;
            case PatternChain chain: Write(chain); break;
            case NodePattern pattern: Write(pattern); break;
            case RelationshipPattern relationship: Write(relationship); break;
            case LabelExpression labels: Write(labels, 0); break;
            case Identifier identifier: Name(identifier.Name); break;
            case Projection projection: Write(projection); break;
            case ProjectionItem item: Write(item); break;
            case SortItem sort: Write(sort); break;
            case SetItem item: Write(item); break;
            case RemoveItem item: Write(item); break;
            case MergeAction action: Write(action); break;
            case YieldItem item: Write(item); break;
            case MapEntry entry: Entry(entry.Key, entry.Value); break;
            case CaseBranch branch: Write(branch); break;
            case MapProjectionItem item: Write(item); break;
            case HopRange hops: Write(hops); break;
            default: throw new ArgumentException($"A {node.GetType().Name} has no text form.", nameof(node));
        }
    }

    void Write(Statement statement)
    {
        _to.Append(statement.Mode switch { StatementMode.Explain => "EXPLAIN ", StatementMode.Profile => "PROFILE ", _ => "" });
        Write(statement.Query);
    }

    void Write(Query query)
    {
        if (query is UnionQuery union)
        {
            Write(union.Left);
            _to.Append(union.All ? " UNION ALL " : " UNION ");
            Write(union.Right);
            return;
        }
        List(((SingleQuery)query).Clauses, " ", Write);
    }

    void Write(Clause clause)
    {
        switch (clause)
        {
            case MatchClause match:
                _to.Append(match.Optional ? "OPTIONAL MATCH " : "MATCH ");
                List(match.Parts, ", ", Write);
                Where(match.Where);
                break;
            case UnwindClause unwind:
                _to.Append("UNWIND ");
                Write(unwind.Source, 0);
                As(unwind.Variable);
                break;
            case WithClause with:
                _to.Append("WITH ");
                Write(with.Projection);
                Where(with.Where);
                break;
            case ReturnClause result:
                _to.Append("RETURN ");
                Write(result.Projection);
                break;
            case CreateClause create:
                _to.Append("CREATE ");
                List(create.Parts, ", ", Write);
                break;
            case MergeClause merge:
                _to.Append("MERGE ");
                Write(merge.Part);
                foreach (var action in merge.Actions)
                {
                    _to.Append(' ');
                    Write(action);
                }
                break;
            case SetClause set:
                _to.Append("SET ");
                List(set.Items, ", ", Write);
                break;
            case RemoveClause remove:
                _to.Append("REMOVE ");
                List(remove.Items, ", ", Write);
                break;
            case DeleteClause delete:
                _to.Append(delete.Detach ? "DETACH DELETE " : "DELETE ");
                List(delete.Expressions, ", ", Argument);
                break;
            case CallClause call:
                Write(call);
                break;
            case ForeachClause each:
                _to.Append("FOREACH (");
                Name(each.Variable.Name);
                _to.Append(" IN ");
                Write(each.Source, 0);
                _to.Append(" | ");
                List(each.Clauses, " ", Write);
                _to.Append(')');
                break;
            default:
                throw new ArgumentException($"A {clause.GetType().Name} has no text form.", nameof(clause));
        }
    }

    void Write(CallClause call)
    {
        _to.Append("CALL ");
        DottedName(call.Procedure);
        if (call.Arguments is { } arguments)
        {
            _to.Append('(');
            List(arguments, ", ", Argument);
            _to.Append(')');
        }
        if (call.YieldStar)
        {
            _to.Append(" YIELD *");
        }
        else if (call.Yield is { } items)
        {
            _to.Append(" YIELD ");
            if (items.Count == 0)
            {
                _to.Append('-');
            }
            List(items, ", ", Write);
        }
        Where(call.Where);
    }

    void Write(Projection projection)
    {
        _to.Append(projection.Distinct ? "DISTINCT " : "").Append(projection.Star ? projection.Items.Count > 0 ? "*, " : "*" : "");
        List(projection.Items, ", ", Write);
        if (projection.OrderBy.Count > 0)
        {
            _to.Append(" ORDER BY ");
            List(projection.OrderBy, ", ", Write);
        }
        Option(" SKIP ", projection.Skip);
        Option(" LIMIT ", projection.Limit);
    }

    void Write(ProjectionItem item)
    {
        Write(item.Expression, 0);
        if (item.Alias is { } alias)
        {
            As(alias);
        }
    }

    void Write(SortItem item)
    {
        Write(item.Expression, 0);
        _to.Append(item.Descending ? " DESC" : "");
    }

    void Write(YieldItem item)
    {
        Name(item.Field.Name);
        if (item.Alias is { } alias)
        {
            As(alias);
        }
    }

    void Write(MergeAction action)
    {
        _to.Append(action.OnCreate ? "ON CREATE SET " : "ON MATCH SET ");
        List(action.Items, ", ", Write);
    }

    void Write(SetItem item)
    {
        switch (item)
        {
            case SetProperty property:
                Write(property.Target, 0);
                _to.Append(" = ");
                Write(property.Value, 0);
                break;
            case SetProperties all:
                Name(all.Variable.Name);
                _to.Append(all.Merge ? " += " : " = ");
                Write(all.Value, 0);
                break;
            case SetLabels labels:
                Name(labels.Variable.Name);
                Labels(labels.Labels);
                break;
        }
    }

    void Write(RemoveItem item)
    {
        switch (item)
        {
            case RemoveProperty property:
                Write(property.Target, 0);
                break;
            case RemoveLabels labels:
                Name(labels.Variable.Name);
                Labels(labels.Labels);
                break;
        }
    }

    void Write(PatternPart part)
    {
        if (part.Variable is { } variable)
        {
            Name(variable.Name);
            _to.Append(" = ");
        }
        Searched(part.Search, part.Chain);
    }

    void Searched(PathSearch search, PatternChain chain)
    {
        _to.Append(search switch { PathSearch.Shortest => "shortestPath(", PathSearch.AllShortest => "allShortestPaths(", _ => "" });
        Write(chain);
        _to.Append(search == PathSearch.All ? "" : ")");
    }

    void Write(PatternChain chain)
    {
        Write(chain.Nodes[0]);
        for (int i = 0; i < chain.Relationships.Count; i++)
        {
            Write(chain.Relationships[i]);
            Write(chain.Nodes[i + 1]);
        }
    }

    void Write(NodePattern node)
    {
        _to.Append('(').Append(node.Variable is { } variable ? SyntaxFacts.Quote(variable.Name) : "");
        if (node.Labels is { } labels)
        {
            _to.Append(':');
            Write(labels, 0);
        }
        Option(" ", node.Properties);
        Where(node.Where);
        _to.Append(')');
    }

    void Write(RelationshipPattern relationship)
    {
        _to.Append(relationship.Direction == RelationshipDirection.Incoming ? "<-" : "-");
        if (relationship.Variable is not null || relationship.Types.Count > 0 || relationship.Hops is not null
            || relationship.Properties is not null || relationship.Where is not null)
        {
            _to.Append('[').Append(relationship.Variable is { } variable ? SyntaxFacts.Quote(variable.Name) : "");
            if (relationship.Types.Count > 0)
            {
                _to.Append(':');
                List(relationship.Types, "|", type => Name(type.Name));
            }
            if (relationship.Hops is { } hops)
            {
                Write(hops);
            }
            Option(" ", relationship.Properties);
            Where(relationship.Where);
            _to.Append(']');
        }
        _to.Append(relationship.Direction == RelationshipDirection.Outgoing ? "->" : "-");
    }

    void Write(HopRange hops)
    {
        _to.Append('*');
        if (hops.Min == hops.Max && hops.Min is not null)
        {
            _to.Append(hops.Min);
        }
        else if (hops.Min is not null || hops.Max is not null)
        {
            _to.Append(hops.Min).Append("..").Append(hops.Max);
        }
    }

    void Write(LabelExpression labels, int level)
    {
        switch (labels)
        {
            case LabelName name:
                Name(name.Name);
                break;
            case LabelWildcard:
                _to.Append('%');
                break;
            case LabelNegation negation:
                _to.Append('!');
                Write(negation.Operand, 3);
                break;
            case LabelConjunction conjunction:
                Group(conjunction.Operands, "&", 2, level);
                break;
            case LabelDisjunction disjunction:
                Group(disjunction.Operands, "|", 1, level);
                break;
        }

        void Group(SyntaxList<LabelExpression> operands, string separator, int own, int outer)
        {
            _to.Append(own < outer ? "(" : "");
            List(operands, separator, operand => Write(operand, own + 1));
            _to.Append(own < outer ? ")" : "");
        }
    }

    /// <summary>Writes an expression, in parentheses if it binds less tightly than <paramref name="level"/>.</summary>
    void Write(Expression expression, int level)
    {
        bool parentheses = LevelOf(expression) < level;
        _to.Append(parentheses ? "(" : "");
        WriteBare(expression);
        _to.Append(parentheses ? ")" : "");
    }

    static int LevelOf(Expression expression) => expression switch
    {
        Binary binary => SyntaxFacts.LevelOf(binary.Operator),
        ComparisonChain => SyntaxFacts.ComparisonLevel,
        Unary { Operator: UnaryOperator.Not } => SyntaxFacts.NotLevel,
        Unary or IntegerLiteral { Value: < 0 } => SyntaxFacts.UnaryLevel,
        FloatLiteral literal when double.IsNegative(literal.Value) => SyntaxFacts.UnaryLevel,
        IsNull => SyntaxFacts.PredicateLevel,
        HasLabels => SyntaxFacts.UnaryLevel,
        PropertyAccess or IndexAccess or SliceAccess => SyntaxFacts.PostfixLevel,
        _ => SyntaxFacts.AtomLevel,
    };

    void WriteBare(Expression expression)
    {
        switch (expression)
        {
            case NullLiteral: _to.Append("null"); break;
            case BooleanLiteral literal: _to.Append(literal.Value ? "true" : "false"); break;
            case IntegerLiteral literal: _to.Append(literal.Value); break;
            case FloatLiteral literal: _to.Append(SyntaxFacts.FloatText(literal.Value)); break;
            case StringLiteral literal: SyntaxFacts.AppendString(_to, literal.Value); break;
            case Parameter parameter: _to.Append('$').Append(SyntaxFacts.Quote(parameter.Name)); break;
            case Variable variable: Name(variable.Name); break;
            case CountStar: _to.Append("count(*)"); break;
            case ListLiteral list:
                _to.Append('[');
                List(list.Items, ", ", Argument);
                _to.Append(']');
                break;
            case MapLiteral map:
                _to.Append('{');
                List(map.Entries, ", ", entry => Entry(entry.Key, entry.Value));
                _to.Append('}');
                break;
            case PropertyAccess access:
                Write(access.Target, access.Target is IntegerLiteral ? SyntaxFacts.AtomLevel + 1 : SyntaxFacts.PostfixLevel);
                _to.Append('.');
                Name(access.Key);
                break;
            case IndexAccess access:
                Write(access.Target, SyntaxFacts.PostfixLevel);
                _to.Append('[');
                Write(access.Index, 0);
                _to.Append(']');
                break;
            case SliceAccess access:
                Write(access.Target, SyntaxFacts.PostfixLevel);
                _to.Append('[');
                Option("", access.From);
                // The spaces keep the dots apart from a neighbouring number.
                _to.Append(" .. ");
                Option("", access.To);
                _to.Append(']');
                break;
            case HasLabels labels:
                Write(labels.Target, SyntaxFacts.PostfixLevel);
                _to.Append(':');
                // In a comprehension a bare | would end the condition.
                Write(labels.Labels, 2);
                break;
            case Unary unary:
                Write(unary);
                break;
            case IsNull test:
                Write(test.Operand, SyntaxFacts.PredicateLevel);
                _to.Append(test.Negated ? " IS NOT NULL" : " IS NULL");
                break;
            case Binary binary:
                int level = SyntaxFacts.LevelOf(binary.Operator);
                // Comparisons side by side would read back as a chain.
                Write(binary.Left, level == SyntaxFacts.ComparisonLevel ? level + 1 : level);
                _to.Append(' ').Append(SyntaxFacts.TextOf(binary.Operator)).Append(' ');
                Write(binary.Right, level + 1);
                break;
            case ComparisonChain chain:
                Write(chain.Operands[0], SyntaxFacts.ComparisonLevel + 1);
                for (int i = 0; i < chain.Operators.Count; i++)
                {
                    _to.Append(' ').Append(SyntaxFacts.TextOf(chain.Operators[i])).Append(' ');
                    Write(chain.Operands[i + 1], SyntaxFacts.ComparisonLevel + 1);
                }
                break;
            case FunctionCall call:
                DottedName(call.Name);
                _to.Append(call.Distinct ? "(DISTINCT " : "(");
                List(call.Arguments, ", ", Argument);
                _to.Append(')');
                break;
            case CaseExpression choice:
                _to.Append("CASE");
                Option(" ", choice.Subject);
                foreach (var branch in choice.Branches)
                {
                    _to.Append(' ');
                    Write(branch);
                }
                Option(" ELSE ", choice.Else);
                _to.Append(" END");
                break;
            case ListComprehension comprehension:
                _to.Append('[');
                Binding(comprehension.Variable, comprehension.Source);
                Where(comprehension.Where);
                Option(" | ", comprehension.Projection);
                _to.Append(']');
                break;
            case PatternComprehension comprehension:
                _to.Append('[');
                if (comprehension.Path is { } path)
                {
                    Name(path.Name);
                    _to.Append(" = ");
                }
                Write(comprehension.Chain);
                Where(comprehension.Where);
                Option(" | ", comprehension.Projection);
                _to.Append(']');
                break;
            case Quantifier quantifier:
                _to.Append(quantifier.Kind switch
                {
                    QuantifierKind.All => "all(",
                    QuantifierKind.Any => "any(",
                    QuantifierKind.None => "none(",
                    _ => "single(",
                });
                Binding(quantifier.Variable, quantifier.Source);
                Where(quantifier.Where);
                _to.Append(')');
                break;
            case Reduce reduce:
                _to.Append("reduce(");
                Name(reduce.Accumulator.Name);
                _to.Append(" = ");
                Write(reduce.Initial, 0);
                _to.Append(", ");
                Binding(reduce.Variable, reduce.Source);
                Option(" | ", reduce.Step);
                _to.Append(')');
                break;
            case PatternPredicate predicate: Write(predicate.Chain); break;
            case ShortestPathExpression search: Searched(search.Search, search.Chain); break;
            case ExistsSubquery subquery: Subquery("EXISTS { ", subquery.Body); break;
            case CountSubquery subquery: Subquery("COUNT { ", subquery.Body); break;
            case CollectSubquery subquery: Subquery("COLLECT { ", subquery.Body); break;
            case MapProjection projection:
                Name(projection.Subject.Name);
                _to.Append(" {");
                List(projection.Items, ", ", Write);
                _to.Append('}');
                break;
            default: throw new ArgumentException($"A {expression.GetType().Name} has no text form.", nameof(expression));
        }
    }

    void Write(Unary unary)
    {
        if (unary.Operator == UnaryOperator.Not)
        {
            _to.Append("NOT ");
            Write(unary.Operand, SyntaxFacts.NotLevel);
            return;
        }
        _to.Append(unary.Operator == UnaryOperator.Negate ? '-' : '+');
        // "-1" would read back as a literal and "--" is better kept apart.
        bool literal = unary.Operand is IntegerLiteral or FloatLiteral or Unary;
        Write(unary.Operand, literal ? SyntaxFacts.AtomLevel + 1 : SyntaxFacts.UnaryLevel);
    }

    void Write(CaseBranch branch)
    {
        _to.Append("WHEN ");
        Write(branch.When, 0);
        _to.Append(" THEN ");
        Write(branch.Then, 0);
    }

    void Write(MapProjectionItem item)
    {
        switch (item)
        {
            case ProjectedProperty property:
                _to.Append('.');
                Name(property.Key);
                break;
            case ProjectedAllProperties:
                _to.Append(".*");
                break;
            case ProjectedEntry entry:
                Entry(entry.Key, entry.Value);
                break;
        }
    }

    void Argument(Expression expression) => Write(expression, 0);

    void Subquery(string opening, Query body)
    {
        _to.Append(opening);
        Write(body);
        _to.Append(" }");
    }

    void Binding(Identifier variable, Expression source)
    {
        Name(variable.Name);
        _to.Append(" IN ");
        Write(source, 0);
    }

    void Entry(string key, Expression value)
    {
        Name(key);
        _to.Append(": ");
        Write(value, 0);
    }

    void As(Identifier alias)
    {
        _to.Append(" AS ");
        Name(alias.Name);
    }

    void Where(Expression? predicate) => Option(" WHERE ", predicate);

    void Option(string prefix, Expression? expression)
    {
        if (expression is not null)
        {
            _to.Append(prefix);
            Write(expression, 0);
        }
    }

    void Labels(SyntaxList<Identifier> labels)
    {
        foreach (var label in labels)
        {
            _to.Append(':');
            Name(label.Name);
        }
    }

    void Name(string name) => _to.Append(SyntaxFacts.Quote(name));

    void DottedName(string name)
    {
        int start = 0;
        for (int dot; (dot = name.IndexOf('.', start)) >= 0; start = dot + 1)
        {
            Name(name[start..dot]);
            _to.Append('.');
        }
        Name(name[start..]);
    }

    void List<T>(SyntaxList<T> items, string separator, Action<T> write)
    {
        for (int i = 0; i < items.Count; i++)
        {
            _to.Append(i > 0 ? separator : "");
            write(items[i]);
        }
    }
}
