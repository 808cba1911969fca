using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>
/// Half precision to single precision in registers. Shifting exponent and fraction into place leaves a number that is 2^112 too
/// small, subnormal halves included, so that one multiplication gives them all their value; infinities and NaN then get the
/// largest exponent back.
/// </summary>
static class HalfLanes
{
    const uint Magnitude = 0x7fff;
    const uint Sign = 0x8000;
    const uint NotFinite = 0x7c00;
    const uint LargestExponent = 0x7f800000;
    const int Shift = 13;
    const uint Scale = (127 + 112) << 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Widen(Vector128<uint> halves)
    {
        var magnitude = halves & Vector128.Create(Magnitude);
        var value = ((magnitude << Shift).AsSingle() * Vector128.Create(Scale).AsSingle()).AsUInt32();
        var special = Vector128.GreaterThanOrEqual(magnitude.AsInt32(), Vector128.Create((int)NotFinite)).AsUInt32() & Vector128.Create(LargestExponent);
        return (value | special | ((halves & Vector128.Create(Sign)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen(Vector256<uint> halves)
    {
        var magnitude = halves & Vector256.Create(Magnitude);
        var value = ((magnitude << Shift).AsSingle() * Vector256.Create(Scale).AsSingle()).AsUInt32();
        var special = Vector256.GreaterThanOrEqual(magnitude.AsInt32(), Vector256.Create((int)NotFinite)).AsUInt32() & Vector256.Create(LargestExponent);
        return (value | special | ((halves & Vector256.Create(Sign)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(Vector512<uint> halves)
    {
        var magnitude = halves & Vector512.Create(Magnitude);
        var value = ((magnitude << Shift).AsSingle() * Vector512.Create(Scale).AsSingle()).AsUInt32();
        var special = Vector512.GreaterThanOrEqual(magnitude.AsInt32(), Vector512.Create((int)NotFinite)).AsUInt32() & Vector512.Create(LargestExponent);
        return (value | special | ((halves & Vector512.Create(Sign)) << 16)).AsSingle();
    }
}
