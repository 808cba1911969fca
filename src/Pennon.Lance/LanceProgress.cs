namespace Pennon.Lance;

/// <summary>How far a long piece of work has come.</summary>
/// <param name="Stage">What is being done, for example <c>read</c>, <c>sort</c> or <c>write</c>.</param>
/// <param name="Done">How much of the stage is done, in units of the stage: rows, partitions or bytes.</param>
/// <param name="Total">How much the stage has in all; 0 if that is not known.</param>
public readonly record struct LanceProgress(string Stage, long Done, long Total);
