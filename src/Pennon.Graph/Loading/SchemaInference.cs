using System.Text;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Gives the properties of an undeclared type their columns, from its first rows: the first kind of value seen decides, and integers widen to floats.
/// Maps and nested lists get no column.
/// </summary>
sealed class SchemaInference
{
    readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    readonly List<(string Name, ArrowType? Type)> _properties = [];

    /// <summary>Looks at the object the reader stands on.</summary>
    public void Observe(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!_index.TryGetValue(name, out var at))
            {
                at = _properties.Count;
                _index.Add(name, at);
                _properties.Add((name, null));
            }

            _properties[at] = (name, Widen(_properties[at].Type, TypeOf(ref reader)));
        }
    }

    public List<PropertySchema> Result()
    {
        var result = new List<PropertySchema>();
        foreach (var (name, type) in _properties)
        {
            if (type is not null)
            {
                result.Add(new PropertySchema(name, type is ListType { Item.Type.Id: ArrowTypeId.Null } ? PropertyTypeName.List(ArrowType.String) : type));
            }
        }

        return result;
    }

    /// <summary>The type of the value the reader stands on, which it is moved over; a list of nothing known is a list of nulls.</summary>
    static ArrowType? TypeOf(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                return ArrowType.Boolean;
            case JsonTokenType.Number:
                return reader.TryGetInt64(out _) ? ArrowType.Int64 : ArrowType.Float64;
            case JsonTokenType.String:
                return ArrowType.String;
            case JsonTokenType.StartArray:
                ArrowType? item = null;
                var plain = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    plain &= reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject);
                    item = Widen(item, TypeOf(ref reader));
                }

                return plain ? PropertyTypeName.List(item ?? ArrowType.Null) : null;
            case JsonTokenType.StartObject:
                reader.Skip();
                return null;
            default:
                return null;
        }
    }

    static ArrowType? Widen(ArrowType? known, ArrowType? seen)
    {
        if (known is null || seen is null)
        {
            return known ?? seen;
        }

        if (known.Id == ArrowTypeId.Int64 && seen.Id == ArrowTypeId.Float64)
        {
            return seen;
        }

        if (known is ListType knownList && seen is ListType seenList)
        {
            var item = knownList.Item.Type.Id == ArrowTypeId.Null ? seenList.Item.Type : Widen(knownList.Item.Type, seenList.Item.Type)!;
            return PropertyTypeName.List(item);
        }

        return known;
    }
}
