namespace Pennon.Cypher.Planning;

/// <summary>What the rows of a pattern are for, which decides what need not be enumerated.</summary>
/// <param name="Weighted">Rows may stand for several equal ones: the next projection groups or makes distinct.</param>
/// <param name="Set">Repeats do not matter at all.</param>
/// <param name="LeastLength">Of variable lengths only the least to each end matters.</param>
internal readonly record struct MatchGoal(bool Weighted, bool Set, bool LeastLength);
