using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Access to the bytes of text or binary values, whatever the width of their offsets.</summary>
readonly ref struct TextValues
{
    readonly ReadOnlySpan<int> _small;
    readonly ReadOnlySpan<long> _large;
    readonly ReadOnlySpan<byte> _data;
    readonly FilterVector _vector;

    public TextValues(FilterVector vector)
    {
        _vector = vector;
        switch (vector.Array)
        {
            case VariableBinaryArray<int> small:
                _small = small.Offsets;
                _data = small.Data;
                break;
            case VariableBinaryArray<long> large:
                _large = large.Offsets;
                _data = large.Data;
                break;
            default:
                throw new InvalidOperationException($"{vector.Array.Type} is no text.");
        }
    }

    public bool IsNull(int row) => _vector.Array.IsNull(_vector.Row(row));

    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            row = _vector.Row(row);
            return _small.IsEmpty
                ? _data[(int)_large[row]..(int)_large[row + 1]]
                : _data[_small[row].._small[row + 1]];
        }
    }

    /// <summary>The number of code points in valid UTF-8.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
        {
            if ((b & 0xC0) != 0x80)
                count++;
        }
        return count;
    }

    /// <summary>The byte position of a code point; the length of the text if there are fewer.</summary>
    public static int Advance(ReadOnlySpan<byte> text, int at, long characters)
    {
        while (characters > 0 && at < text.Length)
        {
            at++;
            while (at < text.Length && (text[at] & 0xC0) == 0x80)
                at++;
            characters--;
        }
        return at;
    }

    public static string Decode(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
