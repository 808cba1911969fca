namespace Pennon.Lance;

/// <summary>How the distance of two vectors is measured.</summary>
public enum LanceMetric
{
    /// <summary>The squared Euclidean distance.</summary>
    L2,

    /// <summary>1 minus the cosine of the angle; 0 to 2.</summary>
    Cosine,

    /// <summary>1 minus the dot product; any number.</summary>
    Dot,

    /// <summary>The number of differing bits, over vectors of bytes.</summary>
    Hamming,
}
