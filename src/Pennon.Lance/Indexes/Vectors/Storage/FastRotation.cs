using System.Numerics;
using Pennon.Lance.Indexes.Vectors.Ivf;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// A random rotation in n log n steps (TABLE 18.7): four rounds of flipped signs and a Walsh–Hadamard transform. For dimensions that are no
/// power of two the transform takes the first and the last part in turns, and halves are mixed after each.
/// </summary>
sealed class FastRotation
{
    const int Rounds = 4;

    readonly float[] _signs;
    readonly int _part;

    /// <param name="dimension">Numbers per vector, a multiple of 8.</param>
    /// <param name="signs">For each of four rounds a bit per dimension, set where a sign is flipped.</param>
    public FastRotation(int dimension, ReadOnlySpan<byte> signs)
    {
        if (signs.Length != SignBytes(dimension))
            throw new ArgumentException($"A rotation of {dimension} dimensions has {SignBytes(dimension)} bytes of signs, not {signs.Length}.", nameof(signs));
        Dimension = dimension;
        Signs = signs.ToArray();
        _part = 1 << BitOperations.Log2((uint)dimension);
        _signs = new float[Rounds * dimension];
        var bytes = signs.Length / Rounds;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < dimension; i++)
                _signs[round * dimension + i] = (signs[round * bytes + i / 8] >> (i % 8) & 1) != 0 ? -1 : 1;
        }
    }

    /// <summary>Numbers per vector.</summary>
    public int Dimension { get; }

    /// <summary>The bits that say which signs are flipped.</summary>
    public byte[] Signs { get; }

    /// <summary>How many bytes of signs a rotation takes.</summary>
    public static int SignBytes(int dimension) => Rounds * ((dimension + 7) / 8);

    /// <summary>A rotation drawn by a seed.</summary>
    public static FastRotation Draw(int dimension, ulong seed)
    {
        var random = new SeededRandom(seed);
        var signs = new byte[SignBytes(dimension)];
        for (var i = 0; i < signs.Length; i++)
            signs[i] = (byte)random.Next();
        return new FastRotation(dimension, signs);
    }

    /// <summary>Rotates a vector in place.</summary>
    public void Apply(Span<float> vector)
    {
        vector = vector[..Dimension];
        var scale = 1 / MathF.Sqrt(_part);
        for (var round = 0; round < Rounds; round++)
        {
            var signs = _signs.AsSpan(round * Dimension, Dimension);
            for (var i = 0; i < vector.Length; i++)
                vector[i] *= signs[i];
            if (_part == Dimension)
            {
                Transform(vector, scale);
                continue;
            }
            Transform(round % 2 == 0 ? vector[.._part] : vector[^_part..], scale);
            var half = Dimension / 2;
            for (var i = 0; i < half; i++)
                (vector[i], vector[i + half]) = (vector[i] + vector[i + half], vector[i] - vector[i + half]);
        }
        if (_part == Dimension)
            return;
        for (var i = 0; i < vector.Length; i++)
            vector[i] *= 0.25f;
    }

    static void Transform(Span<float> values, float scale)
    {
        for (var step = 1; step < values.Length; step *= 2)
        {
            for (var first = 0; first < values.Length; first += 2 * step)
            {
                var left = values.Slice(first, step);
                var right = values.Slice(first + step, step);
                for (var i = 0; i < left.Length; i++)
                    (left[i], right[i]) = (left[i] + right[i], left[i] - right[i]);
            }
        }
        for (var i = 0; i < values.Length; i++)
            values[i] *= scale;
    }
}
