using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Sums of table entries for 64 rows of transposed product codes at a time, compared with a limit: look-ups are shuffles of registers.
/// </summary>
static unsafe class ProductScan
{
    /// <summary>Rows per step.</summary>
    public const int Rows = 64;

    /// <summary>Whether 8-bit codes can be scanned this way; 4-bit codes always can.</summary>
    public static bool HasBytes => Avx512Vbmi.IsSupported;

    /// <summary>Finds which of 64 rows have a sum of entries within a limit.</summary>
    /// <param name="codes">The codes of the first row; byte j of row i is at <c>j * stride + i</c>.</param>
    /// <param name="stride">Rows of the transposed block.</param>
    /// <param name="bytes">Bytes per row.</param>
    /// <param name="entries">For each byte a table of 256 entries.</param>
    /// <param name="limit">The largest sum wanted.</param>
    /// <returns>A bit per row.</returns>
    public static ulong Bytes(byte* codes, nint stride, int bytes, byte* entries, ushort limit)
    {
        var even = Vector512<ushort>.Zero;
        var odd = Vector512<ushort>.Zero;
        for (var j = 0; j < bytes; j++, entries += 256, codes += stride)
        {
            var code = Vector512.Load(codes);
            var low = Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(entries), code, Vector512.Load(entries + 64));
            var high = Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(entries + 128), code, Vector512.Load(entries + 192));
            // The top bit of the code chooses the half of the table.
            var found = Vector512.ConditionalSelect(Vector512.LessThan(code.AsSByte(), Vector512<sbyte>.Zero).AsByte(), high, low);
            Add(found, ref even, ref odd);
        }
        return Mask(even, odd, limit);
    }

    /// <summary>Finds which of 256 rows, in four groups of 64, have a sum of entries within a limit; see <see cref="Bytes"/>.</summary>
    public static void BytesOfFour(byte* codes, nint stride, int bytes, byte* entries, ushort limit, ulong* masks)
    {
        var e0 = Vector512<ushort>.Zero;
        var e1 = e0;
        var e2 = e0;
        var e3 = e0;
        var o0 = e0;
        var o1 = e0;
        var o2 = e0;
        var o3 = e0;
        for (var j = 0; j < bytes; j++, entries += 256, codes += stride)
        {
            var t0 = Vector512.Load(entries);
            var t1 = Vector512.Load(entries + 64);
            var t2 = Vector512.Load(entries + 128);
            var t3 = Vector512.Load(entries + 192);
            Add(LookUp(t0, t1, t2, t3, Vector512.Load(codes)), ref e0, ref o0);
            Add(LookUp(t0, t1, t2, t3, Vector512.Load(codes + Rows)), ref e1, ref o1);
            Add(LookUp(t0, t1, t2, t3, Vector512.Load(codes + 2 * Rows)), ref e2, ref o2);
            Add(LookUp(t0, t1, t2, t3, Vector512.Load(codes + 3 * Rows)), ref e3, ref o3);
        }
        masks[0] = Mask(e0, o0, limit);
        masks[1] = Mask(e1, o1, limit);
        masks[2] = Mask(e2, o2, limit);
        masks[3] = Mask(e3, o3, limit);
    }

    /// <summary>As <see cref="Bytes"/> for codes of 4 bits: for each byte two tables of 16 entries, that of the low half first.</summary>
    public static ulong Nibbles(byte* codes, nint stride, int bytes, byte* entries, ushort limit)
    {
        var even = Vector512<ushort>.Zero;
        var odd = Vector512<ushort>.Zero;
        for (var j = 0; j < bytes; j++, entries += 32, codes += stride)
        {
            var code = Vector512.Load(codes);
            Add(Pick(Vector128.Load(entries), code & Vector512.Create((byte)15)), ref even, ref odd);
            Add(Pick(Vector128.Load(entries + 16), code >>> 4), ref even, ref odd);
        }
        return Mask(even, odd, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> LookUp(Vector512<byte> t0, Vector512<byte> t1, Vector512<byte> t2, Vector512<byte> t3, Vector512<byte> code) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(code.AsSByte(), Vector512<sbyte>.Zero).AsByte(),
            Avx512Vbmi.PermuteVar64x8x2(t2, code, t3),
            Avx512Vbmi.PermuteVar64x8x2(t0, code, t1));

    /// <summary>The entries of a table of 16 at indices of 0 to 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Pick(Vector128<byte> table, Vector512<byte> indices)
    {
        if (Avx512BW.IsSupported)
            return Avx512BW.Shuffle(Vector512.Create(table), indices);
        return Vector512.Create(Pick(table, indices.GetLower()), Pick(table, indices.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Pick(Vector128<byte> table, Vector256<byte> indices)
    {
        if (Avx2.IsSupported)
            return Avx2.Shuffle(Vector256.Create(table), indices);
        return Vector256.Create(Vector128.ShuffleNative(table, indices.GetLower()), Vector128.ShuffleNative(table, indices.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(Vector512<byte> entries, ref Vector512<ushort> even, ref Vector512<ushort> odd)
    {
        var pairs = entries.AsUInt16();
        even = Vector512.AddSaturate(even, pairs & Vector512.Create((ushort)0xFF));
        odd = Vector512.AddSaturate(odd, pairs >>> 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Mask(Vector512<ushort> even, Vector512<ushort> odd, ushort limit)
    {
        var most = Vector512.Create(limit);
        return Spread(Vector512.LessThanOrEqual(even, most).ExtractMostSignificantBits())
            | (Spread(Vector512.LessThanOrEqual(odd, most).ExtractMostSignificantBits()) << 1);
    }

    /// <summary>Moves bit i to bit 2i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Spread(ulong bits)
    {
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.ParallelBitDeposit(bits, 0x5555_5555_5555_5555);
        bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
        return (bits | (bits << 1)) & 0x5555_5555_5555_5555;
    }
}
