using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Product codes (TABLE 18.5): of differences from the centroid for L2 and cosine, of the vectors for dot. Cosine distances are those
/// of L2 between unit vectors, about twice the cosine distance.
/// </summary>
sealed class ProductStorage : VectorStorage
{
    readonly ProductCodebook _codebook;
    readonly bool _transposed;
    ArrowBuffer _codes;

    /// <summary>Takes the buffers over.</summary>
    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="codebook">The codewords.</param>
    /// <param name="count">Rows.</param>
    /// <param name="rowIds">One 64-bit id per row.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="transposed">
    /// Whether codes lie byte after byte, as scans want them and files have them, or row after row, as graphs want them.
    /// </param>
    public ProductStorage(LanceMetric metric, ProductCodebook codebook, int count, ArrowBuffer rowIds, ArrowBuffer codes, bool transposed)
        : base(metric, codebook.Dimension, count, rowIds)
    {
        if (metric is not (LanceMetric.L2 or LanceMetric.Cosine or LanceMetric.Dot))
            throw new ArgumentException($"Product codes have no {metric} distance.", nameof(metric));
        if (codes.Length < (long)count * codebook.CodeBytes)
            throw new ArgumentException($"{count} codes of {codebook.CodeBytes} bytes need more than {codes.Length} bytes.", nameof(codes));
        _codebook = codebook;
        _codes = codes;
        _transposed = transposed;
    }

    /// <inheritdoc/>
    public override long ByteSize => (long)Count * (_codebook.CodeBytes + sizeof(ulong));

    int ByteStride => _transposed ? Count : 1;

    int RowStride => _transposed ? 1 : _codebook.CodeBytes;

    /// <inheritdoc/>
    public override DistanceComputer Prepare(ReadOnlySpan<float> query, ReadOnlySpan<float> centroid)
    {
        if (query.Length != Dimension)
            throw new ArgumentException($"The query has {query.Length} dimensions, and the vectors {Dimension}.", nameof(query));
        var computer = new Computer(this);
        if (Metric == LanceMetric.Dot)
        {
            computer.SetQuery(query);
            return computer;
        }
        var residual = ArrayPool<float>.Shared.Rent(Dimension);
        TensorPrimitives.Subtract(query, centroid, residual);
        computer.SetQuery(residual.AsSpan(0, Dimension));
        ArrayPool<float>.Shared.Return(residual);
        return computer;
    }

    /// <inheritdoc/>
    public override RowDistanceComputer PrepareRow(int row)
    {
        var computer = new Computer(this);
        computer.MoveTo(row);
        return computer;
    }

    /// <inheritdoc/>
    public override float Between(int first, int second)
    {
        var vectors = ArrayPool<float>.Shared.Rent(2 * Dimension);
        var a = vectors.AsSpan(0, Dimension);
        var b = vectors.AsSpan(Dimension, Dimension);
        Decode(first, a);
        Decode(second, b);
        var distance = Metric == LanceMetric.Dot ? 1 - TensorPrimitives.Dot<float>(a, b) : TensorPrimitives.Distance<float>(a, b);
        ArrayPool<float>.Shared.Return(vectors);
        return Metric == LanceMetric.Dot ? distance : distance * distance;
    }

