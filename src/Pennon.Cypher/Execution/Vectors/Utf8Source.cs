using Pennon.Arrow;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>Where the bytes of strings live: a stored column, or text that an expression made.</summary>
internal sealed class Utf8Source
{
    readonly StringArray? _stored;
    readonly LargeStringArray? _storedLarge;
    readonly byte[] _data = [];
    readonly int[] _offsets = [];

    public Utf8Source(StringArray stored) => _stored = stored;

    public Utf8Source(LargeStringArray stored) => _storedLarge = stored;

    /// <summary>Row i is <paramref name="data"/> from <c>offsets[i]</c> to <c>offsets[i + 1]</c>.</summary>
    public Utf8Source(byte[] data, int[] offsets)
    {
        _data = data;
        _offsets = offsets;
    }

    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            if (_stored is not null)
            {
                return _stored.GetBytes(row);
            }
            if (_storedLarge is not null)
            {
                return _storedLarge.GetBytes(row);
            }
            return _data.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);
        }
    }
}
