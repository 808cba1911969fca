using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>What all partitions of a RaBitQ index share.</summary>
/// <param name="Rotation">The rotation.</param>
/// <param name="IsRawQuery">Whether factors are made for the query itself, or for its difference from the centroid as older writers did.</param>
sealed record RabitModel(FastRotation Rotation, bool IsRawQuery);

/// <summary>
/// One bit per dimension with factors per row (TABLE 18.7). Cosine distances are those of L2 between unit vectors, about twice the cosine
/// distance.
/// </summary>
sealed unsafe class RabitStorage : VectorStorage
{
    readonly RabitModel _model;
    readonly int _bytes;
    ArrowBuffer _codes;
    ArrowBuffer _add;
    ArrowBuffer _scale;

    /// <summary>Takes the buffers over.</summary>
    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="model">What the partitions share.</param>
    /// <param name="count">Rows.</param>
    /// <param name="rowIds">One 64-bit id per row.</param>
    /// <param name="codes">The codes as <see cref="RabitPacking"/> orders them.</param>
    /// <param name="add">A float32 per row that is added to distances.</param>
    /// <param name="scale">A float32 per row that products are multiplied by.</param>
    public RabitStorage(LanceMetric metric, RabitModel model, int count, ArrowBuffer rowIds, ArrowBuffer codes, ArrowBuffer add, ArrowBuffer scale)
        : base(metric, model.Rotation.Dimension, count, rowIds)
    {
        if (metric is not (LanceMetric.L2 or LanceMetric.Cosine or LanceMetric.Dot))
            throw new ArgumentException($"RaBitQ codes have no {metric} distance.", nameof(metric));
        _bytes = (Dimension + 7) / 8;
        if (codes.Length < (long)count * _bytes || Math.Min(add.Length, scale.Length) < (long)count * sizeof(float))
            throw new ArgumentException($"The codes and factors do not reach for {count} rows.", nameof(codes));
        _model = model;
        _codes = codes;
        _add = add;
        _scale = scale;
    }

    /// <inheritdoc/>
    public override long ByteSize => (long)Count * (_bytes + 2 * sizeof(float) + sizeof(ulong));

