using System.Runtime.Intrinsics.X86;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Scalar codes of one byte per dimension (TABLE 18.6), compared with a query that is coded alike. Cosine distances are those of L2 between
/// unit vectors, about twice the cosine distance.
/// </summary>
sealed unsafe class ScalarStorage : VectorStorage
{
    /// <summary>The most dimensions whose sums of squares fit 32 bits.</summary>
    public const int MostDimensions = 33_000;

    const int PrefetchAhead = 4;

    readonly ScalarBounds _bounds;
    readonly float _square;
    readonly int[]? _sums;
    ArrowBuffer _codes;

    /// <summary>Takes the buffers over.</summary>
    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="bounds">What the codes stand for.</param>
    /// <param name="dimension">Codes per vector.</param>
    /// <param name="count">Rows.</param>
    /// <param name="rowIds">One 64-bit id per row.</param>
    /// <param name="codes">The codes, row after row.</param>
    public ScalarStorage(LanceMetric metric, ScalarBounds bounds, int dimension, int count, ArrowBuffer rowIds, ArrowBuffer codes)
        : base(metric, dimension, count, rowIds)
    {
        if (metric is not (LanceMetric.L2 or LanceMetric.Cosine or LanceMetric.Dot))
            throw new ArgumentException($"Scalar codes have no {metric} distance.", nameof(metric));
        if (dimension > MostDimensions)
            throw new ArgumentException($"Scalar codes take up to {MostDimensions} dimensions, not {dimension}.", nameof(dimension));
        if (codes.Length < (long)count * dimension)
            throw new ArgumentException($"{count} codes of {dimension} bytes need more than {codes.Length} bytes.", nameof(codes));
        _bounds = bounds;
        _square = bounds.Step * bounds.Step;
        _codes = codes;
        if (metric != LanceMetric.Dot)
            return;
        // The values behind codes are start + step * code: products of values need the sums of codes as well.
        _sums = new int[count];
        for (var row = 0; row < count; row++)
        {
            foreach (var code in codes.Span.Slice(row * dimension, dimension))
                _sums[row] += code;
        }
    }

    /// <inheritdoc/>
    public override long ByteSize => (long)Count * (Dimension + sizeof(ulong) + (_sums is null ? 0 : sizeof(int)));

    /// <summary>The codes of a row.</summary>
    public ReadOnlySpan<byte> Codes(int row) => _codes.Span.Slice(row * Dimension, Dimension);

    /// <inheritdoc/>
    public override DistanceComputer Prepare(ReadOnlySpan<float> query, ReadOnlySpan<float> centroid)
    {
        if (query.Length != Dimension)
            throw new ArgumentException($"The query has {query.Length} dimensions, and the vectors {Dimension}.", nameof(query));
        var codes = new byte[Dimension];
        _bounds.Encode(query, codes);
        var computer = new Computer(this);
        computer.SetQuery(codes);
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
        var a = Codes(first);
        var b = Codes(second);
        var sum = 0;
        if (_sums is not null)
        {
            for (var i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return FromProducts(sum, _sums[first], _sums[second]);
        }
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum * _square;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _codes.Release();
        _codes = default;
    }

    float FromProducts(int products, int sumOfQuery, int sumOfRow)
    {
        var step = (_bounds.End - _bounds.Start) / (ScalarBounds.Levels - 1);
        var start = _bounds.Start;
        return (float)(1 - (Dimension * start * start + start * step * ((double)sumOfQuery + sumOfRow) + step * step * products));
    }

    sealed class Computer(ScalarStorage storage) : RowDistanceComputer
    {
        readonly short[] _query = new short[storage.Dimension];
        int _sum;

        public void SetQuery(ReadOnlySpan<byte> codes)
        {
            _sum = 0;
            for (var i = 0; i < codes.Length; i++)
            {
                _query[i] = codes[i];
                _sum += codes[i];
            }
        }

        public override void MoveTo(int row) => SetQuery(storage.Codes(row));

        public override float Distance(int row)
        {
            fixed (byte* codes = storage.Codes(row))
            fixed (short* query = _query)
                return Measure(codes, query, row);
        }

        public override void Distances(ReadOnlySpan<int> rows, Span<float> distances)
        {
            distances = distances[..rows.Length];
            var dimension = storage.Dimension;
            fixed (byte* codes = storage._codes.Span)
            fixed (short* query = _query)
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    if (i + PrefetchAhead < rows.Length && Sse.IsSupported)
                        Prefetch(codes + (nint)rows[i + PrefetchAhead] * dimension, dimension);
                    ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rows[i], (uint)storage.Count);
                    distances[i] = Measure(codes + (nint)rows[i] * dimension, query, rows[i]);
                }
            }
        }

        public override void DistancesRange(int start, Span<float> distances)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(start);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + distances.Length, storage.Count);
            fixed (byte* codes = storage._codes.Span)
            fixed (short* query = _query)
            {
                for (var i = 0; i < distances.Length; i++)
                    distances[i] = Measure(codes + (nint)(start + i) * storage.Dimension, query, start + i);
            }
        }

        float Measure(byte* codes, short* query, int row) => storage._sums is { } sums
            ? storage.FromProducts(ByteCodes.Products(codes, query, storage.Dimension), _sum, sums[row])
            : ByteCodes.SquaredDifferences(codes, query, storage.Dimension) * storage._square;

        static void Prefetch(byte* start, int bytes)
        {
            for (var at = 0; at < bytes; at += 64)
                Sse.Prefetch0(start + at);
        }
    }
}
