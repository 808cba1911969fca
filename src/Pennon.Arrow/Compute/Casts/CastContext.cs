using System.Globalization;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>One conversion under way: what converts to what, and what becomes of values without counterpart.</summary>
internal sealed class CastContext(ArrowArray source, ArrowType target, bool invalidAsNull)
{
    List<int>? _invalid;

    public ArrowArray Source => source;

    public ArrowType Target => target;

    public bool InvalidAsNull => invalidAsNull;

    public int Length => source.Length;

    public ArrowComputeException Refusal() =>
        new(ArrowComputeError.UnsupportedType, $"there is no conversion from {source.Type} to {target}");

    /// <summary>Refuses a value, or notes that its row becomes null.</summary>
    public void Invalid<T>(int row, T value, ArrowComputeError error) where T : IFormattable
    {
        if (!invalidAsNull)
            throw new ArrowComputeException(error, $"'{value.ToString(null, CultureInfo.InvariantCulture)}' of {source.Type} has no counterpart in {target}", row);
        (_invalid ??= []).Add(row);
    }

    public void InvalidText(int row, ReadOnlySpan<byte> utf8)
    {
        if (!invalidAsNull)
        {
            string text = System.Text.Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 80)]);
            throw new ArrowComputeException(ArrowComputeError.InvalidValue, $"'{text}' of {source.Type} has no counterpart in {target}", row);
        }
        (_invalid ??= []).Add(row);
    }

    /// <summary>The result's validity: the source's, less the rows found invalid.</summary>
    public (ArrowBuffer Validity, int Nulls) Validity()
    {
        (ArrowBuffer validity, int nulls) = ValidityOf.One(source, ArrowAllocator.Default);
        if (_invalid is null)
            return (validity, nulls);
        ArrowBuffer own = ArrowAllocator.Default.Allocate(BitUtility.ByteCount(Length));
        if (validity.IsEmpty)
            BitUtility.Fill(own.MutableSpan, 0, Length, true);
        else
            validity.Span[..own.Length].CopyTo(own.MutableSpan);
        validity.Release();
        foreach (int row in _invalid)
            BitUtility.Clear(own.MutableSpan, row);
        return (own, nulls + _invalid.Count);
    }

    public ArrowArray Finish(ArrowBuffer values)
    {
        (ArrowBuffer validity, int nulls) = Validity();
        return ArrowArray.Create(target, Length, nulls, 0, [validity, values]);
    }

    public ArrowBuffer AllocateValues() => ArrowAllocator.Default.Allocate(Take.ByteCount(Length, target.BitWidth / 8));

    /// <summary>The same stored values under the target type.</summary>
    public ArrowArray Reinterpret() => ArrowArray.Create(
        target, Length, source.NullCount, source.Offset, [source.Validity.Retain(), source.MainBuffer.Retain()]);
}
