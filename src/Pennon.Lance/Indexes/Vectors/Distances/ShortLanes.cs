using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>What the kernels for bytes can hold.</summary>
static class ShortLanes
{
    /// <summary>The longest vector whose sum stays within 32 bits: a product or squared difference is at most 255 * 255.</summary>
    public const int MaximumLength = int.MaxValue / (255 * 255);
}

/// <summary>
/// Bytes, signed or not, widened to 16 bits; products are added in pairs to 32-bit sums. Exact for vectors of up to
/// <see cref="ShortLanes.MaximumLength"/> elements.
/// </summary>
readonly struct Short128 : ILaneMath<Vector128<int>>, ILaneLoad<sbyte, Vector128<int>>, ILaneLoad<byte, Vector128<int>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref sbyte source, nuint index) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref source, index)))).AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref byte source, nuint index) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, index))).AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Subtract(Vector128<int> a, Vector128<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> a, Vector128<int> b, Vector128<int> c)
    {
        if (Sse2.IsSupported)
            return Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
        var (a0, a1) = Vector128.Widen(a.AsInt16());
        var (b0, b1) = Vector128.Widen(b.AsInt16());
        return a0 * b0 + a1 * b1 + c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> KeepLast(Vector128<int> a, int kept) => a & Vector128.LoadUnsafe(ref LaneMasks.At(16, 2 * kept)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector128<int> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d)
    {
        var sums = Ssse3.IsSupported
            ? Ssse3.HorizontalAdd(Ssse3.HorizontalAdd(a, b), Ssse3.HorizontalAdd(c, d))
            : Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));
        return Vector128.ConvertToSingle(sums);
    }
}

/// <summary>
/// Bytes, signed or not, widened to 16 bits; products are added in pairs to 32-bit sums. Exact for vectors of up to
/// <see cref="ShortLanes.MaximumLength"/> elements.
/// </summary>
readonly struct Short256 : ILaneMath<Vector256<int>>, ILaneLoad<sbyte, Vector256<int>>, ILaneLoad<byte, Vector256<int>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref sbyte source, nuint index)
    {
        var bytes = Vector128.LoadUnsafe(ref source, index);
        return Avx2.IsSupported
            ? Avx2.ConvertToVector256Int16(bytes).AsInt32()
            : Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref byte source, nuint index)
    {
        var bytes = Vector128.LoadUnsafe(ref source, index);
        return Avx2.IsSupported
            ? Avx2.ConvertToVector256Int16(bytes).AsInt32()
            : Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> a, Vector256<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> a, Vector256<int> b, Vector256<int> c)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
        var (a0, a1) = Vector256.Widen(a.AsInt16());
        var (b0, b1) = Vector256.Widen(b.AsInt16());
        return a0 * b0 + a1 * b1 + c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> KeepLast(Vector256<int> a, int kept) => a & Vector256.LoadUnsafe(ref LaneMasks.At(32, 2 * kept)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<int> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) => Short128.Sum4(
        a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
}

/// <summary>
/// Bytes, signed or not, widened to 16 bits; products are added in pairs to 32-bit sums. Exact for vectors of up to
/// <see cref="ShortLanes.MaximumLength"/> elements.
/// </summary>
readonly struct Short512 : ILaneMath<Vector512<int>>, ILaneLoad<sbyte, Vector512<int>>, ILaneLoad<byte, Vector512<int>>
{
    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref sbyte source, nuint index)
    {
        var bytes = Vector256.LoadUnsafe(ref source, index);
        return Avx512BW.IsSupported
            ? Avx512BW.ConvertToVector512Int16(bytes).AsInt32()
            : Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref byte source, nuint index)
    {
        var bytes = Vector256.LoadUnsafe(ref source, index);
        return Avx512BW.IsSupported
            ? Avx512BW.ConvertToVector512Int16(bytes).AsInt32()
            : Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> a, Vector512<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> a, Vector512<int> b, Vector512<int> c)
    {
        if (Avx512BW.IsSupported)
            return Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
        var (a0, a1) = Vector512.Widen(a.AsInt16());
        var (b0, b1) = Vector512.Widen(b.AsInt16());
        return a0 * b0 + a1 * b1 + c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> KeepLast(Vector512<int> a, int kept) => a & Vector512.LoadUnsafe(ref LaneMasks.At(64, 2 * kept)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<int> a) => Vector512.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum4(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) => Short256.Sum4(
        a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
}
