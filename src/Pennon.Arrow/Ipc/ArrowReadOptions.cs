namespace Pennon.Arrow.Ipc;

/// <summary>How Arrow IPC is read.</summary>
public sealed record ArrowReadOptions
{
    /// <summary>Decoders for compressed bodies; none by default, and then compressed bodies are refused.</summary>
    public IReadOnlyList<IArrowCompressionCodec> Codecs { get; init; } = [];

    /// <summary>Where batches get their memory; the shared pool by default.</summary>
    public ArrowAllocator Allocator { get; init; } = ArrowAllocator.Default;

    /// <summary>Whether the underlying stream stays open when the reader is disposed.</summary>
    public bool LeaveOpen { get; init; }

    internal static ArrowReadOptions Default { get; } = new();
}
