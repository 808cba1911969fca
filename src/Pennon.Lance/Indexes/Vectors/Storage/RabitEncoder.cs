using System.Numerics.Tensors;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// Codes vectors by the signs of their rotated differences from the centroid, with the factors that turn products with those signs into
/// distances (TABLE 18.7; RaBitQ, Gao and Long 2024).
/// </summary>
sealed class RabitEncoder
{
    // How many standard deviations the stated error covers.
    const float ErrorDeviations = 1.9f;

    readonly FastRotation _rotation;
    readonly bool _byDot;
    readonly float[] _centroid;
    readonly float[] _rotatedCentroid;
    readonly float[] _residual;

    /// <param name="rotation">The rotation of the index.</param>
    /// <param name="metric">The metric; cosine counts as L2 between unit vectors.</param>
    /// <param name="centroid">The centroid of the vectors to come.</param>
    public RabitEncoder(FastRotation rotation, LanceMetric metric, ReadOnlySpan<float> centroid)
    {
        _rotation = rotation;
        _byDot = metric == LanceMetric.Dot;
        _centroid = centroid.ToArray();
        _rotatedCentroid = centroid.ToArray();
        rotation.Apply(_rotatedCentroid);
        _residual = new float[rotation.Dimension];
    }

    /// <summary>Codes one vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="code">A place for a bit per dimension.</param>
    /// <returns>What is added, what the product is multiplied by, and the error of the distance per unit of the query's length.</returns>
    public (float Add, float Scale, float Error) Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        TensorPrimitives.Subtract(vector, _centroid, _residual);
        var square = TensorPrimitives.SumOfSquares<float>(_residual);
        var residualByCentroid = TensorPrimitives.Dot<float>(_residual, _centroid);
        _rotation.Apply(_residual);
        code.Clear();
        float own = 0, ofCentroid = 0;
        for (var i = 0; i < _residual.Length; i++)
        {
            if (float.IsNegative(_residual[i]))
            {
                own -= _residual[i];
                ofCentroid -= _rotatedCentroid[i];
            }
            else
            {
                own += _residual[i];
                ofCentroid += _rotatedCentroid[i];
                code[i / 8] |= (byte)(1 << (i % 8));
            }
        }
        // The signs stand for halves.
        own /= 2;
        ofCentroid /= 2;
        var correction = own == 0 ? 0 : square * ofCentroid / own;
        var ratio = own == 0 ? 0 : square / own;
        var error = ErrorOf(square, own, _residual.Length);
        return _byDot ? (1 - residualByCentroid + correction, -ratio, error) : (square + 2 * correction, -2 * ratio, 2 * error);
    }

    static float ErrorOf(float square, float own, int dimension)
    {
        if (dimension <= 1 || square <= 0 || own == 0)
            return 0;
        var alignment = square * dimension / 4 / (own * own);
        return MathF.Sqrt(square) * ErrorDeviations * MathF.Sqrt(Math.Max(alignment - 1, 0) / (dimension - 1));
    }
}
