using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>One property of a node table or an edge type, as queries see it.</summary>
/// <param name="Name">The property's name in queries.</param>
/// <param name="Type">
/// The type of its <see cref="PropertyColumn"/>. A property whose values fit no single type has <see cref="ArrowType.Binary"/>
/// here and <see cref="IsMixed"/> set; each value is then read with <see cref="TaggedValue"/>.
/// </param>
/// <param name="Nullable">False when every row is known to have a value.</param>
/// <param name="IsMixed">True when values are tagged because they are of several types.</param>
public sealed record PropertyInfo(string Name, ArrowType Type, bool Nullable = true, bool IsMixed = false);
