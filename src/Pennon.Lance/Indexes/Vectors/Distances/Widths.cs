using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>Runs a kernel with the widest registers that the machine has and that the vectors fill; shorter vectors go element by element.</summary>
abstract class Widths<TQuery, TRow, V1, M1, V2, M2, V3, M3, TStep>
    where TQuery : unmanaged, INumberBase<TQuery>
    where TRow : unmanaged, INumberBase<TRow>
    where V1 : struct
    where V2 : struct
    where V3 : struct
    where M1 : struct, ILaneMath<V1>, ILaneLoad<TQuery, V1>, ILaneLoad<TRow, V1>
    where M2 : struct, ILaneMath<V2>, ILaneLoad<TQuery, V2>, ILaneLoad<TRow, V2>
    where M3 : struct, ILaneMath<V3>, ILaneLoad<TQuery, V3>, ILaneLoad<TRow, V3>
    where TStep : struct, ILaneStep
{
    public static double Pair(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> row)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var r = ref MemoryMarshal.GetReference(row);
        var length = query.Length;
        if (Vector512.IsHardwareAccelerated && length >= M3.Count)
            return LaneKernel<TQuery, TRow, V3, M3, M3, M3, TStep>.Pair(ref q, ref r, length);
        if (Vector256.IsHardwareAccelerated && length >= M2.Count)
            return LaneKernel<TQuery, TRow, V2, M2, M2, M2, TStep>.Pair(ref q, ref r, length);
        if (length >= M1.Count)
            return LaneKernel<TQuery, TRow, V1, M1, M1, M1, TStep>.Pair(ref q, ref r, length);
        return Scalar(ref q, ref r, length);
    }

    public static void Rows(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, Span<float> sums)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var r = ref MemoryMarshal.GetReference(rows);
        var length = query.Length;
        if (Vector512.IsHardwareAccelerated && length >= M3.Count)
        {
            LaneKernel<TQuery, TRow, V3, M3, M3, M3, TStep>.Rows(ref q, ref r, length, sums);
        }
        else if (Vector256.IsHardwareAccelerated && length >= M2.Count)
        {
            LaneKernel<TQuery, TRow, V2, M2, M2, M2, TStep>.Rows(ref q, ref r, length, sums);
        }
        else if (length >= M1.Count)
        {
            LaneKernel<TQuery, TRow, V1, M1, M1, M1, TStep>.Rows(ref q, ref r, length, sums);
        }
        else
        {
            for (var i = 0; i < sums.Length; i++)
                sums[i] = (float)Scalar(ref q, ref Unsafe.Add(ref r, (nint)i * length), length);
        }
    }

    public static void Picked(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, ReadOnlySpan<int> numbers, Span<float> sums)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var r = ref MemoryMarshal.GetReference(rows);
        var length = query.Length;
        if (Vector512.IsHardwareAccelerated && length >= M3.Count)
        {
            LaneKernel<TQuery, TRow, V3, M3, M3, M3, TStep>.Picked(ref q, ref r, length, numbers, sums);
        }
        else if (Vector256.IsHardwareAccelerated && length >= M2.Count)
        {
            LaneKernel<TQuery, TRow, V2, M2, M2, M2, TStep>.Picked(ref q, ref r, length, numbers, sums);
        }
        else if (length >= M1.Count)
        {
            LaneKernel<TQuery, TRow, V1, M1, M1, M1, TStep>.Picked(ref q, ref r, length, numbers, sums);
        }
        else
        {
            for (var i = 0; i < numbers.Length; i++)
                sums[i] = (float)Scalar(ref q, ref Unsafe.Add(ref r, (nint)numbers[i] * length), length);
        }
    }

    public static void Queries(ReadOnlySpan<TQuery> queries, int length, ReadOnlySpan<TRow> rows, Span<float> sums)
    {
        var count = queries.Length / length;
        var rowCount = rows.Length / length;
        var at = 0;
        ref var r = ref MemoryMarshal.GetReference(rows);
        for (; at + 4 <= count && length >= M1.Count; at += 4)
        {
            ref var q = ref Unsafe.Add(ref MemoryMarshal.GetReference(queries), (nint)at * length);
            ref var s = ref sums[at * rowCount];
            if (Vector512.IsHardwareAccelerated && length >= M3.Count)
                LaneKernel<TQuery, TRow, V3, M3, M3, M3, TStep>.FourQueries(ref q, ref r, length, rowCount, ref s);
            else if (Vector256.IsHardwareAccelerated && length >= M2.Count)
                LaneKernel<TQuery, TRow, V2, M2, M2, M2, TStep>.FourQueries(ref q, ref r, length, rowCount, ref s);
            else
                LaneKernel<TQuery, TRow, V1, M1, M1, M1, TStep>.FourQueries(ref q, ref r, length, rowCount, ref s);
        }
        for (; at < count; at++)
            Rows(queries.Slice(at * length, length), rows, sums.Slice(at * rowCount, rowCount));
    }

    static double Scalar(ref TQuery query, ref TRow row, int length)
    {
        var sum = 0.0;
        for (var i = 0; i < length; i++)
            sum += TStep.Step(double.CreateTruncating(Unsafe.Add(ref query, i)), double.CreateTruncating(Unsafe.Add(ref row, i)));
        return sum;
    }
}
