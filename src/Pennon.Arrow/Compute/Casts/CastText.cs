using System.Globalization;
using System.Numerics;
using System.Text.Unicode;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>To and from text, and between the four variable-length types.</summary>
internal static class CastText
{
    const int NumberLength = 128;

    public static ArrowArray BetweenText(CastContext context)
    {
        ArrowArray source = context.Source;
        bool fromText = source.Type.Id is ArrowTypeId.String or ArrowTypeId.LargeString;
        bool toText = context.Target.Id is ArrowTypeId.String or ArrowTypeId.LargeString;
        if (toText && !fromText)
            for (int i = 0; i < source.Length; i++)
                if (source.IsValid(i) && !Utf8.IsValid(Bytes(source, i)))
                    context.Invalid(i, Convert.ToHexString(Bytes(source, i)[..Math.Min(16, Bytes(source, i).Length)]).AsFormattable(), ArrowComputeError.InvalidValue);
        ArrowBuffer data, offsets;
        if (source is VariableBinaryArray<int> small)
        {
            data = small.DataBuffer;
            offsets = context.Target.Id is ArrowTypeId.LargeString or ArrowTypeId.LargeBinary ? Offsets<int, long>(small.Offsets) : Offsets<int, int>(small.Offsets);
        }
        else
        {
            VariableBinaryArray<long> large = (VariableBinaryArray<long>)source;
            data = large.DataBuffer;
            offsets = context.Target.Id is ArrowTypeId.LargeString or ArrowTypeId.LargeBinary ? Offsets<long, long>(large.Offsets) : Offsets<long, int>(large.Offsets);
        }
        (ArrowBuffer validity, int nulls) = context.Validity();
        return ArrowArray.Create(context.Target, source.Length, nulls, 0, [validity, offsets, data.Retain()]);
    }

    static ArrowBuffer Offsets<TFrom, TTo>(ReadOnlySpan<TFrom> from) where TFrom : unmanaged, IBinaryInteger<TFrom> where TTo : unmanaged, IBinaryInteger<TTo>
    {
        ArrowBuffer buffer = ArrowAllocator.Default.Allocate(from.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<TTo>());
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(from, buffer.MutableAs<TTo>());
        return buffer;
    }

    static StringWrapper AsFormattable(this string text) => new(text);

