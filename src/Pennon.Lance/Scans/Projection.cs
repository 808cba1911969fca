using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>The columns of a read: top-level fields, each possibly with some of its struct fields left out.</summary>
sealed class Projection
{
    readonly Schema? _schema;

    /// <summary>Chooses columns by name or by dotted path; null chooses all.</summary>
    /// <exception cref="LanceNotFoundException">A name or path leads nowhere.</exception>
    public Projection(LanceSchema schema, IReadOnlyList<string>? columns)
    {
        Table = schema;
        if (columns is null)
        {
            Fields = schema.Fields;
            _schema = schema.Arrow;
            return;
        }
        var order = new List<string>();
        var trees = new Dictionary<string, PathTree>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            // A name may hold dots itself, so the whole text is tried first.
            var path = schema.Find(column) is not null ? [column] : column.Split('.');
            if (!trees.TryGetValue(path[0], out var tree))
            {
                trees[path[0]] = tree = new PathTree();
                order.Add(path[0]);
            }
            tree.Add(path.AsSpan(1));
        }
        Fields = [.. order.Select(name => trees[name].Prune(schema.Find(name) ?? throw Missing(schema, name), schema))];
    }

    /// <summary>Chooses paths of names, as a filter needs them.</summary>
    /// <exception cref="LanceNotFoundException">A path leads nowhere.</exception>
    public Projection(LanceSchema schema, IEnumerable<IReadOnlyList<string>> paths)
    {
        Table = schema;
        var order = new List<string>();
        var trees = new Dictionary<string, PathTree>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (!trees.TryGetValue(path[0], out var tree))
            {
                trees[path[0]] = tree = new PathTree();
                order.Add(path[0]);
            }
            tree.Add([.. path.Skip(1)]);
        }
        Fields = [.. order.Select(name => trees[name].Prune(schema.Find(name) ?? throw Missing(schema, name), schema))];
    }

    Projection(LanceSchema table, IReadOnlyList<LanceField> fields)
    {
        Table = table;
        Fields = fields;
    }

    /// <summary>The schema of the table.</summary>
    public LanceSchema Table { get; }

    /// <summary>What is read, in order.</summary>
    public IReadOnlyList<LanceField> Fields { get; }

    /// <summary>The schema of the result.</summary>
    public Schema Schema => _schema ?? new Schema([.. Fields.Select(f => f.Field)], Table.Arrow.Metadata);

    /// <summary>A projection of only some of the fields.</summary>
    public Projection Only(Func<LanceField, bool> keep) => new(Table, [.. Fields.Where(keep)]);

    static LanceNotFoundException Missing(LanceSchema schema, string name) => new(
        $"There is no column '{name}'; the columns are {string.Join(", ", schema.Fields.Select(f => $"'{f.Name}'"))}.");

    /// <summary>The parts of a struct that are wanted; no entries means the whole.</summary>
    sealed class PathTree
    {
        readonly Dictionary<string, PathTree> _children = new(StringComparer.Ordinal);
        bool _whole;

        public void Add(ReadOnlySpan<string> path)
        {
            if (path.IsEmpty)
            {
                _whole = true;
                return;
            }
            if (!_children.TryGetValue(path[0], out var child))
                _children[path[0]] = child = new PathTree();
            child.Add(path[1..]);
        }

        public LanceField Prune(LanceField field, LanceSchema schema)
        {
            if (_whole || _children.Count == 0)
                return field;
            if (field.Type is not StructType type)
                throw new LanceNotFoundException($"Column '{field.Name}' is {field.Type} and has no fields to choose from.");
            foreach (var name in _children.Keys)
            {
                if (type.IndexOf(name) < 0)
                    throw new LanceNotFoundException($"Column '{field.Name}' has no field '{name}'; it has {string.Join(", ", type.Fields.Select(f => $"'{f.Name}'"))}.");
            }
            // Packed structs and blobs are one column in the file and are read as a whole.
            if (field.IsLeaf)
                return field;
            var kept = new List<LanceField>();
            foreach (var child in field.Children)
            {
                if (_children.TryGetValue(child.Name, out var tree))
                    kept.Add(tree.Prune(child, schema));
            }
            return field.WithChildren(kept);
        }
    }
}
