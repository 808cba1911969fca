using System.Runtime.Intrinsics;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>The rungs of the SIMD ladder. Every kernel gives the same bits on every rung; the scalar one is the oracle.</summary>
internal enum SimdLevel
{
    Scalar = 0,
    Vector128 = 128,
    Vector256 = 256,
    Vector512 = 512,
}

/// <summary>
/// Chooses the rung once per process: the widest that the hardware accelerates, unless the environment variable
/// <c>PENNON_SIMD</c> (0, 128, 256 or 512) caps it. Tests pass rungs explicitly instead.
/// </summary>
internal static class Simd
{
    /// <summary>A static readonly, so that the JIT folds the choice away once the code is hot.</summary>
    public static readonly SimdLevel Level = Choose();

    static SimdLevel Choose()
    {
        int cap = int.TryParse(Environment.GetEnvironmentVariable("PENNON_SIMD"), out int requested) ? requested : 512;
        if (cap >= 512 && Vector512.IsHardwareAccelerated)
            return SimdLevel.Vector512;
        if (cap >= 256 && Vector256.IsHardwareAccelerated)
            return SimdLevel.Vector256;
        return cap >= 128 && Vector128.IsHardwareAccelerated ? SimdLevel.Vector128 : SimdLevel.Scalar;
    }
}
