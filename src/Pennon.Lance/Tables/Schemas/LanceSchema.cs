using System.Collections.Frozen;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Pennon.Arrow;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>A table's schema: the tree of fields with ids, and the Arrow schema it reads as.</summary>
sealed class LanceSchema
{
    // Deeper trees than any real table has; recursion over the tree stays far from the stack's end.
    const int MaximumDepth = 64;

    readonly Dictionary<int, LanceField> _byId = [];

    LanceSchema(IReadOnlyList<LanceField> fields, IReadOnlyDictionary<string, string> metadata)
    {
        Fields = fields;
        Arrow = new Schema([.. fields.Select(f => f.Field)], metadata);
        foreach (var field in fields)
            Register(field);
    }

    /// <summary>The top-level fields, in schema order.</summary>
    public IReadOnlyList<LanceField> Fields { get; }

    /// <summary>What a scan of every column gives.</summary>
    public Schema Arrow { get; }

    /// <summary>The largest field id, or -1 for a schema without fields.</summary>
    public int MaximumId => _byId.Count == 0 ? -1 : _byId.Keys.Max();

    public LanceField? Find(int id) => _byId.GetValueOrDefault(id);

    public LanceField? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
                return field;
        }
        return null;
    }

    /// <summary>Builds the tree from a depth-first list of messages.</summary>
    /// <param name="messages">The stored fields, parents before their children.</param>
    /// <param name="metadata">The schema's metadata.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <exception cref="LanceFormatException">The list is no tree, or a type name makes no sense.</exception>
    /// <exception cref="LanceNotSupportedException">A type is unknown.</exception>
    public static LanceSchema Read(
        IReadOnlyList<FieldMessage> messages, MapField<string, ByteString>? metadata, string file)
    {
        var children = new Dictionary<int, List<FieldMessage>>();
        var depths = new Dictionary<int, int>();
        var top = new List<FieldMessage>();
        foreach (var message in messages)
        {
            var depth = 0;
            if (message.ParentId >= 0 && !depths.TryGetValue(message.ParentId, out depth))
                throw new LanceFormatException($"Field '{message.Name}' has the parent {message.ParentId}, which does not precede it", file, -1);
            if (message.ParentId < -1 || message.Id < 0)
                throw new LanceFormatException($"Field '{message.Name}' has the id {message.Id} and the parent {message.ParentId}", file, -1);
            if (depth + 1 > MaximumDepth)
                throw new LanceFormatException($"Field '{message.Name}' is nested more than {MaximumDepth} levels deep", file, -1);
            if (!depths.TryAdd(message.Id, depth + 1))
                throw new LanceFormatException($"Two fields have the id {message.Id}", file, -1);
            if (message.ParentId < 0)
                top.Add(message);
            else if (children.TryGetValue(message.ParentId, out var siblings))
                siblings.Add(message);
            else
                children[message.ParentId] = [message];
        }
        return new LanceSchema([.. top.Select(m => Build(m, children, file))], ReadMetadata(metadata));
    }

    /// <summary>The messages of a new table's schema: ids count up depth-first from <paramref name="firstId"/>.</summary>
    /// <exception cref="LanceNotSupportedException">Tables cannot hold one of the types.</exception>
    public static List<FieldMessage> Write(Schema schema, int firstId = 0)
    {
        var messages = new List<FieldMessage>();
        foreach (var field in schema.Fields)
            Write(field, -1, ref firstId, messages);
        return messages;
    }

    /// <summary>Metadata as tables store it.</summary>
    public static void WriteMetadata(IReadOnlyDictionary<string, string> metadata, MapField<string, ByteString> target)
    {
        foreach (var (key, value) in metadata.OrderBy(e => e.Key, StringComparer.Ordinal))
            target[key] = ByteString.CopyFromUtf8(value);
    }

    public static IReadOnlyDictionary<string, string> ReadMetadata(MapField<string, ByteString>? metadata) =>
        metadata is null || metadata.Count == 0
            ? FrozenDictionary<string, string>.Empty
            : metadata.ToFrozenDictionary(e => e.Key, e => Encoding.UTF8.GetString(e.Value.Span), StringComparer.Ordinal);

    static void Write(Field field, int parent, ref int nextId, List<FieldMessage> messages)
    {
        var message = new FieldMessage
        {
            Name = field.Name,
            Id = nextId++,
            ParentId = parent,
            LogicalType = LogicalTypes.NameOf(field.Type),
            Nullable = field.Nullable,
            Type = field.Type.Id switch
            {
                ArrowTypeId.Struct => FieldMessage.Types.Kind.Parent,
                ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.Map => FieldMessage.Types.Kind.Repeated,
                _ => FieldMessage.Types.Kind.Leaf,
            },
        };
        WriteMetadata(field.Metadata, message.Metadata);
        messages.Add(message);
        switch (field.Type)
        {
            case StructType t:
                foreach (var child in t.Fields)
                    Write(child, message.Id, ref nextId, messages);
                break;
            case ListType t:
                Write(t.Item, message.Id, ref nextId, messages);
                break;
            case LargeListType t:
                Write(t.Item, message.Id, ref nextId, messages);
                break;
            case MapType t:
                Write(t.Entries, message.Id, ref nextId, messages);
                break;
            case FixedSizeListType { Item.Type.IsNested: true } t when InnermostItem(t) is { IsNested: true }:
                throw new LanceNotSupportedException("fixed-size lists of nested types",
                    $"Column '{field.Name}' is {field.Type}: only fixed-size lists of plain values can be stored.");
        }
    }

    static ArrowType InnermostItem(ArrowType type)
    {
        while (type is FixedSizeListType list)
            type = list.Item.Type;
        return type;
    }

    static LanceField Build(FieldMessage message, Dictionary<int, List<FieldMessage>> messages, string file)
    {
        var children = messages.TryGetValue(message.Id, out var inner)
            ? inner.Select(m => Build(m, messages, file)).ToArray()
            : [];
        var metadata = ReadMetadata(message.Metadata);
        var blob = BlobOf(message, metadata);
        ArrowType type;
        try
        {
            type = TypeOf(message, children, file);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new LanceFormatException($"Field '{message.Name}' has the type '{message.LogicalType}': {error.Message}", file, -1, error);
        }
        if (blob == BlobKind.Version1)
        {
            type = Blobs.Version1Type;
        }
        else if (blob == BlobKind.Version2)
        {
            type = Blobs.Version2Type;
            metadata = Blobs.Version2Metadata;
        }
        return new LanceField(message, type, new Field(message.Name, type, message.Nullable, metadata), children, blob);
    }

    static ArrowType TypeOf(FieldMessage message, LanceField[] children, string file)
    {
        var name = message.LogicalType;
        switch (name)
        {
            case "struct":
                return new StructType([.. children.Select(c => c.Field)]);
            case "list" or "list.struct":
                return new ListType(Only(message, children, file).Field);
            case "large_list" or "large_list.struct":
                return new LargeListType(Only(message, children, file).Field);
            case "map":
                var entries = Only(message, children, file);
                if (entries.Type is not StructType { Fields: [var key, var value] })
                    throw new LanceFormatException($"Map field '{message.Name}' has no struct of key and value below it", file, -1);
                return new MapType(key.Nullable ? new Field(key.Name, key.Type, false, key.Metadata) : key, value);
        }
        if (LogicalTypes.Parse(name) is { } type)
        {
            if (children.Length != 0)
                throw new LanceFormatException($"Field '{message.Name}' of type '{name}' cannot have children", file, -1);
            return type;
        }
        if (name.StartsWith("fixed_size_list:struct:", StringComparison.Ordinal) && children.Length == 1)
            return new FixedSizeListType(children[0].Field, LogicalTypes.FixedSizeListSize(name));
        throw new LanceNotSupportedException($"type '{name}'",
            $"Field '{message.Name}' in '{file}' has the type '{name}', which this version does not know; leave the column out or use a newer version.");
    }

    static LanceField Only(FieldMessage message, LanceField[] children, string file) => children.Length == 1
        ? children[0]
        : throw new LanceFormatException($"Field '{message.Name}' of type '{message.LogicalType}' has {children.Length} children instead of one", file, -1);

    static BlobKind BlobOf(FieldMessage message, IReadOnlyDictionary<string, string> metadata)
    {
        if (message.LogicalType == "struct" && metadata.TryGetValue(Field.ExtensionNameKey, out var extension) && extension == LanceField.Blob2Name)
            return BlobKind.Version2;
        var marked = metadata.TryGetValue(LanceField.BlobKey, out var value) && value == "true";
        return message.LogicalType == "blob" || (marked && message.LogicalType is ("large_binary" or "binary"))
            ? BlobKind.Version1
            : BlobKind.None;
    }

    void Register(LanceField field)
    {
        _byId[field.Id] = field;
        foreach (var child in field.Children)
            Register(child);
    }
}
