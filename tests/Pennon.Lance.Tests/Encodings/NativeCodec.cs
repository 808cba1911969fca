using System.Runtime.InteropServices;

namespace Pennon.Lance.Tests.Encodings;

/// <summary>The reference implementations of zstd and LZ4, where the machine has them.</summary>
internal static unsafe class NativeCodec
{
    public static byte[] ZstdCompress(ReadOnlySpan<byte> data, int level)
    {
        var library = Load("libzstd.so.1", "libzstd");
        var bound = (delegate* unmanaged<nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compressBound");
        var compress = (delegate* unmanaged<byte*, nuint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_compress");
        byte[] target = new byte[bound((nuint)data.Length)];
        fixed (byte* to = target)
        fixed (byte* from = data)
        {
            return target[..(int)compress(to, (nuint)target.Length, from, (nuint)data.Length, level)];
        }
    }

    public static byte[] Lz4Compress(ReadOnlySpan<byte> data)
    {
        var library = Load("liblz4.so.1", "liblz4");
        var compress = (delegate* unmanaged<byte*, byte*, int, int, int>)NativeLibrary.GetExport(library, "LZ4_compress_default");
        byte[] target = new byte[data.Length + data.Length / 255 + 64];
        fixed (byte* to = target)
        fixed (byte* from = data)
        {
            return target[..compress(from, to, data.Length, target.Length)];
        }
    }

    public static byte[] Lz4Decompress(ReadOnlySpan<byte> data, int length)
    {
        var library = Load("liblz4.so.1", "liblz4");
        var decompress = (delegate* unmanaged<byte*, byte*, int, int, int>)NativeLibrary.GetExport(library, "LZ4_decompress_safe");
        byte[] target = new byte[Math.Max(length, 1)];
        fixed (byte* to = target)
        fixed (byte* from = data)
        {
            Assert.Equal(length, decompress(from, to, data.Length, length));
        }
        return target[..length];
    }

    static nint Load(params string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }
        Assert.Skip($"Needs the library '{names[0]}', which this machine does not have.");
        return 0;
    }
}
