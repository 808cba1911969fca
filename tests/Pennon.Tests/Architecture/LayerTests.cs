using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pennon.TestSupport;

namespace Pennon.Tests.Architecture;

public sealed partial class LayerTests
{
    [Fact]
    public void EveryProjectUnderSrcIsALayer()
    {
        var unknown = Projects().Select(Path.GetFileNameWithoutExtension).Where(name => Layers.HeightOf(name!) < 0).ToList();
        Assert.True(unknown.Count == 0, $"Not in the list of layers: {string.Join(", ", unknown)}.");
        Assert.True(Projects().Count >= Layers.Libraries.Length);
    }

    [Fact]
    public void ProjectsReferOnlyToLayersBelow()
    {
        foreach (var project in Projects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
            {
                var target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
                Assert.True(Layers.HeightOf(target) >= 0, $"{name} refers to '{target}', which is not a layer.");
                Assert.True(Layers.HeightOf(target) < Layers.HeightOf(name), $"{name} refers upward to {target}.");
            }
        }
    }

    [Fact]
    public void BuiltAssembliesReferOnlyToLayersBelow()
    {
        foreach (var library in Layers.Libraries)
        {
            foreach (var target in AssemblyReferences.AssembliesOf(library).Where(IsOurs))
            {
                Assert.True(Layers.HeightOf(target) < Layers.HeightOf(library), $"{library} refers upward to {target}.");
            }
        }
    }

    [Fact]
    public void SourceFilesStayInTheNamespaceOfTheirProject()
    {
        foreach (var project in Projects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            foreach (var file in SourcesOf(project))
            {
                var text = File.ReadAllText(file);
                foreach (Match match in NamespaceLine().Matches(text))
                {
                    var found = match.Groups[1].Value;
                    Assert.True(found == name || found.StartsWith(name + ".", StringComparison.Ordinal), $"{file} declares namespace {found}.");
                }

                foreach (Match match in UsingLine().Matches(text))
                {
                    var layer = LayerOfNamespace(match.Groups[1].Value);
                    Assert.True(layer <= Layers.HeightOf(name), $"{file} uses {match.Groups[1].Value}, a layer above it.");
                }
            }
        }
    }

    [Fact]
    public void EveryLayerHasATestProjectOfItsName()
    {
        foreach (var project in Projects())
        {
            var tests = Path.GetFileNameWithoutExtension(project) + ".Tests";
            Assert.True(File.Exists(RepositoryFolder.Path("tests", tests, tests + ".csproj")), $"There is no tests/{tests}.");
        }
    }

    [Fact]
    public void LibrariesDoNotWriteToTheConsole()
    {
        foreach (var library in Layers.Libraries)
        {
            Assert.DoesNotContain(AssemblyReferences.MembersUsedBy(library), member => member.StartsWith("System.Console.", StringComparison.Ordinal));
        }
    }

    static bool IsOurs(string assembly) => assembly == "Pennon" || assembly.StartsWith("Pennon.", StringComparison.Ordinal);

    static int LayerOfNamespace(string name) =>
        Layers.FromTheBottom.Where(layer => layer != "Pennon" && (name == layer || name.StartsWith(layer + ".", StringComparison.Ordinal)))
            .Select(Layers.HeightOf).DefaultIfEmpty(name == "Pennon" ? Layers.HeightOf("Pennon") : 0).Max();

    static List<string> Projects() =>
        [.. Directory.EnumerateDirectories(RepositoryFolder.Path("src")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj")).Order(StringComparer.Ordinal)];

    static IEnumerable<string> SourcesOf(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var hidden = new[] { "bin", "obj" }.Select(name => Path.Combine(folder, name) + Path.DirectorySeparatorChar).ToList();
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !hidden.Exists(name => file.StartsWith(name, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using\s+(?:static\s+)?(Pennon[\w.]*)\s*;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
