using System.Text.Json;
using Pennon.Cypher.Values;

namespace Pennon.Cli.Commands;

/// <summary>Reads the JSON object that gives values to the parameters of a query.</summary>
internal static class QueryParameters
{
    public static IReadOnlyDictionary<string, CypherValue> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new Dictionary<string, CypherValue>();
        }

        var json = text.StartsWith('@') ? File.ReadAllText(text[1..]) : text;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new CliException("--params takes a JSON object such as {\"name\": \"Ada\"}.");
            }

            var values = new Dictionary<string, CypherValue>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                values[member.Name] = CypherJson.Parse(member.Value);
            }

            return values;
        }
        catch (JsonException e)
        {
            throw new CliException($"--params is not JSON: {e.Message}");
        }
    }
}
