using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pennon.Lance.Tables;

/// <summary>The text of tag and branch files (TABLE 13.1, 13.2). What an existing file says beyond the known keys is kept.</summary>
static class ReferenceJson
{
    static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A tag file.</summary>
    /// <param name="version">The version it names.</param>
    /// <param name="branch">The branch that version is on; null for the main line.</param>
    /// <param name="manifestSize">The size of the version's manifest.</param>
    /// <param name="now">The time to record.</param>
    /// <param name="old">The file it replaces, if there is one.</param>
    public static byte[] Tag(long version, string? branch, long manifestSize, DateTimeOffset now, JsonElement? old)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Pretty))
        {
            var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
            json.WriteStartObject();
            if (branch is null)
                json.WriteNull("branch");
            else
                json.WriteString("branch", branch);
            json.WriteNumber("version", version);
            if (old is { } before && before.TryGetProperty("createdAt", out var created))
            {
                json.WritePropertyName("createdAt");
                created.WriteTo(json);
            }
            else
            {
                json.WriteString("createdAt", time);
            }
            json.WriteString("updatedAt", time);
            json.WriteNumber("manifestSize", manifestSize);
            CopyOthers(json, old, "branch", "version", "createdAt", "updatedAt", "manifestSize");
            if (old is not { } kept || !kept.TryGetProperty("metadata", out _))
            {
                json.WriteStartObject("metadata");
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A branch file.</summary>
    /// <param name="parent">The branch it starts from; null for the main line.</param>
    /// <param name="version">The version it starts from.</param>
    /// <param name="identifier">One entry for each branch point on the way from the main line, this one last.</param>
    /// <param name="manifestSize">The size of the parent version's manifest.</param>
    /// <param name="now">The time to record.</param>
    public static byte[] Branch(string? parent, long version, IReadOnlyList<BranchPoint> identifier, long manifestSize, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Pretty))
        {
            json.WriteStartObject();
            if (parent is null)
                json.WriteNull("parentBranch");
            else
                json.WriteString("parentBranch", parent);
            json.WriteStartObject("identifier");
            json.WriteStartArray("version_mapping");
            foreach (var point in identifier)
            {
                json.WriteStartArray();
                json.WriteNumberValue(point.Version);
                json.WriteStringValue(point.Id);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNumber("parentVersion", version);
            json.WriteNumber("createAt", now.ToUnixTimeSeconds());
            json.WriteNumber("manifestSize", manifestSize);
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static void CopyOthers(Utf8JsonWriter json, JsonElement? old, params ReadOnlySpan<string> written)
    {
        if (old is not { } before)
            return;
        foreach (var property in before.EnumerateObject())
        {
            if (!written.Contains(property.Name))
                property.WriteTo(json);
        }
    }
}

/// <summary>A version that a branch started from, with the random name that tells branches of one name apart.</summary>
/// <param name="Version">The parent's version.</param>
/// <param name="Id">32 hexadecimal digits.</param>
readonly record struct BranchPoint(long Version, string Id);
