using Google.Protobuf;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>A page ready to be written: its buffers in order and the message that explains them.</summary>
internal sealed class EncodedPage(PageLayout layout, long rows) : IDisposable
{
    readonly List<IDisposable> _owned = [];

    public List<ReadOnlyMemory<byte>> Buffers { get; } = [];

    public byte[] Layout { get; } = layout.ToByteArray();

    public long Rows { get; } = rows;

    public EncodedPage Add(ByteSink buffer)
    {
        Buffers.Add(buffer.Memory);
        _owned.Add(buffer);
        return this;
    }

    /// <summary>Adds a buffer whose memory somebody else owns; see <see cref="Own"/>.</summary>
    public EncodedPage Add(ReadOnlyMemory<byte> buffer)
    {
        Buffers.Add(buffer);
        return this;
    }

    /// <summary>Gives <paramref name="owner"/> back together with the page.</summary>
    public EncodedPage Own(IDisposable? owner)
    {
        if (owner is not null) _owned.Add(owner);
        return this;
    }

    public void Dispose()
    {
        foreach (var owner in _owned) owner.Dispose();
        _owned.Clear();
    }
}