    /// <summary>Puts the vector of a row together again, less its centroid unless the metric is dot.</summary>
    public void Decode(int row, Span<float> vector) => _codebook.Decode(_codes.Span[(row * RowStride)..], ByteStride, vector);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _codes.Release();
        _codes = default;
    }

    sealed class Computer : RowDistanceComputer
    {
        readonly ProductStorage _storage;
        readonly ProductCodebook _codebook;
        readonly float _constant;
        float[] _tables;
        CodeTables? _entries;

        public Computer(ProductStorage storage)
        {
            _storage = storage;
            _codebook = storage._codebook;
            _constant = storage.Metric == LanceMetric.Dot ? 1 : 0;
            _tables = ArrayPool<float>.Shared.Rent(_codebook.Parts * _codebook.Words);
        }

        public void SetQuery(ReadOnlySpan<float> query)
        {
            _codebook.Tables(query, _storage.Metric == LanceMetric.Dot, _tables);
            _entries?.Dispose();
            _entries = null;
        }

        public override void MoveTo(int row)
        {
            var vector = ArrayPool<float>.Shared.Rent(_storage.Dimension);
            _storage.Decode(row, vector);
            SetQuery(vector.AsSpan(0, _storage.Dimension));
            ArrayPool<float>.Shared.Return(vector);
        }

        public override float Distance(int row)
        {
            var stride = _storage.ByteStride;
            var codes = _storage._codes.Span;
            var tables = _tables.AsSpan();
            var at = row * _storage.RowStride;
            var sum = _constant;
            if (_codebook.Bits == 8)
            {
                for (var j = 0; j < _codebook.Parts; j++, at += stride)
                    sum += tables[j * 256 + codes[at]];
                return sum;
            }
            for (var j = 0; j < _codebook.Parts; j += 2, at += stride)
                sum += tables[j * 16 + (codes[at] & 15)] + tables[j * 16 + 16 + (codes[at] >> 4)];
            return sum;
        }

        public override void DistancesRange(int start, Span<float> distances)
        {
            if (!_storage._transposed)
            {
                base.DistancesRange(start, distances);
                return;
            }
            distances.Fill(_constant);
            var codes = _storage._codes.Span;
            for (var j = 0; j < _codebook.CodeBytes; j++)
            {
                var line = codes.Slice(j * _storage.Count + start, distances.Length);
                if (_codebook.Bits == 8)
                {
                    var table = _tables.AsSpan(j * 256, 256);
                    for (var i = 0; i < distances.Length; i++)
                        distances[i] += table[line[i]];
                }
                else
                {
                    var table = _tables.AsSpan(j * 32, 32);
                    for (var i = 0; i < distances.Length; i++)
                        distances[i] += table[line[i] & 15] + table[16 + (line[i] >> 4)];
                }
            }
        }

        public override int Below(int start, int count, float limit, Span<int> rows, Span<float> distances)
        {
            if (!_storage._transposed || !float.IsFinite(limit) || _storage.Count < ProductScan.Rows || (_codebook.Bits == 8 && !ProductScan.HasBytes))
                return base.Below(start, count, limit, rows, distances);
            _entries ??= new CodeTables(_codebook.Parts, _codebook.Words);
            if (!_entries.Fits(limit))
                _entries.Make(_tables.AsSpan(0, _codebook.Parts * _codebook.Words), _constant, limit);
            return Scan(_entries, start, count, limit, rows, distances);
        }

        unsafe int Scan(CodeTables tables, int start, int count, float limit, Span<int> rows, Span<float> distances)
        {
            const int Group = 4 * ProductScan.Rows;
            var most = tables.LimitFor(limit);
            var stride = _storage.Count;
            var bytes = _codebook.CodeBytes;
            var end = start + count;
            var found = 0;
            var masks = stackalloc ulong[4];
            fixed (byte* codes = _storage._codes.Span, entries = tables.Entries)
            {
                for (var row = start; row < end;)
                {
                    if (_codebook.Bits == 8 && end - row >= Group)
                    {
                        ProductScan.BytesOfFour(codes + row, stride, bytes, entries, most, masks);
                        for (var m = 0; m < 4; m++)
                            found = Keep(masks[m], row + m * ProductScan.Rows, limit, rows, distances, found);
                        row += Group;
                        continue;
                    }
                    // The last rows are seen in a step that begins early, over rows that other steps have seen.
                    var first = Math.Min(row, stride - ProductScan.Rows);
                    var mask = _codebook.Bits == 8
                        ? ProductScan.Bytes(codes + first, stride, bytes, entries, most)
                        : ProductScan.Nibbles(codes + first, stride, bytes, entries, most);
                    mask &= ulong.MaxValue << (row - first);
                    if (end - first < ProductScan.Rows)
                        mask &= (1UL << (end - first)) - 1;
                    found = Keep(mask, first, limit, rows, distances, found);
                    row = first + ProductScan.Rows;
                }
            }
            return found;
        }

        int Keep(ulong mask, int first, float limit, Span<int> rows, Span<float> distances, int found)
        {
            for (; mask != 0; mask &= mask - 1)
            {
                var row = first + BitOperations.TrailingZeroCount(mask);
                var distance = Distance(row);
                if (distance <= limit)
                {
                    rows[found] = row;
                    distances[found++] = distance;
                }
            }
            return found;
        }

        public override void Dispose()
        {
            ArrayPool<float>.Shared.Return(_tables);
            _tables = [];
            _entries?.Dispose();
            _entries = null;
        }
    }
}
