using System.Buffers.Binary;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>
/// An immutable set of row addresses or row ids: for each value of the high half a set of low halves, or all of them (TABLE 16.1).
/// </summary>
sealed class RowAddressSet
{
    // Ascending; null stands for every offset of a fragment whose size the set does not know.
    readonly uint[] _fragments;
    readonly RoaringBitmap?[] _offsets;

    RowAddressSet(uint[] fragments, RoaringBitmap?[] offsets)
    {
        _fragments = fragments;
        _offsets = offsets;
    }

    /// <summary>The empty set.</summary>
    public static RowAddressSet Empty { get; } = new([], []);

    /// <summary>The high halves that occur, ascending.</summary>
    public ReadOnlySpan<uint> Fragments => _fragments;

    public bool IsEmpty => _fragments.Length == 0;

    /// <summary>The number of rows.</summary>
    /// <exception cref="InvalidOperationException">The set holds a whole fragment, whose rows it cannot count.</exception>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (var offsets in _offsets)
                count += offsets?.Cardinality ?? throw new InvalidOperationException("A set with a whole fragment does not know its count.");
            return count;
        }
    }

    /// <summary>Builds a set of known parts.</summary>
    /// <param name="parts">Fragments in ascending order, with their offsets; null offsets stand for all.</param>
    public static RowAddressSet OfParts(IEnumerable<(uint Fragment, RoaringBitmap? Offsets)> parts)
    {
        var fragments = new List<uint>();
        var offsets = new List<RoaringBitmap?>();
        foreach (var (fragment, rows) in parts)
        {
            if (rows is { Cardinality: 0 })
                continue;
            if (fragments.Count > 0 && fragments[^1] >= fragment)
                throw new ArgumentException("The fragments of a set are given in ascending order.", nameof(parts));
            fragments.Add(fragment);
            offsets.Add(rows);
        }
        return fragments.Count == 0 ? Empty : new RowAddressSet([.. fragments], [.. offsets]);
    }

    /// <summary>Builds a set from addresses in any order; duplicates count once.</summary>
    public static RowAddressSet Of(ReadOnlySpan<ulong> addresses)
    {
        if (addresses.IsEmpty)
            return Empty;
        var sorted = addresses.ToArray();
        var ascending = true;
        for (var i = 1; i < sorted.Length && ascending; i++)
            ascending = sorted[i] >= sorted[i - 1];
        if (!ascending)
            Array.Sort(sorted);
        var parts = new List<(uint, RoaringBitmap?)>();
        var lows = new uint[sorted.Length];
        for (var i = 0; i < sorted.Length;)
        {
            var fragment = (uint)(sorted[i] >> 32);
            var count = 0;
            for (; i < sorted.Length && (uint)(sorted[i] >> 32) == fragment; i++)
            {
                if (count == 0 || lows[count - 1] != (uint)sorted[i])
                    lows[count++] = (uint)sorted[i];
            }
            parts.Add((fragment, RoaringBitmap.OfAscending(lows.AsSpan(0, count))));
        }
        return OfParts(parts);
    }

    public bool Contains(ulong address) => Find((uint)(address >> 32)) is >= 0 and var i && (_offsets[i]?.Contains((uint)address) ?? true);

    /// <summary>The offsets of one fragment.</summary>
    /// <param name="fragment">The id of the fragment.</param>
    /// <param name="physicalRows">Its rows, which bound the answer.</param>
    public RoaringBitmap Offsets(uint fragment, long physicalRows)
    {
        var i = Find(fragment);
        if (i < 0)
            return RoaringBitmap.Empty;
        var all = RoaringBitmap.Range(physicalRows);
        return _offsets[i] is not { } offsets ? all : offsets.Maximum < physicalRows ? offsets : offsets.Intersect(all);
    }

    /// <summary>The rows that are in both sets.</summary>
    public RowAddressSet And(RowAddressSet other) => Combine(other, keepLeft: false, keepRight: false,
        static (a, b) => a is null ? b : b is null ? a : a.Intersect(b));

    /// <summary>The rows that are in either set.</summary>
    public RowAddressSet Or(RowAddressSet other) => Combine(other, keepLeft: true, keepRight: true, static (a, b) => a is null || b is null ? null : a.Union(b));

    /// <summary>The rows that are in this set and not in the other.</summary>
    public RowAddressSet AndNot(RowAddressSet other) => Combine(other, keepLeft: true, keepRight: false,
        static (a, b) => b is null ? RoaringBitmap.Empty : (a ?? RoaringBitmap.Range(1L << 32)).Except(b));

    /// <summary>The set without the fragments that a condition refuses.</summary>
    public RowAddressSet Where(Func<uint, bool> keep)
    {
        var parts = new List<(uint, RoaringBitmap?)>(_fragments.Length);
        for (var i = 0; i < _fragments.Length; i++)
        {
            if (keep(_fragments[i]))
                parts.Add((_fragments[i], _offsets[i]));
        }
        return parts.Count == _fragments.Length ? this : OfParts(parts);
    }

    /// <summary>Every row of the set in ascending order.</summary>
    /// <exception cref="InvalidOperationException">The set holds a whole fragment, whose rows it cannot name.</exception>
    public ulong[] ToArray()
    {
        var rows = new ulong[Count];
        var at = 0;
        var lows = Array.Empty<uint>();
        for (var i = 0; i < _fragments.Length; i++)
        {
            var offsets = _offsets[i]!;
            var count = (int)offsets.Cardinality;
            if (lows.Length < count)
                lows = new uint[count];
            offsets.CopyTo(lows.AsSpan(0, count));
            var high = (ulong)_fragments[i] << 32;
            for (var r = 0; r < count; r++)
                rows[at++] = high | lows[r];
        }
        return rows;
    }

    /// <summary>Decodes a stored set.</summary>
    /// <param name="bytes">The bytes, which the set must fill.</param>
    /// <param name="file">The file to name in errors.</param>
    /// <param name="position">Where the bytes lie in that file, or -1.</param>
    /// <exception cref="LanceFormatException">The bytes are no set.</exception>
    public static RowAddressSet Read(ReadOnlySpan<byte> bytes, string file, long position = -1)
    {
        if (bytes.Length < 4)
            throw new LanceFormatException($"A set of rows has at least 4 bytes, and this one {bytes.Length}", file, position);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (count > (uint)(bytes.Length - 4) / 8)
            throw new LanceFormatException($"A set of {bytes.Length} bytes claims {count} fragments", file, position);
        var at = 4;
        var parts = new List<(uint Fragment, RoaringBitmap? Offsets)>((int)count);
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length - at < 8)
                throw new LanceFormatException($"A set of rows ends inside its entry {i} of {count}", file, position);
            var fragment = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += 8;
            if (size > (uint)(bytes.Length - at))
                throw new LanceFormatException($"Entry {i} of a set of rows claims {size} bytes where {bytes.Length - at} are left", file, position);
            if (parts.Count > 0 && parts[^1].Fragment >= fragment)
                throw new LanceFormatException("The fragments of a set of rows are not in ascending order", file, position);
            parts.Add((fragment, size == 0 ? null : RoaringFormat.Read(bytes.Slice(at, (int)size), file, Math.Max(position, 0) + at)));
            at += (int)size;
        }
        if (at != bytes.Length)
            throw new LanceFormatException($"A set of rows is followed by {bytes.Length - at} unexpected bytes", file, position);
        return OfParts(parts);
    }

    /// <summary>The stored form; equal sets give equal bytes.</summary>
    public byte[] ToBytes()
    {
        var bodies = new byte[_offsets.Length][];
        var length = 4;
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = _offsets[i] is { } offsets ? RoaringFormat.Write(offsets) : [];
            length += 8 + bodies[i].Length;
        }
        var bytes = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bodies.Length);
        var at = 4;
        for (var i = 0; i < bodies.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), _fragments[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), (uint)bodies[i].Length);
            bodies[i].CopyTo(bytes, at + 8);
            at += 8 + bodies[i].Length;
        }
        return bytes;
    }

    RowAddressSet Combine(RowAddressSet other, bool keepLeft, bool keepRight, Func<RoaringBitmap?, RoaringBitmap?, RoaringBitmap?> both)
    {
        var parts = new List<(uint, RoaringBitmap?)>();
        int a = 0, b = 0;
        while (a < _fragments.Length || b < other._fragments.Length)
        {
            if (b == other._fragments.Length || (a < _fragments.Length && _fragments[a] < other._fragments[b]))
            {
                if (keepLeft)
                    parts.Add((_fragments[a], _offsets[a]));
                a++;
            }
            else if (a == _fragments.Length || other._fragments[b] < _fragments[a])
            {
                if (keepRight)
                    parts.Add((other._fragments[b], other._offsets[b]));
                b++;
            }
            else
            {
                parts.Add((_fragments[a], both(_offsets[a++], other._offsets[b++])));
            }
        }
        return OfParts(parts);
    }

    int Find(uint fragment) => Array.BinarySearch(_fragments, fragment);
}
