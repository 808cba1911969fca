using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>
/// Centroids laid out for finding the nearest one of many points: panels of 32, dimension by dimension, so that a step multiplies four
/// points by 32 centroids in registers.
/// </summary>
sealed unsafe class CentroidPanels
{
    const int Lanes = 16;
    const int Width = 2 * Lanes;
    const int Rows = 4;

    readonly float[] _panels;
    readonly float[] _offsets;
    readonly int _panelCount;

    /// <summary>Lays centroids out.</summary>
    /// <param name="centroids">The centroids, one after the other.</param>
    /// <param name="dimension">Numbers per centroid.</param>
    /// <param name="byDot">Whether the nearest centroid is the one of the largest dot product, instead of the least distance.</param>
    public CentroidPanels(ReadOnlySpan<float> centroids, int dimension, bool byDot = false)
    {
        Count = centroids.Length / dimension;
        Dimension = dimension;
        _panelCount = (Count + Width - 1) / Width;
        _panels = GC.AllocateUninitializedArray<float>(checked(_panelCount * Width * dimension), pinned: true);
        _offsets = GC.AllocateUninitializedArray<float>(_panelCount * Width, pinned: true);
        for (var panel = 0; panel < _panelCount; panel++)
        {
            for (var lane = 0; lane < Width; lane++)
            {
                var centroid = panel * Width + lane;
                var target = panel * Width * dimension + lane;
                if (centroid < Count)
                {
                    var values = centroids.Slice(centroid * dimension, dimension);
                    for (var d = 0; d < dimension; d++)
                        _panels[target + d * Width] = values[d];
                    _offsets[centroid] = byDot ? 0 : TensorPrimitives.SumOfSquares(values) / 2;
                }
                else
                {
                    for (var d = 0; d < dimension; d++)
                        _panels[target + d * Width] = 0;
                    _offsets[centroid] = float.PositiveInfinity;
                }
            }
        }
    }

    /// <summary>How many centroids there are.</summary>
    public int Count { get; }

    /// <summary>Numbers per centroid.</summary>
    public int Dimension { get; }

