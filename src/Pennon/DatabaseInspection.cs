using Pennon.Graph;
using Pennon.Storage;

namespace Pennon;

/// <summary>Puts together what a database holds, in terms of labels and relationship types.</summary>
static class DatabaseInspection
{
    public static DatabaseInfo Describe(string path, GraphInfo info, GraphSnapshot snapshot) => new(
        path,
        snapshot.Version,
        [.. snapshot.NodeTables.SelectMany(table => table.Labels).Distinct().Order(StringComparer.Ordinal).Select(label => DescribeLabel(label, snapshot))],
        [.. snapshot.EdgeTypes.OrderBy(type => type.Name, StringComparer.Ordinal).Select(DescribeType)],
        [.. info.Tables.OrderBy(table => table.Path, StringComparer.Ordinal).Select(table => new TableInfo(table.Name, NameOf(table.Kind), table.Path, table.Version, table.Rows, table.Bytes))],
        [.. info.Versions.Select(version => new VersionInfo(version.Version, version.CreatedAt, version.Author, version.Message))]);

    static LabelInfo DescribeLabel(string label, GraphSnapshot snapshot)
    {
        var tables = snapshot.NodeTables.Where(table => table.Labels.Contains(label)).ToList();
        return new LabelInfo(label, tables.Sum(table => (long)table.RowCount), tables[0].KeyProperty, Describe(tables.SelectMany(table => table.Properties)));
    }

    static TypeInfo DescribeType(EdgeType type) => new(
        type.Name,
        type.EdgeCount,
        [.. type.Pairs.Select(pair => new PairInfo(pair.Source.Name, pair.Target.Name, pair.EdgeCount))],
        Describe(type.Properties));

    static PropertyDescription[] Describe(IEnumerable<PropertyInfo> properties) =>
        [.. properties.DistinctBy(property => property.Name).OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => new PropertyDescription(property.Name, property.Type.ToString()!))];

    static string NameOf(TableKind kind) => kind switch
    {
        TableKind.Nodes => "nodes",
        TableKind.Edges => "edges",
        TableKind.AdjacencyOut => "adjacency out",
        _ => "adjacency in",
    };
}
