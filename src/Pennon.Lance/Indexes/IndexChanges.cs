using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes;

/// <summary>Gathers what one commit does to the indexes of a table.</summary>
sealed class IndexChanges
{
    readonly Transaction.Types.CreateIndex _message = new();
    readonly List<IndexBuild> _builds = [];

    /// <summary>Notes a build, whose files go if the change is abandoned.</summary>
    public void Watch(IndexBuild build) => _builds.Add(build);

    /// <summary>A segment that was built.</summary>
    public void Add(BuiltIndex built) => _message.NewIndices.Add(built.Message);

    /// <summary>Segments that go.</summary>
    public void Remove(IEnumerable<IndexSegment> segments)
    {
        foreach (var segment in segments)
            _message.RemovedIndices.Add(segment.Message);
    }

    /// <summary>Runs the work and stages what it gathered; if it fails, its files are deleted.</summary>
    public static async ValueTask<StagedTransaction> StageAsync(TableVersion table, long rows, Func<IndexChanges, ValueTask> work)
    {
        var changes = new IndexChanges();
        try
        {
            await work(changes).ConfigureAwait(false);
            return StagedTransaction.For(table, new Transaction { CreateIndex = changes._message }, [.. changes.Keys(table)], rows, null);
        }
        catch
        {
            foreach (var key in changes.Keys(table))
                await DeleteAsync(table, key).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether a staged change does nothing.</summary>
    public static bool IsEmpty(StagedTransaction staged) => staged.Message.CreateIndex is { NewIndices.Count: 0, RemovedIndices.Count: 0 };

    /// <summary>The segments of each index, without those of the table engine itself.</summary>
    public static IEnumerable<IReadOnlyList<IndexSegment>> ByName(TableVersion table) =>
        table.Indexes.Where(static i => !i.IsSystem).GroupBy(static i => i.Name).Select(static g => (IReadOnlyList<IndexSegment>)[.. g]);

    /// <summary>The segments of one index.</summary>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    public static IReadOnlyList<IndexSegment> Named(TableVersion table, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var segments = table.Indexes.Where(i => i.Name == name && !i.IsSystem).ToList();
        if (segments.Count > 0)
            return segments;
        var names = string.Join(", ", ByName(table).Select(static g => $"'{g[0].Name}'"));
        throw new LanceNotFoundException($"The table '{table.MainRoot}' has no index '{name}'{(names.Length == 0 ? "" : $"; it has {names}")}.");
    }

    /// <summary>The kind of a segment.</summary>
    /// <exception cref="LanceNotSupportedException">It is not known here, or only in earlier layouts.</exception>
    public static IndexKind KindOf(IndexSegment segment)
    {
        if (segment.Kind is { } kind && segment.Version <= kind.Version)
            return kind;
        throw new LanceNotSupportedException($"index type {KindName(segment)}",
            $"The index '{segment.Name}' is of the type {KindName(segment)}, layout {segment.Version}, which is kept and not read here.");
    }

    /// <summary>What users see of an index.</summary>
    public static LanceIndexDescription Describe(TableVersion table, IReadOnlyList<IndexSegment> segments)
    {
        int covered = 0, uncovered = 0;
        long coveredRows = 0, uncoveredRows = 0;
        foreach (var fragment in table.Fragments)
        {
            if (segments.Any(s => s.Coverage.Contains(fragment.Id)))
            {
                covered++;
                coveredRows += fragment.LiveRows;
            }
            else
            {
                uncovered++;
                uncoveredRows += fragment.LiveRows;
            }
        }
        var created = segments.Max(static s => s.Message.HasCreatedAt ? s.Message.CreatedAt : 0);
        // The last moment that a date can express.
        const ulong LastMoment = 253402300799999;
        return new LanceIndexDescription(
            segments[0].Name, KindName(segments[0]), [.. segments[0].FieldIds.Select(id => NameOf(table.Schema, id)).OfType<string>()], segments.Count,
            segments.All(static s => s.Kind is { } kind && s.Version <= kind.Version), covered, uncovered, coveredRows, uncoveredRows,
            segments.Sum(static s => s.Message.Files.Sum(static f => (long)Math.Min(f.SizeBytes, long.MaxValue >> 20))),
            created is 0 or > LastMoment ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)created));
    }

    /// <summary>The fragments that no segment covers.</summary>
    public static IReadOnlyList<TableFragment> Uncovered(TableVersion table, IReadOnlyList<IndexSegment> segments) =>
        [.. table.Fragments.Where(f => !segments.Any(s => s.Coverage.Contains(f.Id)))];

    /// <summary>The fields from the top-level column to the one that users name.</summary>
    /// <exception cref="LanceNotFoundException">There is no such column.</exception>
    public static IReadOnlyList<LanceField> PathOf(LanceSchema schema, string column)
    {
        // A name may hold dots itself, so the whole text is tried first.
        if (schema.Find(column) is { } whole)
            return [whole];
        var path = new List<LanceField>();
        foreach (var step in column.Split('.'))
        {
            var field = path.Count == 0 ? schema.Find(step) : path[^1].Type is Pennon.Arrow.StructType ? path[^1].Children.FirstOrDefault(c => c.Name == step) : null;
            path.Add(field ?? throw new LanceNotFoundException(
                $"There is no column '{column}'; the columns are {string.Join(", ", schema.Fields.Select(static f => $"'{f.Name}'"))}."));
        }
        return path;
    }

    /// <summary>The fields down to the one that a segment is of; null if it is not one field that can be read.</summary>
    public static IReadOnlyList<LanceField>? FieldOf(TableVersion table, IndexSegment segment)
    {
        if (segment.FieldIds.Count != 1)
            return null;
        var path = new List<LanceField>();
        return table.Schema.Fields.Any(f => Find(f, segment.FieldIds[0], path)) ? path : null;
    }

    static bool Find(LanceField field, int id, List<LanceField> path)
    {
        path.Add(field);
        if (field.Id == id || (field.Type is Pennon.Arrow.StructType && field.Children.Any(c => Find(c, id, path))))
            return true;
        path.RemoveAt(path.Count - 1);
        return false;
    }

    static string? NameOf(LanceSchema schema, int id)
    {
        var path = new List<LanceField>();
        return schema.Fields.Any(f => Find(f, id, path)) ? string.Join('.', path.Select(static f => f.Name)) : null;
    }

    static string KindName(IndexSegment segment)
    {
        if (segment.Kind is { } kind)
            return kind.Name;
        var url = segment.Message.IndexDetails?.TypeUrl ?? "";
        return url[(url.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : "unknown";
    }

    IEnumerable<string> Keys(TableVersion table)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var build in _builds)
            keys.UnionWith(build.StagedKeys);
        foreach (var built in _message.NewIndices)
        {
            var folder = new Guid(built.Uuid.Uuid_.Span, bigEndian: true);
            keys.UnionWith(built.Files.Select(f => IO.ObjectKey.Combine(table.Root, $"_indices/{folder}/{f.Path}")));
        }
        return keys;
    }

    static async ValueTask DeleteAsync(TableVersion table, string key)
    {
        try
        {
            await table.Store.DeleteAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or LanceException or UnauthorizedAccessException)
        {
            // No version names the file; an error here would hide why the work was abandoned.
        }
    }
}