    /// <inheritdoc/>
    public override DistanceComputer Prepare(ReadOnlySpan<float> query, ReadOnlySpan<float> centroid)
    {
        if (query.Length != Dimension)
            throw new ArgumentException($"The query has {query.Length} dimensions, and the vectors {Dimension}.", nameof(query));
        return new Computer(this, query, centroid);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: factors are made for queries against rows.</exception>
    public override RowDistanceComputer PrepareRow(int row) => throw new NotSupportedException("RaBitQ codes give no distances between rows.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: factors are made for queries against rows.</exception>
    public override float Between(int first, int second) => throw new NotSupportedException("RaBitQ codes give no distances between rows.");

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _codes.Release();
        _add.Release();
        _scale.Release();
        _codes = _add = _scale = default;
    }

    sealed class Computer : DistanceComputer
    {
        const int Entries = 16;

        readonly RabitStorage _storage;
        readonly int _tableCount;
        readonly float _offset;
        float[] _tables;
        byte[]? _entries;
        float _least;
        float _step;

        public Computer(RabitStorage storage, ReadOnlySpan<float> query, ReadOnlySpan<float> centroid)
        {
            _storage = storage;
            _tableCount = 2 * storage._bytes;
            _tables = ArrayPool<float>.Shared.Rent(_tableCount * Entries);
            var dimension = storage.Dimension;
            var rented = ArrayPool<float>.Shared.Rent(dimension);
            var rotated = rented.AsSpan(0, dimension);
            TensorPrimitives.Subtract(query, centroid, rotated);
            _offset = storage.Metric == LanceMetric.Dot ? -TensorPrimitives.Dot(query, centroid) : TensorPrimitives.SumOfSquares<float>(rotated);
            if (storage._model.IsRawQuery)
                query.CopyTo(rotated);
            storage._model.Rotation.Apply(rotated);
            for (var t = 0; t < _tableCount; t++)
            {
                var table = _tables.AsSpan(t * Entries, Entries);
                for (var bits = 0; bits < Entries; bits++)
                {
                    float sum = 0;
                    for (var i = 0; i < 4 && t * 4 + i < dimension; i++)
                        sum += (bits >> i & 1) != 0 ? rotated[t * 4 + i] : -rotated[t * 4 + i];
                    table[bits] = sum / 2;
                }
            }
            ArrayPool<float>.Shared.Return(rented);
        }

        public override float Distance(int row)
        {
            var codes = _storage._codes.Span;
            float product = 0;
            for (var b = 0; b < _storage._bytes; b++)
            {
                var code = RabitPacking.CodeByte(codes, row, b, _storage.Count, _storage._bytes);
                product += _tables[b * 32 + (code & 15)] + _tables[b * 32 + 16 + (code >> 4)];
            }
            return _offset + _storage._add.As<float>()[row] + _storage._scale.As<float>()[row] * product;
        }

        public override int Below(int start, int count, float limit, Span<int> rows, Span<float> distances)
        {
            var found = 0;
            var end = start + count;
            var whole = _storage.Count / RabitPacking.Block * RabitPacking.Block;
            if (_entries is null && end - start >= RabitPacking.Block)
                MakeEntries();
            for (var row = start; row < end;)
            {
                if (row % RabitPacking.Block != 0 || row + RabitPacking.Block > Math.Min(end, whole) || !float.IsFinite(limit) || _entries is null)
                {
                    found = Keep(row++, limit, rows, distances, found);
                    continue;
                }
                for (var mask = BlockBelow(row, limit); mask != 0; mask &= mask - 1)
                    found = Keep(row + BitOperations.TrailingZeroCount(mask), limit, rows, distances, found);
                row += RabitPacking.Block;
            }
            return found;
        }

        int Keep(int row, float limit, Span<int> rows, Span<float> distances, int found)
        {
            var distance = Distance(row);
            if (distance <= limit)
            {
                rows[found] = row;
                distances[found++] = distance;
            }
            return found;
        }

        /// <summary>Rounds the tables down to bytes.</summary>
        void MakeEntries()
        {
            _entries = ArrayPool<byte>.Shared.Rent(_tableCount * Entries);
            float widest = 0;
            for (var t = 0; t < _tableCount; t++)
            {
                var table = _tables.AsSpan(t * Entries, Entries);
                var least = TensorPrimitives.Min<float>(table);
                _least += least;
                widest = Math.Max(widest, TensorPrimitives.Max<float>(table) - least);
            }
            // The sums of all tables have to fit 16 bits.
            _step = widest / Math.Min(byte.MaxValue, ushort.MaxValue / _tableCount);
            for (var t = 0; t < _tableCount; t++)
            {
                var table = _tables.AsSpan(t * Entries, Entries);
                var least = TensorPrimitives.Min<float>(table);
                for (var i = 0; i < Entries; i++)
                    _entries[t * Entries + i] = _step > 0 ? (byte)Math.Min((table[i] - least) / _step, byte.MaxValue) : (byte)0;
            }
        }

        /// <summary>Which rows of a block may be within the limit.</summary>
        uint BlockBelow(int row, float limit)
        {
            var sums0 = Vector256<ushort>.Zero;
            var sums1 = sums0;
            var sums2 = sums0;
            var sums3 = sums0;
            fixed (byte* entries = _entries, codes = _storage._codes.Span)
            {
                var block = codes + (nint)row * _storage._bytes;
                var low = Vector256.Create((byte)15);
                var mask = Vector256.Create((ushort)0xFF);
                for (var b = 0; b < _storage._bytes; b++)
                {
                    // Low halves of codes in the lower lane, high halves in the upper one, as the tables are.
                    var table = Vector256.Load(entries + b * 2 * Entries);
                    var code = Vector256.Load(block + b * RabitPacking.Block);
                    var first = Pick(table, code & low).AsUInt16();
                    var second = Pick(table, code >>> 4).AsUInt16();
                    sums0 += first & mask;
                    sums1 += first >>> 8;
                    sums2 += second & mask;
                    sums3 += second >>> 8;
                }
            }
            var rows0 = Vector256.Create(sums0.GetLower() + sums0.GetUpper(), sums1.GetLower() + sums1.GetUpper());
            var rows1 = Vector256.Create(sums2.GetLower() + sums2.GetUpper(), sums3.GetLower() + sums3.GetUpper());
            return Within(rows0, row, limit) | (Within(rows1, row + 16, limit) << 16);
        }

        uint Within(Vector256<ushort> sums, int row, float limit)
        {
            var (lower, upper) = Vector256.Widen(sums);
            var wide = Vector512.ConvertToSingle(Vector512.Create(lower, upper).AsInt32());
            // Each entry lost less than a step: the product is at most this. Factors are negative, so the distance is at least what follows.
            var product = Vector512.Create(_least) + (wide + Vector512.Create((float)_tableCount)) * Vector512.Create(_step);
            var add = Vector512.Create(_storage._add.As<float>().Slice(row, 16));
            var scale = Vector512.Create(_storage._scale.As<float>().Slice(row, 16));
            var least = Vector512.Create(_offset) + add + scale * product;
            return (uint)Vector512.LessThanOrEqual(least, Vector512.Create(limit)).ExtractMostSignificantBits();
        }

        static Vector256<byte> Pick(Vector256<byte> tables, Vector256<byte> indices) => Avx2.IsSupported
            ? Avx2.Shuffle(tables, indices)
            : Vector256.Create(
                Vector128.ShuffleNative(tables.GetLower(), indices.GetLower()), Vector128.ShuffleNative(tables.GetUpper(), indices.GetUpper()));

        public override void Dispose()
        {
            ArrayPool<float>.Shared.Return(_tables);
            _tables = [];
            if (_entries is not null)
                ArrayPool<byte>.Shared.Return(_entries);
            _entries = null;
        }
    }
}
