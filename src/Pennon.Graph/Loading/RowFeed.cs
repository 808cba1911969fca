namespace Pennon.Graph;

/// <summary>
/// The unread bytes of one input file as one span, refilled block by block. The consumer takes whole rows off the front; what it leaves is
/// carried in front of the next block.
/// </summary>
sealed class RowFeed : IAsyncDisposable
{
    /// <summary>The longest row that is accepted, in bytes.</summary>
    public const int MaxRowBytes = 64 << 20;

    readonly BlockReader _reader;

    public RowFeed(string path, CancellationToken cancellationToken)
    {
        Path = path;
        _reader = new BlockReader(path, cancellationToken);
    }

    public string Path { get; }

    public byte[] Buffer { get; private set; } = new byte[BlockReader.Slack];

    public int Start { get; set; }

    public int End { get; private set; }

    /// <summary>True when the file has no bytes after <see cref="End"/>.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The line number of the byte at <see cref="Start"/>.</summary>
    public long Line { get; set; } = 1;

    public long BytesRead => _reader.BytesRead;

    bool _begun;

    /// <summary>Appends the next block; false when there is none and <see cref="IsLast"/> is set. A last row without line end gets one.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var (next, length) = await _reader.NextAsync(cancellationToken).ConfigureAwait(false);
        var carry = End - Start;
        if (length == 0)
        {
            if (IsLast)
            {
                return false;
            }

            IsLast = true;
            if (carry > 0 && Buffer[End - 1] != (byte)'\n')
            {
                // The slack behind the data has room for it.
                Buffer[End++] = (byte)'\n';
            }

            return carry > 0;
        }

        var start = BlockReader.Headroom;
        if (carry > BlockReader.Headroom)
        {
            if (carry > MaxRowBytes)
            {
                throw new LoadException(
                    $"A row of '{Path}' from line {Line} on is longer than {MaxRowBytes} bytes, the longest that is accepted; a quote may be missing.",
                    [new LoadError(Path, Line, $"The row is longer than {MaxRowBytes} bytes.")],
                    1);
            }

            var grown = GC.AllocateUninitializedArray<byte>(carry + length + BlockReader.Slack);
            Buffer.AsSpan(Start, carry).CopyTo(grown);
            next.AsSpan(BlockReader.Headroom, length).CopyTo(grown.AsSpan(carry));
            BlockReader.Return(next);
            next = grown;
            start = carry;
        }
        else
        {
            Buffer.AsSpan(Start, carry).CopyTo(next.AsSpan(BlockReader.Headroom - carry));
        }

        BlockReader.Return(Buffer);
        Buffer = next;
        Start = start - carry;
        End = start + length;
        if (!_begun)
        {
            _begun = true;
            if (Buffer.AsSpan(Start, End - Start).StartsWith("\uFEFF"u8))
            {
                Start += 3;
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        BlockReader.Return(Buffer);
        Buffer = [];
        Start = End = 0;
    }
}
