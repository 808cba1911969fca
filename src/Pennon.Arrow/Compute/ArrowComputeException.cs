namespace Pennon.Arrow.Compute;

/// <summary>Why a kernel could not give a value.</summary>
public enum ArrowComputeError
{
    /// <summary>An integer, decimal or temporal result does not fit its type.</summary>
    Overflow,

    /// <summary>An integer or decimal was divided by zero.</summary>
    DivisionByZero,

    /// <summary>A value has no counterpart in the type it was cast to, such as text that is not a number.</summary>
    InvalidValue,

    /// <summary>The operation is not defined for the type.</summary>
    UnsupportedType,
}

/// <summary>A kernel refused its input: the type, or the value of one row.</summary>
public sealed class ArrowComputeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The reason.</param>
    /// <param name="message">What was asked, with the value or type seen.</param>
    /// <param name="row">Row of the offending value within the array, or -1 when the type itself is refused.</param>
    public ArrowComputeException(ArrowComputeError error, string message, long row = -1)
        : base(row < 0 ? message : $"{message} (row {row})")
    {
        Error = error;
        Row = row;
    }

    /// <summary>The reason.</summary>
    public ArrowComputeError Error { get; }

    /// <summary>Row of the offending value within the array, or -1 when the type itself is refused.</summary>
    public long Row { get; }
}
