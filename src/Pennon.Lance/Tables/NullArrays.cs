using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Tables;

/// <summary>Columns without a single value.</summary>
static class NullArrays
{
    /// <summary>An array of nulls; the children of structs are null as well.</summary>
    public static ArrowArray Of(ArrowType type, int length) => Cast.Apply(new NullArray(length), type);
}
