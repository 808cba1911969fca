using System.Buffers.Binary;

namespace Pennon.Arrow.Compute.Sorting;

/// <summary>A key of text or binary, compared by its first eight bytes as one word and by all bytes where those tie.</summary>
internal sealed class BytesColumn : SortColumn
{
    readonly ulong[] _prefixes;

    public BytesColumn(SortKey key) : base(key)
    {
        _prefixes = new ulong[Array.Length];
        Span<byte> padded = stackalloc byte[8];
        for (int i = 0; i < _prefixes.Length; i++)
        {
            if (Array.IsNull(i))
                continue;
            ReadOnlySpan<byte> bytes = Bytes(i);
            if (bytes.Length >= 8)
            {
                _prefixes[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                continue;
            }
            padded.Clear();
            bytes.CopyTo(padded);
            _prefixes[i] = BinaryPrimitives.ReadUInt64BigEndian(padded);
        }
    }

    ReadOnlySpan<byte> Bytes(int row) => Array switch
    {
        VariableBinaryArray<int> a => a.GetBytes(row),
        VariableBinaryArray<long> a => a.GetBytes(row),
        _ => ((FixedSizeBinaryArray)Array).GetBytes(row),
    };

    protected override int CompareValues(int left, int right)
    {
        ulong a = _prefixes[left], b = _prefixes[right];
        return a != b ? (a < b ? -1 : 1) : Bytes(left).SequenceCompareTo(Bytes(right));
    }

    protected override void SortValues(Span<int> rows)
    {
        int[] scratch = new int[rows.Length];
        Merge(rows, scratch);
    }

    int Order(int left, int right) => Descending ? CompareValues(right, left) : CompareValues(left, right);

    /// <summary>Top-down merge sort; the depth is the logarithm of the rows.</summary>
    void Merge(Span<int> rows, Span<int> scratch)
    {
        if (rows.Length <= 16)
        {
            for (int i = 1; i < rows.Length; i++)
            {
                int row = rows[i];
                int at = i;
                for (; at > 0 && Order(rows[at - 1], row) > 0; at--)
                    rows[at] = rows[at - 1];
                rows[at] = row;
            }
            return;
        }
        int middle = rows.Length / 2;
        Merge(rows[..middle], scratch[..middle]);
        Merge(rows[middle..], scratch[middle..]);
        if (Order(rows[middle - 1], rows[middle]) <= 0)
            return;
        rows[..middle].CopyTo(scratch);
        int left = 0, right = middle, target = 0;
        while (left < middle && right < rows.Length)
            rows[target++] = Order(scratch[left], rows[right]) <= 0 ? scratch[left++] : rows[right++];
        scratch[left..middle].CopyTo(rows[target..]);
    }
}
