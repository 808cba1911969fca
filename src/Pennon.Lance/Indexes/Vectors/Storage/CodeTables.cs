using System.Buffers;
using System.Numerics.Tensors;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Tables of small whole numbers that stand for tables of distances: each entry is rounded down, so that a sum of entries never
/// exceeds the sum of distances it stands for. Rows whose sums are above <see cref="LimitFor"/> can be passed over unseen.
/// </summary>
sealed class CodeTables : IDisposable
{
    // Rows near the limit have a typical entry of limit/tables; this leaves entries that are several times as large unclipped.
    const int Headroom = 3;

    // What rounding of sums in float32 may amount to, relative to what is summed up.
    const double Rounding = 4e-6;

    readonly int _tables;
    readonly int _words;
    byte[] _entries;
    double _floor;
    double _weight;
    double _step = double.PositiveInfinity;

    /// <param name="tables">How many tables are summed up.</param>
    /// <param name="words">Entries per table.</param>
    public CodeTables(int tables, int words)
    {
        _tables = tables;
        _words = words;
        _entries = ArrayPool<byte>.Shared.Rent(tables * words);
    }

    /// <summary>The entries, table after table.</summary>
    public ReadOnlySpan<byte> Entries => _entries.AsSpan(0, _tables * _words);

    /// <summary>The limit that the entries were made for; not a number before that.</summary>
    public float Limit { get; private set; } = float.NaN;

    /// <summary>Whether the entries tell distances about a limit well apart.</summary>
    public bool Fits(float limit) => limit <= Limit && limit - _floor > (Limit - _floor) / 2;

    /// <summary>Makes the entries.</summary>
    /// <param name="distances">The tables of distances.</param>
    /// <param name="constant">What is added to each sum of distances.</param>
    /// <param name="limit">The distance about which rows have to be told apart; finite.</param>
    public void Make(ReadOnlySpan<float> distances, float constant, float limit)
    {
        _floor = constant;
        _weight = Math.Abs(constant);
        for (var t = 0; t < _tables; t++)
        {
            var least = TensorPrimitives.Min(distances.Slice(t * _words, _words));
            _floor += least;
            _weight += Math.Abs(least);
        }
        Limit = limit;
        var steps = Math.Clamp((double)byte.MaxValue * _tables / Headroom, byte.MaxValue - 1, ushort.MaxValue / 2);
        var range = Math.Max(limit - _floor, 1e-3 * _weight + 1e-37);
        _step = range / steps;
        var scale = (float)(1 / _step);
        if (!float.IsFinite(scale) || !double.IsFinite(_floor))
        {
            // Nothing can be told apart: zeros let every row through.
            _entries.AsSpan().Clear();
            _step = double.PositiveInfinity;
            return;
        }
        for (var t = 0; t < _tables; t++)
        {
            var source = distances.Slice(t * _words, _words);
            var least = TensorPrimitives.Min(source);
            var target = _entries.AsSpan(t * _words, _words);
            for (var w = 0; w < source.Length; w++)
                target[w] = (byte)Math.Min((source[w] - least) * scale, byte.MaxValue);
        }
    }

    /// <summary>The largest sum of entries that a row within a limit can have.</summary>
    public ushort LimitFor(float limit)
    {
        if (double.IsInfinity(_step))
            return ushort.MaxValue;
        var steps = (limit - _floor + (_weight + Math.Abs(limit)) * Rounding) / _step + 1;
        return (ushort)Math.Clamp(steps, 0, ushort.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_entries);
        _entries = [];
    }
}
