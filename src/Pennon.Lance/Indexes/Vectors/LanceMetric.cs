namespace Pennon.Lance;

/// <summary>How far two vectors are apart; smaller is nearer for each of them.</summary>
public enum LanceMetric
{
    /// <summary>The squared Euclidean distance, from 0.</summary>
    L2 = 0,

    /// <summary>One less the cosine of the angle, from 0 to 2. A vector of length zero has no angle to any other: the distance is NaN.</summary>
    Cosine = 1,

    /// <summary>One less the inner product; no bounds.</summary>
    Dot = 2,

    /// <summary>The number of bits that differ; for vectors of uint8, each holding eight bits.</summary>
    Hamming = 3,
}
