namespace Pennon.Tests.Architecture;

/// <summary>The projects under <c>src</c> from the bottom up; a layer may refer only to those before it.</summary>
static class Layers
{
    public static readonly string[] FromTheBottom =
    [
        "Pennon.Arrow", "Pennon.Lance", "Pennon.Storage", "Pennon.KeyValue", "Pennon.Graph", "Pennon.Cypher", "Pennon", "Pennon.Server", "Pennon.Cli",
    ];

    /// <summary>The layers that this assembly can see built beside it.</summary>
    public static readonly string[] Libraries = ["Pennon.Arrow", "Pennon.Lance", "Pennon.Storage", "Pennon.Graph", "Pennon.Cypher", "Pennon"];

    public static int HeightOf(string project) => Array.IndexOf(FromTheBottom, project);
}
