using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>How a property is stored: in a typed column, in the overflow column, or in both.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Column">The name of its column, or null when all values are in the overflow.</param>
/// <param name="Type">The type of its column, or null likewise.</param>
/// <param name="Nullable">Whether its column has nulls, or has no column.</param>
/// <param name="OverflowKinds">Which kinds of value it has in the overflow: a bit for each <see cref="TaggedKind"/>.</param>
sealed record StoredProperty(string Name, string? Column, ArrowType? Type, bool Nullable, int OverflowKinds)
{
    const int Integers = 1 << (int)TaggedKind.Int64;
    const int Floats = 1 << (int)TaggedKind.Float64;
    const int Strings = 1 << (int)TaggedKind.String;
    const int Booleans = 1 << (int)TaggedKind.Boolean;

    /// <summary>What readers see: the one type that all values fit, or tagged values.</summary>
    public PropertyInfo Info
    {
        get
        {
            if (OverflowKinds == 0)
            {
                return new PropertyInfo(Name, Type!, Nullable);
            }

            return UnifiedType is { } type ? new PropertyInfo(Name, type, Nullable) : new PropertyInfo(Name, ArrowType.Binary, Nullable, IsMixed: true);
        }
    }

    ArrowType? UnifiedType => (Type?.Id, OverflowKinds) switch
    {
        (null, Integers) => ArrowType.Int64,
        (null, Floats or (Floats | Integers)) => ArrowType.Float64,
        (null, Strings) => ArrowType.String,
        (null, Booleans) => ArrowType.Boolean,
        _ => null,
    };
}
