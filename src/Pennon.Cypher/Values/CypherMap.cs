using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pennon.Cypher.Values;

/// <summary>An immutable map from string keys to values that keeps the order in which the keys were given.</summary>
public sealed class CypherMap : IReadOnlyDictionary<string, CypherValue>
{
    const int IndexedFrom = 9;

    readonly string[] _keys;
    readonly CypherValue[] _values;
    readonly Dictionary<string, int>? _index;

    CypherMap(string[] keys, CypherValue[] values)
    {
        _keys = keys;
        _values = values;
        if (keys.Length >= IndexedFrom)
        {
            _index = new Dictionary<string, int>(keys.Length, StringComparer.Ordinal);
            for (int i = 0; i < keys.Length; i++)
            {
                _index.Add(keys[i], i);
            }
        }
    }

    /// <summary>The map without entries.</summary>
    public static CypherMap Empty { get; } = new([], []);

    /// <summary>A map of the given entries; of equal keys the last one wins, at the place of the first.</summary>
    /// <param name="entries">Keys and values, in order.</param>
    public static CypherMap Create(params IEnumerable<KeyValuePair<string, CypherValue>> entries)
    {
        var keys = new List<string>();
        var values = new List<CypherValue>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (seen.TryGetValue(key, out int at))
            {
                values[at] = value;
                continue;
            }
            seen.Add(key, keys.Count);
            keys.Add(key);
            values.Add(value);
        }
        return keys.Count == 0 ? Empty : new CypherMap([.. keys], [.. values]);
    }

    /// <summary>A map over the given arrays, which are taken over; the keys must be distinct.</summary>
    internal static CypherMap OfDistinct(string[] keys, CypherValue[] values) => keys.Length == 0 ? Empty : new CypherMap(keys, values);

    /// <inheritdoc/>
    public int Count => _keys.Length;

    /// <summary>The keys in order.</summary>
    public ReadOnlySpan<string> KeySpan => _keys;

    /// <summary>The values in the order of <see cref="KeySpan"/>.</summary>
    public ReadOnlySpan<CypherValue> ValueSpan => _values;

    /// <summary>The value of the key, or null (the Cypher value) when there is none.</summary>
    /// <param name="key">The key, compared ordinally.</param>
    public CypherValue this[string key] => TryGetValue(key, out var value) ? value : default;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _keys;

    /// <inheritdoc/>
    public IEnumerable<CypherValue> Values => _values;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out CypherValue value)
    {
        int at = Find(key);
        value = at >= 0 ? _values[at] : default;
        return at >= 0;
    }

    int Find(string key) => _index is null ? _keys.AsSpan().IndexOf(key) : _index.GetValueOrDefault(key, -1);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, CypherValue>> GetEnumerator()
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            yield return KeyValuePair.Create(_keys[i], _values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
