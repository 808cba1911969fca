using Google.Protobuf;
using Pennon.Lance.Encodings;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Puts a manifest file together: index section, transaction, manifest, trailer (TABLE 3.1).</summary>
internal static class ManifestBytes
{
    const ushort Major = 0;
    const ushort Minor = 2;

    /// <summary>Sets the offsets in the manifest and lays the file out.</summary>
    public static byte[] Build(Manifest manifest, IndexSection? indices, byte[] transaction)
    {
        using var target = new ByteSink(4096);
        manifest.ClearIndexSection();
        if (indices is not null)
        {
            manifest.IndexSection = (ulong)target.Length;
            Append(target, indices.ToByteArray());
        }
        manifest.TransactionSection = (ulong)target.Length;
        Append(target, transaction);
        var at = (long)target.Length;
        Append(target, manifest.ToByteArray());
        target.AppendValue(at);
        target.AppendValue(Major);
        target.AppendValue(Minor);
        target.Append("LANC"u8);
        return target.Span.ToArray();
    }

    static void Append(ByteSink target, byte[] block)
    {
        target.AppendValue((uint)block.Length);
        target.Append(block);
    }
}
