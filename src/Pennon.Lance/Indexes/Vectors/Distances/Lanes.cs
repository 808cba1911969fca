using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>Arithmetic on one register of numbers, whatever its width.</summary>
/// <typeparam name="V">The register.</typeparam>
interface ILaneMath<V> where V : struct
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    /// <summary>a * b + c.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>Keeps the last <paramref name="kept"/> lanes and clears the others.</summary>
    static abstract V KeepLast(V a, int kept);

    /// <summary>The sum of the lanes, in the order that <see cref="Sum4"/> adds them.</summary>
    static abstract double Sum(V a);

    /// <summary>The sums of four registers, as single precision.</summary>
    static abstract Vector128<float> Sum4(V a, V b, V c, V d);
}

/// <summary>Reads a register of numbers from stored elements.</summary>
/// <typeparam name="T">What is stored.</typeparam>
/// <typeparam name="V">The register.</typeparam>
interface ILaneLoad<T, V> where T : unmanaged where V : struct
{
    static abstract V Load(ref T source, nuint index);
}

/// <summary>Masks that keep the last lanes of a register.</summary>
static class LaneMasks
{
    const int Widest = 64;

    static ReadOnlySpan<byte> Bytes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    /// <summary>The first byte of a mask of <paramref name="width"/> bytes whose last <paramref name="kept"/> are ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte At(int width, int kept) => ref Unsafe.Add(ref MemoryMarshal.GetReference(Bytes), Widest - (width - kept));
}
