using System.Buffers.Binary;

namespace Pennon.Graph;

/// <summary>
/// Lines set aside with where they came from, in order: in memory at first, past a bound in a temporary file that the operating system deletes.
/// </summary>
sealed class LineStore(string? tempFolder, int memoryBytes) : IDisposable
{
    const int HeaderBytes = 16;

    readonly List<string> _files = [];
    byte[] _buffer = [];
    int _used;
    FileStream? _spill;

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> line, string file, long number)
    {
        if (_files.Count == 0 || _files[^1] != file)
        {
            _files.Add(file);
        }

        var size = HeaderBytes + line.Length;
        if (_used + size > _buffer.Length)
        {
            MakeRoom(size);
        }

        var at = _buffer.AsSpan(_used, size);
        BinaryPrimitives.WriteInt32LittleEndian(at, line.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], _files.Count - 1);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], number);
        line.CopyTo(at[HeaderBytes..]);
        _used += size;
        Count++;
        Bytes += size;
    }

    /// <summary>Gives the lines back one after the other; what was added is then gone.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Line, string File, long Number)> Drain()
    {
        if (_spill is { } spill)
        {
            spill.Position = 0;
            var header = new byte[HeaderBytes];
            var line = new byte[4096];
            while (spill.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(header);
                if (line.Length < length)
                {
                    line = new byte[length];
                }

                spill.ReadExactly(line, 0, length);
                yield return (line.AsMemory(0, length), _files[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4))], BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8)));
            }

            spill.Dispose();
            _spill = null;
        }

        var buffer = _buffer;
        var end = _used;
        for (var at = 0; at < end;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
            yield return (buffer.AsMemory(at + HeaderBytes, length), _files[BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 4))], BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(at + 8)));
            at += HeaderBytes + length;
        }

        _buffer = [];
        _used = 0;
        Count = 0;
        Bytes = 0;
    }

    public void Dispose() => _spill?.Dispose();

    void MakeRoom(int size)
    {
        if (_used + size <= memoryBytes || _used == 0)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(_used + (long)size, Math.Min(memoryBytes, Math.Max(64 << 10, _buffer.Length * 2L)))));
            return;
        }

        _spill ??= new FileStream(
            Path.Combine(tempFolder ?? Path.GetTempPath(), $"pennon-load-{Guid.NewGuid():n}.tmp"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        _spill.Write(_buffer.AsSpan(0, _used));
        _used = 0;
        if (_buffer.Length < size)
        {
            _buffer = new byte[size];
        }
    }
}
