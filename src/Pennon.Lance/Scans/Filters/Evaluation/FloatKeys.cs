using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Integers in the total order of floats: one zero, and one NaN above everything.</summary>
static class FloatKeys
{
    public static ArrowArray Of(ArrowArray array)
    {
        switch (array)
        {
            case PrimitiveArray<double> doubles:
                {
                    var keys = Allocate<long>(array, out var buffer);
                    var values = MemoryMarshal.Cast<double, long>(doubles.Values);
                    for (var i = 0; i < keys.Length; i++)
                        keys[i] = Key(values[i]);
                    return Wrap<long>(array, ArrowType.Int64, buffer);
                }
            case PrimitiveArray<float> floats:
                {
                    var keys = Allocate<int>(array, out var buffer);
                    var values = MemoryMarshal.Cast<float, int>(floats.Values);
                    for (var i = 0; i < keys.Length; i++)
                        keys[i] = Key(values[i]);
                    return Wrap<int>(array, ArrowType.Int32, buffer);
                }
            case PrimitiveArray<Half> halves:
                {
                    var keys = Allocate<int>(array, out var buffer);
                    for (var i = 0; i < keys.Length; i++)
                        keys[i] = Key(BitConverter.SingleToInt32Bits((float)halves.Values[i]));
                    return Wrap<int>(array, ArrowType.Int32, buffer);
                }
            default:
                throw new InvalidOperationException($"{array.Type} is no floating-point type.");
        }
    }

    public static long Key(long bits)
    {
        var magnitude = bits & long.MaxValue;
        return magnitude > 0x7FF0_0000_0000_0000 ? long.MaxValue : bits < 0 ? -magnitude : magnitude;
    }

    public static int Key(int bits)
    {
        var magnitude = bits & int.MaxValue;
        return magnitude > 0x7F80_0000 ? int.MaxValue : bits < 0 ? -magnitude : magnitude;
    }

    static Span<T> Allocate<T>(ArrowArray array, out ArrowBuffer buffer)
        where T : unmanaged
    {
        // One validity bitmap serves both arrays, so the keys keep the offset of the floats.
        buffer = ArrowAllocator.Default.Allocate((array.Offset + array.Length) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        var all = buffer.MutableAs<T>();
        all[..array.Offset].Clear();
        return all[array.Offset..];
    }

    static PrimitiveArray<T> Wrap<T>(ArrowArray array, ArrowType type, ArrowBuffer buffer)
        where T : unmanaged =>
        new(type, array.Length, array.NullCount, array.Offset, array.Validity, buffer);
}
