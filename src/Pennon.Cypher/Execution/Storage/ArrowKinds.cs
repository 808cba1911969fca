using Pennon.Arrow;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Storage;

/// <summary>Which kind of vector a stored property is read into.</summary>
internal static class ArrowKinds
{
    public static ValueKind KindOf(PropertyInfo property)
    {
        if (property.IsMixed)
        {
            return ValueKind.Any;
        }
        switch (property.Type.Id)
        {
            case ArrowTypeId.Boolean:
                return ValueKind.Boolean;
            case ArrowTypeId.Int8 or ArrowTypeId.UInt8 or ArrowTypeId.Int16 or ArrowTypeId.UInt16 or ArrowTypeId.Int32 or ArrowTypeId.UInt32
                or ArrowTypeId.Int64 or ArrowTypeId.UInt64:
                return ValueKind.Int64;
            case ArrowTypeId.Float16 or ArrowTypeId.Float32 or ArrowTypeId.Float64:
                return ValueKind.Float64;
            case ArrowTypeId.String or ArrowTypeId.LargeString:
                return ValueKind.String;
            case ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.FixedSizeList:
                return ValueKind.List;
            case ArrowTypeId.Struct or ArrowTypeId.Map:
                return ValueKind.Map;
            default:
                return ValueKind.Any;
        }
    }
}
