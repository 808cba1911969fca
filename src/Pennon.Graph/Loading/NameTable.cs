using System.Text;

namespace Pennon.Graph;

/// <summary>A few names and what they stand for, found by their UTF-8 bytes; the name found last is tried first.</summary>
sealed class NameTable<T>
    where T : class
{
    readonly List<(byte[] Utf8, string Name, T Value)> _entries = [];
    readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);
    int _last;

    public IEnumerable<T> Values => _byName.Values;

    /// <summary>Finds a name as it stands in JSON; escaped ones take the long way.</summary>
    public T? Find(ReadOnlySpan<byte> utf8, bool isEscaped)
    {
        if (isEscaped)
        {
            return null;
        }

        if (_last < _entries.Count && utf8.SequenceEqual(_entries[_last].Utf8))
        {
            return _entries[_last].Value;
        }

        for (var i = 0; i < _entries.Count; i++)
        {
            if (utf8.SequenceEqual(_entries[i].Utf8))
            {
                _last = i;
                return _entries[i].Value;
            }
        }

        return null;
    }

    public T Add(string name, Func<string, T> create)
    {
        if (_byName.TryGetValue(name, out var known))
        {
            return known;
        }

        var value = create(name);
        _byName.Add(name, value);
        _entries.Add((Encoding.UTF8.GetBytes(name), name, value));
        return value;
    }
}
