using Pennon.Cypher.Binding;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>How EXPLAIN writes a step.</summary>
internal static class HopText
{
    public static string Of(Hop hop, BoundVariable from, BoundVariable to, string range = "")
    {
        string types = string.Join('|', hop.Ways.Select(static way => way.Pair.Type.Name).Distinct());
        bool incoming = hop.Ways.Count > 0 && hop.Ways.All(static way => !way.Outgoing);
        string step = hop.Undirected ? $"-[:{types}{range}]-" : incoming ? $"<-[:{types}{range}]-" : $"-[:{types}{range}]->";
        string pairs = hop.Ways.Count > 1 ? $" over {hop.Ways.Count} adjacencies" : "";
        return $"({from.Name}){step}({to.Name}){pairs}";
    }
}