    /// <summary>Finds the nearest centroid of each point; of equals, one always the same.</summary>
    /// <param name="points">The points; point i begins at <c>i * stride</c>.</param>
    /// <param name="stride">Numbers from one point to the next, at least <see cref="Dimension"/>.</param>
    /// <param name="nearest">A place for each point's centroid.</param>
    /// <param name="scores">
    /// A place for each point's score: half the squared distance less half the point's squared norm, or minus the dot product.
    /// </param>
    public void Nearest(ReadOnlySpan<float> points, int stride, Span<int> nearest, Span<float> scores)
    {
        var count = nearest.Length;
        if (count == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(points.Length, (long)(count - 1) * stride + Dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, count);
        var ids = stackalloc int[Rows];
        var best = stackalloc float[Rows];
        fixed (float* start = points, panels = _panels, offsets = _offsets)
        {
            for (var i = 0; i < count; i += Rows)
            {
                // The last points fill a group of four by repeating the last one.
                var p0 = start + (long)i * stride;
                var p1 = start + (long)Math.Min(i + 1, count - 1) * stride;
                var p2 = start + (long)Math.Min(i + 2, count - 1) * stride;
                var p3 = start + (long)Math.Min(i + 3, count - 1) * stride;
                NearestOfFour(p0, p1, p2, p3, panels, offsets, ids, best);
                for (var r = 0; r < Rows && i + r < count; r++)
                {
                    nearest[i + r] = ids[r];
                    scores[i + r] = best[r];
                }
            }
        }
    }

    /// <summary>The scores of every centroid for one point, as <see cref="Nearest"/> gives them.</summary>
    public void Scores(ReadOnlySpan<float> point, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(point.Length, Dimension);
        var padded = stackalloc float[Width];
        fixed (float* p = point, panels = _panels, offsets = _offsets)
        {
            for (var panel = 0; panel < _panelCount; panel++)
            {
                var low = Vector512<float>.Zero;
                var high = Vector512<float>.Zero;
                var lanes = panels + (long)panel * Width * Dimension;
                for (var d = 0; d < Dimension; d++, lanes += Width)
                {
                    var x = Vector512.Create(p[d]);
                    low = Vector512.FusedMultiplyAdd(x, Vector512.Load(lanes), low);
                    high = Vector512.FusedMultiplyAdd(x, Vector512.Load(lanes + Lanes), high);
                }
                (Vector512.Load(offsets + panel * Width) - low).Store(padded);
                (Vector512.Load(offsets + panel * Width + Lanes) - high).Store(padded + Lanes);
                var first = panel * Width;
                new ReadOnlySpan<float>(padded, Math.Min(Width, Count - first)).CopyTo(scores[first..]);
            }
        }
    }

    void NearestOfFour(float* p0, float* p1, float* p2, float* p3, float* panels, float* offsets, int* ids, float* best)
    {
        var b0 = Vector512.Create(float.PositiveInfinity);
        var b1 = b0;
        var b2 = b0;
        var b3 = b0;
        var i0 = Vector512<int>.Zero;
        var i1 = i0;
        var i2 = i0;
        var i3 = i0;
        var id = Vector512<int>.Indices;
        var dimension = Dimension;
        for (var panel = 0; panel < _panelCount; panel++)
        {
            var a0 = Vector512<float>.Zero;
            var a1 = a0;
            var a2 = a0;
            var a3 = a0;
            var c0 = a0;
            var c1 = a0;
            var c2 = a0;
            var c3 = a0;
            for (var d = 0; d < dimension; d++, panels += Width)
            {
                var low = Vector512.Load(panels);
                var high = Vector512.Load(panels + Lanes);
                var x = Vector512.Create(p0[d]);
                a0 = Vector512.FusedMultiplyAdd(x, low, a0);
                c0 = Vector512.FusedMultiplyAdd(x, high, c0);
                x = Vector512.Create(p1[d]);
                a1 = Vector512.FusedMultiplyAdd(x, low, a1);
                c1 = Vector512.FusedMultiplyAdd(x, high, c1);
                x = Vector512.Create(p2[d]);
                a2 = Vector512.FusedMultiplyAdd(x, low, a2);
                c2 = Vector512.FusedMultiplyAdd(x, high, c2);
                x = Vector512.Create(p3[d]);
                a3 = Vector512.FusedMultiplyAdd(x, low, a3);
                c3 = Vector512.FusedMultiplyAdd(x, high, c3);
            }
            var offset = Vector512.Load(offsets);
            Keep(offset - a0, id, ref b0, ref i0);
            Keep(offset - a1, id, ref b1, ref i1);
            Keep(offset - a2, id, ref b2, ref i2);
            Keep(offset - a3, id, ref b3, ref i3);
            offset = Vector512.Load(offsets + Lanes);
            id += Vector512.Create(Lanes);
            Keep(offset - c0, id, ref b0, ref i0);
            Keep(offset - c1, id, ref b1, ref i1);
            Keep(offset - c2, id, ref b2, ref i2);
            Keep(offset - c3, id, ref b3, ref i3);
            offsets += Width;
            id += Vector512.Create(Lanes);
        }
        (ids[0], best[0]) = Least(b0, i0);
        (ids[1], best[1]) = Least(b1, i1);
        (ids[2], best[2]) = Least(b2, i2);
        (ids[3], best[3]) = Least(b3, i3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Keep(Vector512<float> scores, Vector512<int> id, ref Vector512<float> best, ref Vector512<int> ids)
    {
        var less = Vector512.LessThan(scores, best);
        best = Vector512.ConditionalSelect(less, scores, best);
        ids = Vector512.ConditionalSelect(less.AsInt32(), id, ids);
    }

    static (int Id, float Score) Least(Vector512<float> best, Vector512<int> ids)
    {
        var id = ids.GetElement(0);
        var score = best.GetElement(0);
        for (var lane = 1; lane < Lanes; lane++)
        {
            var other = best.GetElement(lane);
            if (other < score || (other == score && ids.GetElement(lane) < id))
                (id, score) = (ids.GetElement(lane), other);
        }
        return (id, score);
    }
}
