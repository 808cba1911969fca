using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes;

/// <summary>One entry of a version's index section, checked (TABLE 15.1). Entries of one name form one index.</summary>
sealed class IndexSegment
{
    const string Folders = "_indices";

    // Indexes of the table engine itself, which answer no query (TABLE 19).
    const string SystemPrefix = "__lance_";

    IndexSegment(TableVersion table, IndexMetadata message)
    {
        Table = table;
        Message = message;
        var file = table.File.Path;
        var uuid = message.Uuid is { } stored ? stored.Uuid_.Span : default;
        if (uuid.Length != 16)
            throw new LanceFormatException($"The index '{message.Name}' has an identity of {uuid.Length} bytes instead of 16", file, -1);
        Uuid = new Guid(uuid, bigEndian: true);
        FieldIds = [.. message.Fields];
        Covered = message.FragmentBitmap.IsEmpty ? RoaringBitmap.Empty : RoaringFormat.Read(message.FragmentBitmap.Span, file);
        var present = new List<uint>();
        foreach (var fragment in table.Fragments)
        {
            if (Covered.Contains(fragment.Id))
                present.Add(fragment.Id);
        }
        Coverage = RoaringBitmap.Of([.. present]);
        Kind = IsSystem ? null : IndexKinds.Of(message.IndexDetails?.TypeUrl);
    }

    /// <summary>The version of the table whose manifest has the entry.</summary>
    public TableVersion Table { get; }

    /// <summary>The stored message, unknown parts included.</summary>
    public IndexMetadata Message { get; }

    /// <summary>The identity of the segment and the name of its folder.</summary>
    public Guid Uuid { get; }

    /// <summary>The name of the index.</summary>
    public string Name => Message.Name;

    /// <summary>The ids of the indexed columns.</summary>
    public IReadOnlyList<int> FieldIds { get; }

    /// <summary>Every fragment the segment was built from, whether or not the version still has it.</summary>
    public RoaringBitmap Covered { get; }

    /// <summary>The fragments of the version that the segment answers for (TABLE 15.5).</summary>
    public RoaringBitmap Coverage { get; }

    /// <summary>Where the files lie.</summary>
    public LanceLocation Folder => LocationOf("");

    /// <summary>What kind of index it is; null if it is not known here.</summary>
    public IndexKind? Kind { get; }

    /// <summary>The version of the layout.</summary>
    public int Version => Message.IndexVersion;

    /// <summary>Whether the entry belongs to the table engine and answers no query.</summary>
    public bool IsSystem => Name.StartsWith(SystemPrefix, StringComparison.Ordinal);

    /// <summary>Whether the kind is known and this layout of it is read here; others are kept and not used (TABLE 15.4).</summary>
    public bool IsUsable => Kind is { } kind && Version <= kind.Version && Coverage.Cardinality > 0;

    /// <summary>Where a file of the segment lies.</summary>
    public LanceLocation LocationOf(string name)
    {
        var folder = name.Length == 0 ? Uuid.ToString() : $"{Uuid}/{name}";
        return Table.Paths.Find(Folders, folder, Message.HasBaseId ? Message.BaseId : null);
    }

    /// <summary>The index entries of a version, in stored order.</summary>
    /// <exception cref="LanceFormatException">The index section or an entry is damaged.</exception>
    public static IReadOnlyList<IndexSegment> ReadAll(TableVersion table) =>
        [.. table.File.ReadIndexSection().Indices.Select(message => new IndexSegment(table, message))];
}
