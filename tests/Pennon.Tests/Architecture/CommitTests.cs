namespace Pennon.Tests.Architecture;

/// <summary>Only the publisher makes writes visible: the layers above it cannot reach what stages and commits one table in one go.</summary>
public sealed class CommitTests
{
    static readonly string[] CommittingMembers =
    [
        "Pennon.Lance.LanceDataset.CreateAsync",
        "Pennon.Lance.LanceDataset.AppendAsync",
        "Pennon.Lance.LanceDataset.OverwriteAsync",
        "Pennon.Lance.LanceDataset.DeleteAsync",
        "Pennon.Lance.StagedTransaction.CommitAsync",
    ];

    [Theory]
    [InlineData("Pennon.Graph")]
    [InlineData("Pennon.Cypher")]
    [InlineData("Pennon")]
    public void LayersAboveStorageCannotCommitATable(string library)
    {
        var used = AssemblyReferences.MembersUsedBy(library);
        Assert.DoesNotContain(used, member => CommittingMembers.Contains(member));
    }
}
