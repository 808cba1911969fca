using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pennon.Tests.Architecture;

/// <summary>What a built assembly refers to, read from its metadata without loading it.</summary>
static class AssemblyReferences
{
    /// <summary>The names of the assemblies that it refers to.</summary>
    public static IReadOnlyList<string> AssembliesOf(string assembly) => Read(assembly, reader =>
        reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).Order(StringComparer.Ordinal).ToList());

    /// <summary>The members of other assemblies that it uses, as <c>Namespace.Type.Member</c>.</summary>
    public static IReadOnlySet<string> MembersUsedBy(string assembly) => Read(assembly, reader =>
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                var type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
                members.Add($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}.{reader.GetString(member.Name)}");
            }
        }

        return members;
    });

    static T Read<T>(string assembly, Func<MetadataReader, T> read)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var image = new PEReader(file);
        return read(image.GetMetadataReader());
    }
}
