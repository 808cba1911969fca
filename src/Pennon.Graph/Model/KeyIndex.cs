namespace Pennon.Graph;

/// <summary>
/// Finds a node of one table by its key: a 64-bit integer or a UTF-8 string. Immutable once handed out, safe to share.
/// </summary>
public sealed class KeyIndex
{
    readonly Int64KeyTable? _integers;
    readonly Utf8KeyTable? _strings;

    internal KeyIndex(Int64KeyTable integers) => _integers = integers;

    internal KeyIndex(Utf8KeyTable strings) => _strings = strings;

    /// <summary>True for integer keys, false for string keys.</summary>
    public bool IsInteger => _integers is not null;

    /// <summary>The number of keys.</summary>
    public int Count => _integers?.Count ?? _strings!.Count;

    /// <summary>The bytes held.</summary>
    public long ByteSize => _integers?.ByteSize ?? _strings!.ByteSize;

    /// <summary>Copies of the tables, one of them null, that more keys can be added to.</summary>
    internal (Int64KeyTable? Integers, Utf8KeyTable? Strings) CloneTables() => (_integers?.Clone(), _strings?.Clone());

    /// <summary>Looks an integer key up.</summary>
    /// <param name="key">The key.</param>
    /// <param name="localId">The node's local id, or -1.</param>
    /// <returns>False when no node has the key, or the keys are strings.</returns>
    public bool TryFind(long key, out int localId)
    {
        if (_integers is null)
        {
            localId = -1;
            return false;
        }

        return _integers.TryFind(key, out localId);
    }

    /// <summary>Looks a string key up.</summary>
    /// <param name="utf8">The key as UTF-8.</param>
    /// <param name="localId">The node's local id, or -1.</param>
    /// <returns>False when no node has the key, or the keys are integers.</returns>
    public bool TryFind(ReadOnlySpan<byte> utf8, out int localId)
    {
        if (_strings is null)
        {
            localId = -1;
            return false;
        }

        return _strings.TryFind(utf8, out localId);
    }
}
