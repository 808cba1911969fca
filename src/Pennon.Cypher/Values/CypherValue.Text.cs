using System.Globalization;
using System.Text;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Values;

public readonly partial struct CypherValue
{
    const int DescribedLength = 60;

    /// <summary>The value as Cypher text: literals as they are written in a query, nodes <c>(:L {p: 1})</c>, relationships <c>[:T]</c>, paths <c>&lt;(:A)-[:T]->(:B)&gt;</c>.</summary>
    public override string ToString()
    {
        var to = new StringBuilder();
        AppendTo(to);
        return to.ToString();
    }

    /// <summary>Type and value for error messages, cut short if long.</summary>
    internal string Describe()
    {
        if (IsNull)
        {
            return "null";
        }
        var text = ToString();
        return $"{Type} {(text.Length > DescribedLength ? text[..DescribedLength] + "…" : text)}";
    }

    internal void AppendTo(StringBuilder to)
    {
        switch (Type)
        {
            case CypherType.Null: to.Append("null"); break;
            case CypherType.Boolean: to.Append(AsBoolean() ? "true" : "false"); break;
            case CypherType.Integer: to.Append(CultureInfo.InvariantCulture, $"{_bits}"); break;
            case CypherType.Float: to.Append(SyntaxFacts.FloatText(AsFloat())); break;
            case CypherType.String: SyntaxFacts.AppendString(to, AsString()); break;
            case CypherType.Bytes: to.Append("0x").Append(Convert.ToHexString(AsBytes().Span)); break;
            case CypherType.List:
                to.Append('[');
                var items = AsList();
                for (int i = 0; i < items.Length; i++)
                {
                    to.Append(i > 0 ? ", " : "");
                    items[i].AppendTo(to);
                }
                to.Append(']');
                break;
            case CypherType.Map: AppendMap(to, AsMap()); break;
            case CypherType.Node: AppendNode(to, AsNode()); break;
            case CypherType.Relationship: AppendRelationship(to, AsRelationship()); break;
            case CypherType.Path: AppendPath(to, AsPath()); break;
            default: AppendTemporalOrPoint(to); break;
        }
    }

    static void AppendMap(StringBuilder to, CypherMap map)
    {
        to.Append('{');
        for (int i = 0; i < map.Count; i++)
        {
            to.Append(i > 0 ? ", " : "").Append(SyntaxFacts.Quote(map.KeySpan[i])).Append(": ");
            map.ValueSpan[i].AppendTo(to);
        }
        to.Append('}');
    }

    static void AppendNode(StringBuilder to, CypherNode node)
    {
        to.Append('(');
        foreach (var label in node.Labels)
        {
            to.Append(':').Append(SyntaxFacts.Quote(label));
        }
        AppendProperties(to, node, node.Labels.Count > 0);
        to.Append(')');
    }

    static void AppendRelationship(StringBuilder to, CypherRelationship relationship)
    {
        to.Append("[:").Append(SyntaxFacts.Quote(relationship.Type));
        AppendProperties(to, relationship, space: true);
        to.Append(']');
    }

    static void AppendProperties(StringBuilder to, CypherEntity entity, bool space)
    {
        var properties = entity.Properties;
        if (properties.Count > 0)
        {
            to.Append(space ? " " : "");
            AppendMap(to, properties);
        }
    }

    static void AppendPath(StringBuilder to, CypherPath path)
    {
        to.Append('<');
        AppendNode(to, path.Nodes[0]);
        for (int i = 0; i < path.Relationships.Count; i++)
        {
            bool forward = path.Relationships[i].StartId == path.Nodes[i].Id;
            to.Append(forward ? "-" : "<-");
            AppendRelationship(to, path.Relationships[i]);
            to.Append(forward ? "->" : "-");
            AppendNode(to, path.Nodes[i + 1]);
        }
        to.Append('>');
    }

    void AppendTemporalOrPoint(StringBuilder to)
    {
        switch (Type)
        {
            case CypherType.Date: TemporalText.AppendDate(to, _bits); break;
            case CypherType.LocalTime: TemporalText.AppendTime(to, _bits); break;
            case CypherType.Time:
                TemporalText.AppendTime(to, _bits);
                TemporalText.AppendOffset(to, _extra);
                break;
            case CypherType.LocalDateTime: TemporalText.AppendLocalDateTime(to, _bits, _extra); break;
            case CypherType.DateTime: TemporalText.AppendDateTime(to, AsDateTime()); break;
            case CypherType.Duration: TemporalText.AppendDuration(to, AsDuration()); break;
            case CypherType.Point: AppendPoint(to, AsPoint()); break;
        }
    }

    static void AppendPoint(StringBuilder to, CypherPoint point)
    {
        to.Append("point({srid: ").Append(CultureInfo.InvariantCulture, $"{point.Srid}");
        to.Append(", x: ").Append(SyntaxFacts.FloatText(point.X)).Append(", y: ").Append(SyntaxFacts.FloatText(point.Y));
        if (point.Is3D)
        {
            to.Append(", z: ").Append(SyntaxFacts.FloatText(point.Z));
        }
        to.Append("})");
    }
}
