using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>A type of index: how its files are built, kept up and checked.</summary>
abstract class IndexKind
{
    /// <summary>The name users see, for example <c>BTree</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The full names of the details messages that mark the kind, the one that is written first (TABLE 15.2).</summary>
    public abstract IReadOnlyList<string> DetailsNames { get; }

    /// <summary>The layout that is written, and the highest that is read.</summary>
    public abstract int Version { get; }

    /// <summary>Whether the kind is the one that some options ask for.</summary>
    public abstract bool Builds(LanceIndexOptions options);

    /// <summary>The options that a stored segment was built with, as far as they matter to its upkeep.</summary>
    public abstract LanceIndexOptions OptionsOf(IndexSegment segment);

    /// <summary>Refuses columns that the kind cannot index.</summary>
    /// <exception cref="LanceNotSupportedException">The type of the column is not indexed by this kind.</exception>
    public abstract void CheckField(LanceField field, LanceIndexOptions options);

    /// <summary>Builds a segment from the rows of the build's fragments.</summary>
    public abstract ValueTask<BuiltIndex> BuildAsync(IndexBuild build, CancellationToken cancellationToken);

    /// <summary>Replaces segments, or adds to them, so that the build's fragments are covered too.</summary>
    /// <param name="build">The fragments that no segment covers yet; possibly none.</param>
    /// <param name="old">The segments of the index, in stored order.</param>
    /// <param name="cancellationToken">Stops the work; what was written is then deleted by the caller.</param>
    /// <returns>New segments, each with those it replaces; empty if there is nothing to do.</returns>
    public abstract ValueTask<IReadOnlyList<BuiltIndex>> UpdateAsync(IndexBuild build, IReadOnlyList<IndexSegment> old, CancellationToken cancellationToken);

    /// <summary>Writes a segment again for rows that a compaction moved.</summary>
    /// <param name="build">Where the new segment goes; it has no fragments.</param>
    /// <param name="old">The segment.</param>
    /// <param name="remap">Where rows went.</param>
    /// <param name="cancellationToken">Stops the work; what was written is then deleted by the caller.</param>
    public abstract ValueTask<BuiltIndex> RemapAsync(IndexBuild build, IndexSegment old, RowRemap remap, CancellationToken cancellationToken);

    /// <summary>Figures about a segment.</summary>
    public abstract ValueTask<LanceIndexStatistics> StatisticsAsync(IndexSegment segment, CancellationToken cancellationToken);

    /// <summary>Reads all of a segment and checks it against itself.</summary>
    /// <exception cref="LanceFormatException">The files are damaged or contradict each other.</exception>
    public abstract ValueTask VerifyAsync(IndexSegment segment, CancellationToken cancellationToken);

    /// <summary>The details of a new segment.</summary>
    public Any Details(IMessage? message = null) => new() { TypeUrl = "/" + DetailsNames[0], Value = message?.ToByteString() ?? ByteString.Empty };
}

/// <summary>A segment that was written, with those it replaces.</summary>
/// <param name="Message">The entry for the index section.</param>
/// <param name="Replaces">The identities of the entries that go when this one comes.</param>
sealed record BuiltIndex(Wire.IndexMetadata Message, IReadOnlyList<Guid> Replaces);
