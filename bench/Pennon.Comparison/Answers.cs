using System.Globalization;
using System.Text.Json;
using Pennon.Cypher.Values;

namespace Pennon.Comparison;

/// <summary>Compares rows with a recorded <c>expected.json</c>: integers exactly, floats to 12 digits.</summary>
static class Answers
{
    public static JsonDocument Of(string dataset) => JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Data(dataset, "expected.json")));

    public static bool Equal(IReadOnlyList<QueryRecord> rows, JsonElement expected)
    {
        if (expected.ValueKind == JsonValueKind.Number)
        {
            return rows.Count == 1 && rows[0].Count == 1 && Same(rows[0][0], expected);
        }

        return rows.Count == expected.GetArrayLength()
            && rows.Zip(expected.EnumerateArray()).All(pair => pair.First.Count == pair.Second.GetArrayLength()
                && pair.First.Zip(pair.Second.EnumerateArray()).All(cell => Same(cell.First, cell.Second)));
    }

    static bool Same(CypherValue value, JsonElement expected) => expected.ValueKind switch
    {
        JsonValueKind.Null => value.IsNull,
        JsonValueKind.True or JsonValueKind.False => value.Type == CypherType.Boolean && value.AsBoolean() == expected.GetBoolean(),
        JsonValueKind.String => value.Type == CypherType.String && value.AsString() == expected.GetString(),
        JsonValueKind.Number when value.Type == CypherType.Integer => value.AsInteger().ToString(CultureInfo.InvariantCulture) == expected.GetRawText(),
        JsonValueKind.Number when value.Type == CypherType.Float => Math.Abs(value.AsFloat() - expected.GetDouble()) <= 1e-11 * Math.Max(1, Math.Abs(expected.GetDouble())),
        JsonValueKind.Array => value.Type == CypherType.List && value.AsList().ToArray().Zip(expected.EnumerateArray()).All(pair => Same(pair.First, pair.Second)),
        _ => false,
    };
}
