using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>
/// The kernels by what is stored. Rows of single and half precision and of bytes are compared with a query in single precision,
/// rows of double precision in double, bytes with bytes in whole numbers unless they are very long. Which of them runs is known when the code is compiled.
/// </summary>
static class Kernels<TStep> where TStep : struct, ILaneStep
{
    sealed class SingleSingle : Widths<float, float, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class SingleHalf : Widths<float, Half, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class SingleSByte : Widths<float, sbyte, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class SingleByte : Widths<float, byte, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class HalfHalf : Widths<Half, Half, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class DoubleDouble : Widths<double, double, Vector128<double>, Double128, Vector256<double>, Double256, Vector512<double>, Double512, TStep>;

    sealed class SByteSByte : Widths<sbyte, sbyte, Vector128<int>, Short128, Vector256<int>, Short256, Vector512<int>, Short512, TStep>;

    sealed class ByteByte : Widths<byte, byte, Vector128<int>, Short128, Vector256<int>, Short256, Vector512<int>, Short512, TStep>;

    sealed class LongSByteSByte : Widths<sbyte, sbyte, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    sealed class LongByteByte : Widths<byte, byte, Vector128<float>, Float128, Vector256<float>, Float256, Vector512<float>, Float512, TStep>;

    public static double Pair<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) == typeof(float))
            return SingleSingle.Pair(As<T, float>(a), As<T, float>(b));
        if (typeof(T) == typeof(Half))
            return HalfHalf.Pair(As<T, Half>(a), As<T, Half>(b));
        if (typeof(T) == typeof(double))
            return DoubleDouble.Pair(As<T, double>(a), As<T, double>(b));
        if (typeof(T) == typeof(sbyte))
            return a.Length > ShortLanes.MaximumLength
                ? LongSByteSByte.Pair(As<T, sbyte>(a), As<T, sbyte>(b))
                : SByteSByte.Pair(As<T, sbyte>(a), As<T, sbyte>(b));
        if (typeof(T) == typeof(byte))
            return a.Length > ShortLanes.MaximumLength
                ? LongByteByte.Pair(As<T, byte>(a), As<T, byte>(b))
                : ByteByte.Pair(As<T, byte>(a), As<T, byte>(b));
        throw Unknown(typeof(T), typeof(T));
    }

    public static void Rows<TQuery, TRow>(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, Span<float> sums)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(float))
        {
            SingleSingle.Rows(As<TQuery, float>(query), As<TRow, float>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(Half))
        {
            SingleHalf.Rows(As<TQuery, float>(query), As<TRow, Half>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(sbyte))
        {
            SingleSByte.Rows(As<TQuery, float>(query), As<TRow, sbyte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(byte))
        {
            SingleByte.Rows(As<TQuery, float>(query), As<TRow, byte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(Half) && typeof(TRow) == typeof(Half))
        {
            HalfHalf.Rows(As<TQuery, Half>(query), As<TRow, Half>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(double) && typeof(TRow) == typeof(double))
        {
            DoubleDouble.Rows(As<TQuery, double>(query), As<TRow, double>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(sbyte) && typeof(TRow) == typeof(sbyte))
        {
            if (query.Length > ShortLanes.MaximumLength)
                LongSByteSByte.Rows(As<TQuery, sbyte>(query), As<TRow, sbyte>(rows), sums);
            else
                SByteSByte.Rows(As<TQuery, sbyte>(query), As<TRow, sbyte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(byte) && typeof(TRow) == typeof(byte))
        {
            if (query.Length > ShortLanes.MaximumLength)
                LongByteByte.Rows(As<TQuery, byte>(query), As<TRow, byte>(rows), sums);
            else
                ByteByte.Rows(As<TQuery, byte>(query), As<TRow, byte>(rows), sums);
            return;
        }
        throw Unknown(typeof(TQuery), typeof(TRow));
    }

    public static void Picked<TQuery, TRow>(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, ReadOnlySpan<int> numbers, Span<float> sums)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(float))
        {
            SingleSingle.Picked(As<TQuery, float>(query), As<TRow, float>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(Half))
        {
            SingleHalf.Picked(As<TQuery, float>(query), As<TRow, Half>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(sbyte))
        {
            SingleSByte.Picked(As<TQuery, float>(query), As<TRow, sbyte>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(byte))
        {
            SingleByte.Picked(As<TQuery, float>(query), As<TRow, byte>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(Half) && typeof(TRow) == typeof(Half))
        {
            HalfHalf.Picked(As<TQuery, Half>(query), As<TRow, Half>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(double) && typeof(TRow) == typeof(double))
        {
            DoubleDouble.Picked(As<TQuery, double>(query), As<TRow, double>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(sbyte) && typeof(TRow) == typeof(sbyte))
        {
            if (query.Length > ShortLanes.MaximumLength)
                LongSByteSByte.Picked(As<TQuery, sbyte>(query), As<TRow, sbyte>(rows), numbers, sums);
            else
                SByteSByte.Picked(As<TQuery, sbyte>(query), As<TRow, sbyte>(rows), numbers, sums);
            return;
        }
        if (typeof(TQuery) == typeof(byte) && typeof(TRow) == typeof(byte))
        {
            if (query.Length > ShortLanes.MaximumLength)
                LongByteByte.Picked(As<TQuery, byte>(query), As<TRow, byte>(rows), numbers, sums);
            else
                ByteByte.Picked(As<TQuery, byte>(query), As<TRow, byte>(rows), numbers, sums);
            return;
        }
        throw Unknown(typeof(TQuery), typeof(TRow));
    }

    public static void Queries<TQuery, TRow>(ReadOnlySpan<TQuery> queries, int length, ReadOnlySpan<TRow> rows, Span<float> sums)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(float))
        {
            SingleSingle.Queries(As<TQuery, float>(queries), length, As<TRow, float>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(Half))
        {
            SingleHalf.Queries(As<TQuery, float>(queries), length, As<TRow, Half>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(sbyte))
        {
            SingleSByte.Queries(As<TQuery, float>(queries), length, As<TRow, sbyte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(float) && typeof(TRow) == typeof(byte))
        {
            SingleByte.Queries(As<TQuery, float>(queries), length, As<TRow, byte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(Half) && typeof(TRow) == typeof(Half))
        {
            HalfHalf.Queries(As<TQuery, Half>(queries), length, As<TRow, Half>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(double) && typeof(TRow) == typeof(double))
        {
            DoubleDouble.Queries(As<TQuery, double>(queries), length, As<TRow, double>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(sbyte) && typeof(TRow) == typeof(sbyte))
        {
            if (length > ShortLanes.MaximumLength)
                LongSByteSByte.Queries(As<TQuery, sbyte>(queries), length, As<TRow, sbyte>(rows), sums);
            else
                SByteSByte.Queries(As<TQuery, sbyte>(queries), length, As<TRow, sbyte>(rows), sums);
            return;
        }
        if (typeof(TQuery) == typeof(byte) && typeof(TRow) == typeof(byte))
        {
            if (length > ShortLanes.MaximumLength)
                LongByteByte.Queries(As<TQuery, byte>(queries), length, As<TRow, byte>(rows), sums);
            else
                ByteByte.Queries(As<TQuery, byte>(queries), length, As<TRow, byte>(rows), sums);
            return;
        }
        throw Unknown(typeof(TQuery), typeof(TRow));
    }

    static ReadOnlySpan<TTo> As<TFrom, TTo>(ReadOnlySpan<TFrom> span) where TFrom : unmanaged where TTo : unmanaged =>
        MemoryMarshal.Cast<TFrom, TTo>(span);

    static NotSupportedException Unknown(Type query, Type row) => new($"There is no kernel for {query.Name} against {row.Name}.");
}
