using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>The coded rows of one partition.</summary>
/// <param name="RowIds">An id per row.</param>
/// <param name="Codes">The codes, row after row.</param>
readonly record struct CodedRows(ulong[] RowIds, byte[] Codes)
{
    public static CodedRows Empty { get; } = new([], []);

    /// <summary>The rows of both, those of this one first.</summary>
    public CodedRows Concat(CodedRows other) =>
        other.RowIds.Length == 0 ? this : RowIds.Length == 0 ? other : new([.. RowIds, .. other.RowIds], [.. Codes, .. other.Codes]);
}

/// <summary>
/// Collects coded rows in any order of partitions and gives them back partition by partition, each in the order of arrival. What exceeds
/// the memory allowed goes to a temporary file in sorted runs.
/// </summary>
sealed class CodeShuffle : IDisposable
{
    const int ChunkRows = 1 << 14;

    readonly int _partitions;
    readonly int _rowBytes;
    readonly long _memory;
    readonly List<Chunk> _chunks = [];
    readonly List<long[]> _runs = [];
    readonly int[] _counts;
    SafeFileHandle? _file;
    long _fileLength;
    int[]? _order;
    int[]? _starts;
    int _rows;

    sealed record Chunk(int[] Cells, ulong[] RowIds, byte[] Codes);

    /// <param name="partitions">Partitions.</param>
    /// <param name="rowBytes">Bytes per code.</param>
    /// <param name="memory">Bytes to keep in memory, roughly.</param>
    public CodeShuffle(int partitions, int rowBytes, long memory)
    {
        _partitions = partitions;
        _rowBytes = rowBytes;
        _memory = memory;
        _counts = new int[partitions];
    }

    int RecordBytes => sizeof(ulong) + _rowBytes;

    /// <summary>Rows of a partition.</summary>
    public int Count(int partition) => _counts[partition];

    /// <summary>Takes rows in.</summary>
    public void Append(ReadOnlySpan<int> cells, ReadOnlySpan<ulong> rowIds, ReadOnlySpan<byte> codes)
    {
        while (!cells.IsEmpty)
        {
            var at = _rows % ChunkRows;
            if (at == 0)
            {
                if ((long)_rows * (RecordBytes + sizeof(int)) >= _memory)
                    Spill();
                _chunks.Add(new Chunk(new int[ChunkRows], new ulong[ChunkRows], new byte[ChunkRows * _rowBytes]));
            }
            var take = Math.Min(cells.Length, ChunkRows - at);
            var chunk = _chunks[^1];
            cells[..take].CopyTo(chunk.Cells.AsSpan(at));
            rowIds[..take].CopyTo(chunk.RowIds.AsSpan(at));
            codes[..(take * _rowBytes)].CopyTo(chunk.Codes.AsSpan(at * _rowBytes));
            foreach (var cell in cells[..take])
                _counts[cell]++;
            _rows += take;
            cells = cells[take..];
            rowIds = rowIds[take..];
            codes = codes[(take * _rowBytes)..];
        }
        _order = null;
    }

    /// <summary>The rows of a partition.</summary>
    public CodedRows Read(int partition)
    {
        if (_order is null)
            Sort();
        var count = _counts[partition];
        if (count == 0)
            return CodedRows.Empty;
        var rowIds = new ulong[count];
        var codes = new byte[checked(count * _rowBytes)];
        var next = 0;
        foreach (var run in _runs)
        {
            var records = new byte[checked((int)(run[partition + 1] - run[partition]))];
            ReadExactly(records, run[partition]);
            for (var at = 0; at < records.Length; at += RecordBytes)
            {
                rowIds[next] = MemoryMarshal.Read<ulong>(records.AsSpan(at));
                records.AsSpan(at + sizeof(ulong), _rowBytes).CopyTo(codes.AsSpan(next++ * _rowBytes));
            }
        }
        foreach (var row in _order.AsSpan(_starts![partition].._starts[partition + 1]))
        {
            var chunk = _chunks[row / ChunkRows];
            rowIds[next] = chunk.RowIds[row % ChunkRows];
            chunk.Codes.AsSpan(row % ChunkRows * _rowBytes, _rowBytes).CopyTo(codes.AsSpan(next++ * _rowBytes));
        }
        return new CodedRows(rowIds, codes);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Orders the rows in memory by partition, and within each as they came.</summary>
    void Sort()
    {
        _starts = new int[_partitions + 1];
        for (var row = 0; row < _rows; row++)
            _starts[_chunks[row / ChunkRows].Cells[row % ChunkRows] + 1]++;
        for (var i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
        var next = _starts[.._partitions];
        _order = new int[_rows];
        for (var row = 0; row < _rows; row++)
            _order[next[_chunks[row / ChunkRows].Cells[row % ChunkRows]]++] = row;
    }

    void Spill()
    {
        Sort();
        _file ??= File.OpenHandle(
            Path.Combine(Path.GetTempPath(), $"pennon-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        var run = new long[_partitions + 1];
        for (var partition = 0; partition <= _partitions; partition++)
            run[partition] = _fileLength + (long)_starts![partition] * RecordBytes;
        var buffer = new byte[Math.Max(RecordBytes, (1 << 20) / RecordBytes * RecordBytes)];
        var used = 0;
        foreach (var row in _order!)
        {
            var chunk = _chunks[row / ChunkRows];
            MemoryMarshal.Write(buffer.AsSpan(used), chunk.RowIds[row % ChunkRows]);
            chunk.Codes.AsSpan(row % ChunkRows * _rowBytes, _rowBytes).CopyTo(buffer.AsSpan(used + sizeof(ulong)));
            used += RecordBytes;
            if (used == buffer.Length)
                Flush(buffer, ref used);
        }
        Flush(buffer, ref used);
        _runs.Add(run);
        _chunks.Clear();
        _rows = 0;
        _order = null;
    }

    void Flush(byte[] buffer, ref int used)
    {
        RandomAccess.Write(_file!, buffer.AsSpan(0, used), _fileLength);
        _fileLength += used;
        used = 0;
    }

    void ReadExactly(Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            var read = RandomAccess.Read(_file!, target, offset);
            if (read == 0)
                throw new EndOfStreamException("A temporary file of the index build was cut short.");
            target = target[read..];
            offset += read;
        }
    }
}
