using Pennon.Lance.Indexes;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Writes the index segments again that name rows which a compaction moved.</summary>
sealed class IndexRemap
{
    readonly List<string> _keys = [];
    readonly SortedSet<string> _uncovered = new(StringComparer.Ordinal);

    IndexRemap()
    {
    }

    /// <summary>What the transaction says about rewritten segments.</summary>
    public List<Transaction.Types.Rewrite.Types.RewrittenIndex> Rewritten { get; } = [];

    /// <summary>Keys of the files written.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>Names of indexes that lose the rewritten fragments, because their kind cannot be remapped (TABLE 20.3).</summary>
    public IReadOnlyCollection<string> Uncovered => _uncovered;

    /// <summary>Whether a version has segments that can be remapped and name rows of some groups.</summary>
    public static bool IsNeeded(TableVersion table, IReadOnlyList<CompactedGroup> groups) =>
        !table.HasStableRowIds && table.Indexes.Any(s => KindOf(s) is not null && Meets(s, groups));

    /// <summary>Remaps every segment that covers replaced fragments.</summary>
    /// <param name="table">The version whose segments are remapped.</param>
    /// <param name="groups">What was replaced; the new fragments have their ids.</param>
    /// <param name="progress">Told of segments done.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind then.</param>
    public static async ValueTask<IndexRemap> RunAsync(
        TableVersion table, IReadOnlyList<CompactedGroup> groups, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var result = new IndexRemap();
        // Segments that name rows by stable ids stay as they are; only their coverage changes.
        if (table.HasStableRowIds)
            return result;
        var segments = table.Indexes.Where(s => !s.IsSystem && Meets(s, groups)).ToArray();
        if (segments.Length == 0)
            return result;
        var remap = new RowRemap([.. groups.Select(static g => g.Remap)]);
        try
        {
            for (var i = 0; i < segments.Length; i++)
            {
                await result.RunAsync(table, segments[i], remap, cancellationToken).ConfigureAwait(false);
                progress?.Report(new LanceProgress("remap", i + 1, segments.Length));
            }
        }
        catch
        {
            await new StagedFiles(table.Store).DeleteAsync(result._keys).ConfigureAwait(false);
            throw;
        }
        return result;
    }

    async ValueTask RunAsync(TableVersion table, IndexSegment segment, RowRemap remap, CancellationToken cancellationToken)
    {
        if (KindOf(segment) is not { } kind || segment.FieldIds.Count != 1 || PathTo(table.Schema.Fields, segment.FieldIds[0]) is not { } path)
        {
            _uncovered.Add(segment.Name);
            return;
        }
        IndexBuild? build = null;
        try
        {
            build = new IndexBuild(table, segment.Name, path, [], kind.OptionsOf(segment), null);
            var built = await kind.RemapAsync(build, segment, remap, cancellationToken).ConfigureAwait(false);
            var rewritten = new Transaction.Types.Rewrite.Types.RewrittenIndex
            {
                OldId = segment.Message.Uuid,
                NewId = built.Message.Uuid,
                NewIndexDetails = built.Message.IndexDetails,
                NewIndexVersion = (uint)built.Message.IndexVersion,
            };
            rewritten.NewIndexFiles.Add(built.Message.Files);
            Rewritten.Add(rewritten);
            _keys.AddRange(build.StagedKeys);
        }
        catch (LanceNotSupportedException)
        {
            _uncovered.Add(segment.Name);
            await new StagedFiles(table.Store).DeleteAsync(build?.StagedKeys ?? []).ConfigureAwait(false);
        }
        catch
        {
            _keys.AddRange(build?.StagedKeys ?? []);
            throw;
        }
    }

    static IndexKind? KindOf(IndexSegment segment) => segment.Kind is { } kind && segment.Version <= kind.Version ? kind : null;

    static bool Meets(IndexSegment segment, IReadOnlyList<CompactedGroup> groups) => groups.Any(g => g.Old.Any(f => segment.Covered.Contains(f.Id)));

    static IReadOnlyList<LanceField>? PathTo(IReadOnlyList<LanceField> fields, int id)
    {
        foreach (var field in fields)
        {
            if (field.Id == id)
                return [field];
            if (PathTo(field.Children, id) is { } below)
                return [field, .. below];
        }
        return null;
    }
}
