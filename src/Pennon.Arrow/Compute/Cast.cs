using Pennon.Arrow.Compute.Casts;

namespace Pennon.Arrow.Compute;

/// <summary>Converts columns to another type.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Integers to integers are checked. Floats to integers truncate towards zero; NaN and what is out of range are invalid. Integers
/// and doubles to narrower floats round to nearest.</item>
/// <item>Booleans become 0 and 1; numbers become true unless zero.</item>
/// <item>Text is parsed and written culture-free: numbers, true and false, ISO dates (2024-02-29), times (13:45:00.5) and timestamps
/// (2024-02-29T13:45:00.5Z, also with a space or an offset; without one it is taken as UTC). Binary to text must be UTF-8.</item>
/// <item>Timestamps, times, durations and dates change unit, rounding towards the earlier value; they also convert to and from the integers
/// that store them. A time zone only changes how values are shown.</item>
/// <item>Decimals change scale by rounding half away from zero, and convert to and from integers, floats and text; to integers they truncate.</item>
/// <item>Lists, large lists, fixed-size lists, structs (field by field) and maps convert their parts; dictionaries convert to their values.</item>
/// </list>
/// </remarks>
public static class Cast
{
    /// <summary>Converts every row; a value without counterpart is an error that names its row.</summary>
    /// <param name="array">The rows to convert; null stays null.</param>
    /// <param name="target">The type to convert to.</param>
    /// <returns>A new array, or a view of the same memory where the types are equal or store the same values.</returns>
    /// <exception cref="ArrowComputeException">A value has no counterpart, or there is no conversion between the types.</exception>
    public static ArrowArray Apply(ArrowArray array, ArrowType target) => Run(array, target, invalidAsNull: false);

    /// <summary>Converts every row; a value without counterpart becomes null.</summary>
    /// <param name="array">The rows to convert; null stays null.</param>
    /// <param name="target">The type to convert to.</param>
    /// <returns>A new array, or a view of the same memory where the types are equal or store the same values.</returns>
    /// <exception cref="ArrowComputeException">There is no conversion between the types.</exception>
    public static ArrowArray ApplyOrNull(ArrowArray array, ArrowType target) => Run(array, target, invalidAsNull: true);

    /// <summary>Whether a conversion between two types exists; single values may still have no counterpart.</summary>
    /// <param name="from">The type to convert from.</param>
    /// <param name="to">The type to convert to.</param>
    public static bool CanCast(ArrowType from, ArrowType to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        try
        {
            using ArrowArray none = NullRows.Of(from, 0);
            Run(none, to, invalidAsNull: true).Dispose();
            return true;
        }
        catch (ArrowComputeException refusal) when (refusal.Error == ArrowComputeError.UnsupportedType)
        {
            return false;
        }
    }

    internal static ArrowArray Run(ArrowArray array, ArrowType target, bool invalidAsNull)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentNullException.ThrowIfNull(target);
        ArrowType from = array.Type;
        if (from == target)
            return array.Share();
        if (from.Id == ArrowTypeId.Null)
            return NullRows.Of(target, array.Length);
        if (array is DictionaryArray coded)
        {
            using ArrowArray values = Run(coded.Dictionary, target, invalidAsNull);
            return DictionaryDecode.Gather(coded, values);
        }
        CastContext context = new(array, target, invalidAsNull);
        if (from.IsNested || target.IsNested)
            return CastNested.Run(context);
        if (from.IsVariableBinary && target.IsVariableBinary)
            return CastText.BetweenText(context);
        if (target.Id is ArrowTypeId.String or ArrowTypeId.LargeString)
            return CastText.ToText(context);
        if (from.Id is ArrowTypeId.String or ArrowTypeId.LargeString)
            return CastText.FromText(context);
        if (from.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256 || target.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
            return CastDecimal.Run(context);
        if (IsTemporal(from) || IsTemporal(target))
            return CastTemporal.Run(context);
        return CastNumber.Run(context);
    }

    static bool IsTemporal(ArrowType type) => type.Id is ArrowTypeId.Date32 or ArrowTypeId.Date64 or ArrowTypeId.Time32 or ArrowTypeId.Time64
        or ArrowTypeId.Timestamp or ArrowTypeId.Duration;
}
