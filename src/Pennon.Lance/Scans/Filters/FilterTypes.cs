using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>SQL names of types.</summary>
static class FilterTypes
{
    /// <summary>The type of an upper-case SQL name; null if there is none.</summary>
    public static ArrowType? Find(string name, IReadOnlyList<int> parameters)
    {
        switch (name)
        {
            case "TIMESTAMP" or "DATETIME" when parameters.Count <= 1:
                return Unit(parameters) is { } unit ? new TimestampType(unit) : null;
            case "TIMESTAMPTZ" when parameters.Count <= 1:
                return Unit(parameters) is { } zoned ? new TimestampType(zoned, "UTC") : null;
            case "DECIMAL" or "NUMERIC" when parameters.Count <= 2:
                var precision = parameters.Count > 0 ? parameters[0] : 38;
                var scale = parameters.Count > 1 ? parameters[1] : parameters.Count > 0 ? 0 : 10;
                return precision is >= 1 and <= 38 && scale <= precision ? new Decimal128Type(precision, scale) : null;
            case "VARCHAR" or "CHAR" or "CHARACTER" when parameters.Count <= 1:
                return ArrowType.String;
        }
        if (parameters.Count != 0)
            return null;
        return name switch
        {
            "BOOLEAN" or "BOOL" => ArrowType.Boolean,
            "TINYINT" or "INT8" => ArrowType.Int8,
            "TINYINT UNSIGNED" or "UINT8" => ArrowType.UInt8,
            "SMALLINT" or "INT16" => ArrowType.Int16,
            "SMALLINT UNSIGNED" or "UINT16" => ArrowType.UInt16,
            "INT" or "INTEGER" or "INT32" => ArrowType.Int32,
            "INT UNSIGNED" or "INTEGER UNSIGNED" or "UINT32" => ArrowType.UInt32,
            "BIGINT" or "INT64" or "LONG" => ArrowType.Int64,
            "BIGINT UNSIGNED" or "UINT64" => ArrowType.UInt64,
            "REAL" or "FLOAT" or "FLOAT4" or "FLOAT32" => ArrowType.Float32,
            "DOUBLE" or "FLOAT8" or "FLOAT64" => ArrowType.Float64,
            "STRING" or "TEXT" or "UTF8" => ArrowType.String,
            "BINARY" or "BYTEA" or "VARBINARY" => ArrowType.Binary,
            "DATE" or "DATE32" => ArrowType.Date32,
            "TIME" => new Time64Type(TimeUnit.Nanosecond),
            _ => null,
        };
    }

    static TimeUnit? Unit(IReadOnlyList<int> parameters) => parameters.Count == 0 ? TimeUnit.Nanosecond : parameters[0] switch
    {
        0 => TimeUnit.Second,
        3 => TimeUnit.Millisecond,
        6 => TimeUnit.Microsecond,
        9 => TimeUnit.Nanosecond,
        _ => null,
    };
}
