namespace Pennon.Graph;

/// <summary>Which kinds of value each property has in the overflow column of a table, in the order in which they were met.</summary>
sealed class OverflowKinds
{
    readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    readonly List<(string Name, int Kinds)> _properties = [];

    public IReadOnlyList<(string Name, int Kinds)> Properties => _properties;

    public void Note(string property, TaggedKind kind) => Note(property, 1 << (int)kind);

    public void Note(string property, int kinds)
    {
        if (_index.TryGetValue(property, out var at))
        {
            _properties[at] = (property, _properties[at].Kinds | kinds);
        }
        else
        {
            _index.Add(property, _properties.Count);
            _properties.Add((property, kinds));
        }
    }

    public int KindsOf(string property) => _index.TryGetValue(property, out var at) ? _properties[at].Kinds : 0;
}
