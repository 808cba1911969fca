using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>What is summed over the elements of two vectors.</summary>
interface ILaneStep
{
    static abstract V Step<V, TMath>(V query, V row, V sum) where V : struct where TMath : struct, ILaneMath<V>;

    static abstract double Step(double query, double row);
}

/// <summary>The square of the difference.</summary>
readonly struct SquaredDifference : ILaneStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V, TMath>(V query, V row, V sum) where V : struct where TMath : struct, ILaneMath<V>
    {
        var difference = TMath.Subtract(query, row);
        return TMath.MultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Step(double query, double row) => (query - row) * (query - row);
}

/// <summary>The product.</summary>
readonly struct Product : ILaneStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V, TMath>(V query, V row, V sum) where V : struct where TMath : struct, ILaneMath<V> =>
        TMath.MultiplyAdd(query, row, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Step(double query, double row) => query * row;
}

/// <summary>
/// The loops of the distances, for one register width: vectors must be at least as long as a register. What is left over after
/// whole registers is read by one register that ends with the vector, its other lanes cleared on both sides.
/// </summary>
/// <remarks>Every loop but <see cref="Pair"/> adds in the same order, so that a row has one distance wherever it is met.</remarks>
static class LaneKernel<TQuery, TRow, V, TMath, TQueryLoad, TRowLoad, TStep>
    where TQuery : unmanaged
    where TRow : unmanaged
    where V : struct
    where TMath : struct, ILaneMath<V>
    where TQueryLoad : struct, ILaneLoad<TQuery, V>
    where TRowLoad : struct, ILaneLoad<TRow, V>
    where TStep : struct, ILaneStep
{
    /// <summary>One pair of long vectors, with four sums so that additions need not wait for each other.</summary>
    public static double Pair(ref TQuery query, ref TRow row, int length)
    {
        var width = (nuint)TMath.Count;
        var end = (nuint)length;
        V a = default, b = default, c = default, d = default;
        nuint i = 0;
        for (; i + 4 * width <= end; i += 4 * width)
        {
            a = Step(ref query, ref row, i, a);
            b = Step(ref query, ref row, i + width, b);
            c = Step(ref query, ref row, i + 2 * width, c);
            d = Step(ref query, ref row, i + 3 * width, d);
        }
        for (; i + width <= end; i += width)
            a = Step(ref query, ref row, i, a);
        if (i < end)
            b = Last(ref query, ref row, length, (int)(end - i), b);
        return TMath.Sum(TMath.Add(TMath.Add(a, b), TMath.Add(c, d)));
    }

    /// <summary>One row, added as <see cref="Four"/> adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double One(ref TQuery query, ref TRow row, int length)
    {
        var width = (nuint)TMath.Count;
        var end = (nuint)length;
        V sum = default;
        nuint i = 0;
        for (; i + width <= end; i += width)
            sum = Step(ref query, ref row, i, sum);
        if (i < end)
            sum = Last(ref query, ref row, length, (int)(end - i), sum);
        return TMath.Sum(sum);
    }

    /// <summary>Four rows at any places, sharing the loads of the query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Four(ref TQuery query, ref TRow row0, ref TRow row1, ref TRow row2, ref TRow row3, int length)
    {
        var width = (nuint)TMath.Count;
        var end = (nuint)length;
        V a = default, b = default, c = default, d = default;
        nuint i = 0;
        for (; i + width <= end; i += width)
        {
            var q = TQueryLoad.Load(ref query, i);
            a = TStep.Step<V, TMath>(q, TRowLoad.Load(ref row0, i), a);
            b = TStep.Step<V, TMath>(q, TRowLoad.Load(ref row1, i), b);
            c = TStep.Step<V, TMath>(q, TRowLoad.Load(ref row2, i), c);
            d = TStep.Step<V, TMath>(q, TRowLoad.Load(ref row3, i), d);
        }
        if (i < end)
        {
            var rest = (int)(end - i);
            a = Last(ref query, ref row0, length, rest, a);
            b = Last(ref query, ref row1, length, rest, b);
            c = Last(ref query, ref row2, length, rest, c);
            d = Last(ref query, ref row3, length, rest, d);
        }
        return TMath.Sum4(a, b, c, d);
    }

    /// <summary>Rows one after the other.</summary>
    public static void Rows(ref TQuery query, ref TRow rows, int length, Span<float> sums)
    {
        ref var row = ref rows;
        var stride = (nuint)length;
        var r = 0;
        for (; r + 4 <= sums.Length; r += 4)
        {
            var four = Four(ref query, ref row, ref Unsafe.Add(ref row, stride), ref Unsafe.Add(ref row, 2 * stride),
                ref Unsafe.Add(ref row, 3 * stride), length);
            four.StoreUnsafe(ref sums[r]);
            row = ref Unsafe.Add(ref row, 4 * stride);
        }
        for (; r < sums.Length; r++)
        {
            sums[r] = (float)One(ref query, ref row, length);
            row = ref Unsafe.Add(ref row, stride);
        }
    }

    /// <summary>Rows picked by number; the caller has checked the numbers.</summary>
    public static void Picked(ref TQuery query, ref TRow rows, int length, ReadOnlySpan<int> numbers, Span<float> sums)
    {
        var stride = (nuint)length;
        var r = 0;
        for (; r + 4 <= numbers.Length; r += 4)
        {
            var four = Four(ref query,
                ref Unsafe.Add(ref rows, (nuint)numbers[r] * stride), ref Unsafe.Add(ref rows, (nuint)numbers[r + 1] * stride),
                ref Unsafe.Add(ref rows, (nuint)numbers[r + 2] * stride), ref Unsafe.Add(ref rows, (nuint)numbers[r + 3] * stride), length);
            four.StoreUnsafe(ref sums[r]);
        }
        for (; r < numbers.Length; r++)
            sums[r] = (float)One(ref query, ref Unsafe.Add(ref rows, (nuint)numbers[r] * stride), length);
    }

    /// <summary>Four queries, one after the other, against each row, which is loaded once; query q of row r at [q * count + r].</summary>
    public static void FourQueries(ref TQuery queries, ref TRow rows, int length, int count, ref float sums)
    {
        var width = (nuint)TMath.Count;
        var end = (nuint)length;
        ref var q0 = ref queries;
        ref var q1 = ref Unsafe.Add(ref queries, end);
        ref var q2 = ref Unsafe.Add(ref queries, 2 * end);
        ref var q3 = ref Unsafe.Add(ref queries, 3 * end);
        ref var row = ref rows;
        for (var r = 0; r < count; r++)
        {
            V a = default, b = default, c = default, d = default;
            nuint i = 0;
            for (; i + width <= end; i += width)
            {
                var x = TRowLoad.Load(ref row, i);
                a = TStep.Step<V, TMath>(TQueryLoad.Load(ref q0, i), x, a);
                b = TStep.Step<V, TMath>(TQueryLoad.Load(ref q1, i), x, b);
                c = TStep.Step<V, TMath>(TQueryLoad.Load(ref q2, i), x, c);
                d = TStep.Step<V, TMath>(TQueryLoad.Load(ref q3, i), x, d);
            }
            if (i < end)
            {
                var rest = (int)(end - i);
                a = Last(ref q0, ref row, length, rest, a);
                b = Last(ref q1, ref row, length, rest, b);
                c = Last(ref q2, ref row, length, rest, c);
                d = Last(ref q3, ref row, length, rest, d);
            }
            var four = TMath.Sum4(a, b, c, d);
            Unsafe.Add(ref sums, r) = four[0];
            Unsafe.Add(ref sums, count + r) = four[1];
            Unsafe.Add(ref sums, 2 * (nint)count + r) = four[2];
            Unsafe.Add(ref sums, 3 * (nint)count + r) = four[3];
            row = ref Unsafe.Add(ref row, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Step(ref TQuery query, ref TRow row, nuint at, V sum) =>
        TStep.Step<V, TMath>(TQueryLoad.Load(ref query, at), TRowLoad.Load(ref row, at), sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Last(ref TQuery query, ref TRow row, int length, int rest, V sum)
    {
        var at = (nuint)(length - TMath.Count);
        return TStep.Step<V, TMath>(
            TMath.KeepLast(TQueryLoad.Load(ref query, at), rest), TMath.KeepLast(TRowLoad.Load(ref row, at), rest), sum);
    }
}
