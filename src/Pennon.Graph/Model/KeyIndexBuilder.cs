using System.Text;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>Builds a <see cref="KeyIndex"/> from a key column.</summary>
static class KeyIndexBuilder
{
    public static KeyIndex Build(PropertyColumn column, string table, string property)
    {
        if (column.Type.Id == ArrowTypeId.Int64)
        {
            var integers = new Int64KeyTable(column.Length);
            foreach (var chunk in column.Chunks)
            {
                NoNulls(chunk, table, property);
                foreach (var value in ((PrimitiveArray<long>)chunk).Values)
                {
                    if (!integers.TryAdd(value, out _))
                    {
                        throw new ArgumentException($"Key '{property}' of node table '{table}' has the value {value} twice.");
                    }
                }
            }

            return new KeyIndex(integers);
        }

        if (column.Type.Id == ArrowTypeId.String)
        {
            var strings = new Utf8KeyTable(column.Length);
            foreach (var chunk in column.Chunks)
            {
                NoNulls(chunk, table, property);
                var values = (StringArray)chunk;
                for (var i = 0; i < values.Length; i++)
                {
                    if (!strings.TryAdd(values.GetBytes(i), out _))
                    {
                        throw new ArgumentException($"Key '{property}' of node table '{table}' has the value '{Encoding.UTF8.GetString(values.GetBytes(i))}' twice.");
                    }
                }
            }

            return new KeyIndex(strings);
        }

        throw new ArgumentException($"Key '{property}' of node table '{table}' is of type {column.Type}; keys are Int64 or String.");
    }

    static void NoNulls(ArrowArray values, string table, string property)
    {
        if (values.HasNulls)
        {
            throw new ArgumentException($"Key '{property}' of node table '{table}' is null in a row.");
        }
    }
}
