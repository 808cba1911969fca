using System.Text.Json;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Tags and branches as files.</summary>
static class ReferenceFiles
{
    public const int MaximumBytes = 1 << 20;

    /// <summary>Every tag, in order of name.</summary>
    public static async ValueTask<List<LanceTagInfo>> ListTagsAsync(IObjectStore store, string root, CancellationToken cancellationToken)
    {
        var tags = new List<LanceTagInfo>();
        foreach (var (path, name) in await NamesAsync(store, root, ReferenceNames.TagFolder, cancellationToken).ConfigureAwait(false))
            tags.Add(await ReadTagAsync(store, path, name, cancellationToken).ConfigureAwait(false));
        return tags;
    }

    /// <summary>Every branch, in order of name.</summary>
    public static async ValueTask<List<LanceBranchInfo>> ListBranchesAsync(IObjectStore store, string root, CancellationToken cancellationToken)
    {
        var branches = new List<LanceBranchInfo>();
        foreach (var (path, name) in await NamesAsync(store, root, ReferenceNames.BranchFolder, cancellationToken).ConfigureAwait(false))
        {
            var bytes = await store.ReadAllAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
            branches.Add(ParseBranch(bytes, path, name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)));
        }
        return branches;
    }

    /// <summary>One tag.</summary>
    /// <exception cref="LanceNotFoundException">There is no such tag.</exception>
    public static async ValueTask<LanceTagInfo> FindTagAsync(IObjectStore store, string root, string name, CancellationToken cancellationToken)
    {
        ReferenceNames.CheckTag(name);
        var path = ReferenceNames.TagPath(root, name);
        if (!await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false))
            throw new LanceNotFoundException($"The table '{root}' has no tag '{name}'.");
        return await ReadTagAsync(store, path, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decodes a tag file; missing keys beyond the version are tolerated.</summary>
    /// <exception cref="LanceFormatException">The file is no tag.</exception>
    public static LanceTagInfo ParseTag(ReadOnlyMemory<byte> bytes, string path, string name)
    {
        using var document = Parse(bytes, path);
        var root = document.RootElement;
        var branch = Text(root, "branch", path);
        if (branch is not null && !ReferenceNames.IsBranch(branch))
            throw Bad($"The tag names the branch '{branch}', which cannot exist", path);
        return new LanceTagInfo(name, Number(root, "version", path) ?? throw Bad("The tag names no version", path),
            branch, Number(root, "manifestSize", path) ?? 0);
    }

    /// <summary>Decodes a branch file; missing keys beyond the parent version are tolerated.</summary>
    /// <exception cref="LanceFormatException">The file is no branch.</exception>
    public static LanceBranchInfo ParseBranch(ReadOnlyMemory<byte> bytes, string path, string name)
    {
        using var document = Parse(bytes, path);
        var root = document.RootElement;
        var seconds = Number(root, "createAt", path) ?? 0;
        if (seconds > 253402300799)
            throw Bad("The branch was made at an impossible time", path);
        return new LanceBranchInfo(name, Number(root, "parentVersion", path) ?? throw Bad("The branch names no parent version", path),
            Text(root, "parentBranch", path), DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    /// <summary>The branch points of a branch, from the main line on; empty for the main line itself.</summary>
    /// <exception cref="LanceNotFoundException">There is no such branch.</exception>
    /// <exception cref="LanceFormatException">The file is damaged.</exception>
    public static async ValueTask<IReadOnlyList<BranchPoint>> BranchPointsAsync(
        IObjectStore store, string root, string? branch, CancellationToken cancellationToken)
    {
        if (branch is null)
            return [];
        var path = ReferenceNames.BranchPath(root, branch);
        var bytes = await store.ReadAllAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        using var document = Parse(bytes, path);
        if (!document.RootElement.TryGetProperty("identifier", out var identifier) || identifier.ValueKind != JsonValueKind.Object
            || !identifier.TryGetProperty("version_mapping", out var mapping) || mapping.ValueKind != JsonValueKind.Array)
        {
            return [];
        }
        var points = new List<BranchPoint>();
        foreach (var pair in mapping.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || pair[0].ValueKind != JsonValueKind.Number
                || !pair[0].TryGetInt64(out var version) || pair[1].ValueKind != JsonValueKind.String)
            {
                throw Bad("The branch's identifier is no list of versions with names", path);
            }
            points.Add(new BranchPoint(version, pair[1].GetString()!));
        }
        return points;
    }

    static async ValueTask<LanceTagInfo> ReadTagAsync(IObjectStore store, string path, string name, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAllAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        return ParseTag(bytes, path, name);
    }

    static async ValueTask<List<(string Path, string Name)>> NamesAsync(
        IObjectStore store, string root, string folder, CancellationToken cancellationToken)
    {
        var prefix = ObjectKey.Combine(root, folder) + "/";
        var names = new List<(string, string)>();
        await foreach (var item in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            var name = item.Path[prefix.Length..];
            if (name.EndsWith(ReferenceNames.Extension, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
                names.Add((item.Path, name[..^ReferenceNames.Extension.Length]));
        }
        return names;
    }

    /// <summary>The JSON object of a reference file.</summary>
    /// <exception cref="LanceFormatException">The bytes are no JSON object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes, string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException error)
        {
            throw new LanceFormatException("The reference is no valid JSON", path, error.BytePositionInLine ?? -1, error);
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw Bad("The reference is no JSON object", path);
    }

    static long? Number(JsonElement root, string key, string path)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
            ? number
            : throw Bad($"The value of '{key}' is no number", path);
    }

    static string? Text(JsonElement root, string key, string path)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Bad($"The value of '{key}' is no text", path);
        }
        catch (InvalidOperationException error)
        {
            throw new LanceFormatException($"The value of '{key}' is no valid text", path, -1, error);
        }
    }

    static LanceFormatException Bad(string message, string path) => new(message, path, -1);
}
