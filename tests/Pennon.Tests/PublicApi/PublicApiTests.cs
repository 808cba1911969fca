using System.Runtime.Loader;
using Pennon.TestSupport;

namespace Pennon.Tests.PublicApi;

/// <summary>The public surface of each library is a reviewed text; a change of it shows as a change of that text.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Pennon.Arrow")]
    [InlineData("Pennon.Lance")]
    [InlineData("Pennon.Storage")]
    [InlineData("Pennon.Graph")]
    [InlineData("Pennon.Cypher")]
    [InlineData("Pennon")]
    public void TheListingIsTheApprovedOne(string library)
    {
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, library + ".dll"));
        Approval.Equal(PublicApiListing.Of(assembly), library + ".approved.txt");
    }

    [Fact]
    public void TheListingShowsTypesMembersAndConstraints()
    {
        var listing = PublicApiListing.Of(typeof(PublicApiTests).Assembly, type => type == typeof(Specimen<>));
        Assert.Equal(
            """
            public sealed class Pennon.Tests.PublicApi.Specimen<T> : IEquatable<Specimen<T>> where T : struct
              public Specimen(params int[] values)
              public bool Equals(Specimen<T>? other)
              public const int Limit = 3
              public int Value { get; }
              public static bool Equals(ref readonly T left, string? right = null)

            """.ReplaceLineEndings("\n"),
            listing);
    }
}

#pragma warning disable CA1067 // The specimen shows an interface; nobody compares it.
public sealed class Specimen<T> : IEquatable<Specimen<T>> where T : struct
{
    public const int Limit = 3;

    public Specimen(params int[] values) => Value = values.Length;

    public int Value { get; }

    public static bool Equals(in T left, string? right = null) => right is null && left.Equals(default(T));

    public bool Equals(Specimen<T>? other) => other?.Value == Value;
}
#pragma warning restore CA1067