    readonly struct StringWrapper(string text) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? provider) => text;
    }

    static ReadOnlySpan<byte> Bytes(ArrowArray array, int row) =>
        array is VariableBinaryArray<int> small ? small.GetBytes(row) : ((VariableBinaryArray<long>)array).GetBytes(row);

    public static ArrowArray ToText(CastContext context)
    {
        BinaryBuilder builder = new(context.Target);
        switch (context.Source)
        {
            case BooleanArray a:
                for (int i = 0; i < a.Length; i++)
                {
                    if (a.IsNull(i))
                        builder.AppendNull();
                    else
                        builder.Append(a.GetValue(i) ? "true"u8 : "false"u8);
                }
                break;
            case PrimitiveArray<int> { Type.Id: ArrowTypeId.Date32 } a: Temporal(context, builder, a); break;
            case PrimitiveArray<int> { Type.Id: ArrowTypeId.Time32 } a: Temporal(context, builder, a); break;
            case PrimitiveArray<long> { Type.Id: ArrowTypeId.Duration }: throw context.Refusal();
            case PrimitiveArray<long> { Type.Id: not ArrowTypeId.Int64 } a: Temporal(context, builder, a); break;
            case PrimitiveArray<sbyte> a: Numbers(builder, a); break;
            case PrimitiveArray<byte> a: Numbers(builder, a); break;
            case PrimitiveArray<short> a: Numbers(builder, a); break;
            case PrimitiveArray<ushort> a: Numbers(builder, a); break;
            case PrimitiveArray<int> a: Numbers(builder, a); break;
            case PrimitiveArray<uint> a: Numbers(builder, a); break;
            case PrimitiveArray<long> a: Numbers(builder, a); break;
            case PrimitiveArray<ulong> a: Numbers(builder, a); break;
            case PrimitiveArray<Half> a: Numbers(builder, a); break;
            case PrimitiveArray<float> a: Numbers(builder, a); break;
            case PrimitiveArray<double> a: Numbers(builder, a); break;
            case FixedSizeBinaryArray a when a.Type.Id is not ArrowTypeId.FixedSizeBinary: Decimals(builder, a); break;
            default: throw context.Refusal();
        }
        return builder.Build();
    }

    static void Numbers<T>(BinaryBuilder builder, PrimitiveArray<T> array) where T : unmanaged, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[NumberLength];
        ReadOnlySpan<T> values = array.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (array.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            values[i].TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
            builder.Append(text[..written]);
        }
    }

    static void Decimals(BinaryBuilder builder, FixedSizeBinaryArray array)
    {
        int scale = CastDecimal.Shape(array.Type).Scale;
        byte[] text = new byte[NumberLength + Math.Abs(scale)];
        for (int i = 0; i < array.Length; i++)
        {
            if (array.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            DecimalText.TryFormat(array.GetBytes(i), scale, text, out int written);
            builder.Append(text.AsSpan(0, written));
        }
    }

    static void Temporal<T>(CastContext context, BinaryBuilder builder, PrimitiveArray<T> array) where T : unmanaged, IBinaryInteger<T>
    {
        Span<byte> text = stackalloc byte[TemporalText.MaxLength];
        ReadOnlySpan<T> values = array.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (array.IsNull(i))
            {
                builder.AppendNull();
                continue;
            }
            long value = long.CreateTruncating(values[i]);
            int written;
            switch (array.Type)
            {
                case Time32Type or Time64Type:
                    long perSecond = TimeUnits.PerSecond(array.Type is Time32Type t32 ? t32.Unit : ((Time64Type)array.Type).Unit);
                    if (value < 0 || value >= 86_400 * perSecond)
                    {
                        context.Invalid(i, value, ArrowComputeError.InvalidValue);
                        builder.AppendNull();
                        continue;
                    }
                    written = TemporalText.FormatTime(value, perSecond, text);
                    break;
                case TimestampType t: written = TemporalText.FormatTimestamp(value, TimeUnits.PerSecond(t.Unit), t.TimeZone is not null, text); break;
                case { Id: ArrowTypeId.Date64 }: written = TemporalText.FormatDate((long)Math.Floor(value / 86_400_000m), text); break;
                default: written = TemporalText.FormatDate(value, text); break;
            }
            builder.Append(text[..written]);
        }
    }

    public static ArrowArray FromText(CastContext context)
    {
        switch (context.Target.Id)
        {
            case ArrowTypeId.Boolean: return Booleans(context);
            case ArrowTypeId.Int8: return Parse<sbyte>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.UInt8: return Parse<byte>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.Int16: return Parse<short>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.UInt16: return Parse<ushort>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.Int32: return Parse<int>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.UInt32: return Parse<uint>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.Int64: return Parse<long>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.UInt64: return Parse<ulong>(context, NumberStyles.AllowLeadingSign);
            case ArrowTypeId.Float16: return Parse<Half>(context, FloatStyle);
            case ArrowTypeId.Float32: return Parse<float>(context, FloatStyle);
            case ArrowTypeId.Float64: return Parse<double>(context, FloatStyle);
            case ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256: return ParseDecimals(context);
            case ArrowTypeId.Date32 or ArrowTypeId.Date64 or ArrowTypeId.Time32 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp: return ParseTemporal(context);
            default: throw context.Refusal();
        }
    }

    const NumberStyles FloatStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    static ArrowArray Parse<T>(CastContext context, NumberStyles style) where T : unmanaged, INumberBase<T>
    {
        ArrowBuffer buffer = context.AllocateValues();
        Span<T> target = buffer.MutableAs<T>();
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = T.Zero;
            if (context.Source.IsNull(i))
                continue;
            ReadOnlySpan<byte> text = Bytes(context.Source, i);
            if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out target[i]))
                context.InvalidText(i, text);
        }
        return context.Finish(buffer);
    }

    static ArrowArray ParseDecimals(CastContext context)
    {
        int scale = CastDecimal.Shape(context.Target).Scale;
        ArrowBuffer buffer = context.AllocateValues();
        buffer.MutableSpan.Clear();
        for (int i = 0; i < context.Length; i++)
        {
            if (context.Source.IsNull(i))
                continue;
            ReadOnlySpan<byte> text = Bytes(context.Source, i);
            if (!DecimalText.TryParse(text, scale, out BigInteger unscaled) || !CastDecimal.TryStore(context, buffer, i, unscaled))
                context.InvalidText(i, text);
        }
        return context.Finish(buffer);
    }

    static ArrowArray ParseTemporal(CastContext context)
    {
        ArrowBuffer buffer = context.AllocateValues();
        buffer.MutableSpan.Clear();
        for (int i = 0; i < context.Length; i++)
        {
            if (context.Source.IsNull(i))
                continue;
            ReadOnlySpan<byte> text = Bytes(context.Source, i);
            long value;
            bool parsed = context.Target switch
            {
                TimestampType t => TemporalText.TryParseTimestamp(text, TimeUnits.PerSecond(t.Unit), out value),
                Time32Type t => TemporalText.TryParseTime(text, TimeUnits.PerSecond(t.Unit), out value),
                Time64Type t => TemporalText.TryParseTime(text, TimeUnits.PerSecond(t.Unit), out value),
                _ => TemporalText.TryParseDate(text, out value),
            };
            if (!parsed)
                context.InvalidText(i, text);
            else if (context.Target.BitWidth == 32)
                buffer.MutableAs<int>()[i] = (int)value;
            else
                buffer.MutableAs<long>()[i] = context.Target.Id == ArrowTypeId.Date64 ? value * 86_400_000 : value;
        }
        return context.Finish(buffer);
    }

    static ArrowArray Booleans(CastContext context)
    {
        ArrowBuffer bits = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(context.Length));
        for (int i = 0; i < context.Length; i++)
        {
            if (context.Source.IsNull(i))
                continue;
            ReadOnlySpan<byte> text = Bytes(context.Source, i);
            if (System.Text.Ascii.EqualsIgnoreCase(text, "true"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "t"u8) || text.SequenceEqual("1"u8))
                BitUtility.Set(bits.MutableSpan, i);
            else if (!System.Text.Ascii.EqualsIgnoreCase(text, "false"u8) && !System.Text.Ascii.EqualsIgnoreCase(text, "f"u8) && !text.SequenceEqual("0"u8))
                context.InvalidText(i, text);
        }
        return context.Finish(bits);
    }
}
