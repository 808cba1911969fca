using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>A table of up to 255 symbols of 1 to 8 bytes, each replaced by one byte; other bytes are escaped. Encodes text with it.</summary>
/// <remarks>
/// Symbols of three bytes and more live in a hash table with one place for each first three bytes, shorter ones in a direct
/// table over two bytes, so that a step is two loads and one comparison and never searches.
/// </remarks>
internal sealed partial class FsstTable
{
    public const int MaxSymbols = 255;
    public const int SerializedSize = 8 + 256 * 8 + 256;

    const byte Escape = 255;
    const int PlaceBits = 11;

    // Fields of a short code: the code itself, how many bytes it stands for, and whether the byte follows it.
    const int LengthShift = 8;
    const int EscapeShift = 12;

    struct Place
    {
        public ulong Symbol;
        public ulong Mask;
        public int Code;
        public int Length;
    }

    readonly ulong[] _symbols = new ulong[MaxSymbols];
    readonly byte[] _lengths = new byte[MaxSymbols];
    readonly Place[] _places = new Place[1 << PlaceBits];
    readonly ushort[] _pairs = new ushort[1 << 16];
    readonly ushort[] _singles = new ushort[256];
    int _count;

    FsstTable() => Reset();

    /// <summary>Encoded size over original size for the sample the table was made from.</summary>
    public double EstimatedRatio { get; private set; }

    /// <summary>Encodes each value on its own.</summary>
    /// <param name="bytes">The values.</param>
    /// <param name="ends">0, then where each value ends.</param>
    /// <param name="codedEnds">The same for the result, as 32-bit integers.</param>
    public ByteSink Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, out ByteSink codedEnds)
    {
        codedEnds = new ByteSink(ends.Length * 4);
        var coded = codedEnds.Extend<int>(ends.Length);
        var target = new ByteSink(bytes.Length / 2 + 4096);
        coded[0] = 0;
        for (var i = 1; i < ends.Length; i++)
        {
            var length = ends[i] - ends[i - 1];
            target.Advance(EncodeValue(bytes, ends[i - 1], ends[i], target.Reserve(checked(2 * length + 2))));
            coded[i] = target.Length;
        }
        return target;
    }

    /// <summary>The table in the form the format stores.</summary>
    public byte[] Serialize()
    {
        var bytes = new byte[SerializedSize];
        bytes[0] = (byte)_count;
        bytes[3] = 1;
        "TSSF"u8.CopyTo(bytes.AsSpan(4));
        MemoryMarshal.AsBytes(_symbols.AsSpan(0, _count)).CopyTo(bytes.AsSpan(8));
        _lengths.AsSpan(0, _count).CopyTo(bytes.AsSpan(8 + 8 * _count));
        return bytes;
    }

    /// <summary>Encodes one value; the target holds at least twice its length.</summary>
    int EncodeValue(ReadOnlySpan<byte> bytes, int start, int end, Span<byte> target)
    {
        ref var source = ref MemoryMarshal.GetReference(bytes);
        ref var output = ref MemoryMarshal.GetReference(target);
        ref var places = ref MemoryMarshal.GetArrayDataReference(_places);
        ref var pairs = ref MemoryMarshal.GetArrayDataReference(_pairs);
        nint at = 0;
        var position = start;
        while (end - position >= 8)
        {
            var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, position));
            ref var place = ref Unsafe.Add(ref places, PlaceOf(word));
            if ((word & place.Mask) == place.Symbol)
            {
                Unsafe.Add(ref output, at++) = (byte)place.Code;
                position += place.Length;
                continue;
            }
            uint code = Unsafe.Add(ref pairs, (int)(ushort)word);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref output, at), (ushort)((byte)code | word << 8));
            at += 1 + (int)(code >> EscapeShift);
            position += (int)(code >> LengthShift & 15);
        }
        while (position < end)
        {
            var left = end - position;
            ulong word;
            if (position + 8 <= bytes.Length) word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, position));
            else
            {
                word = 0;
                for (var i = 0; i < left; i++) word |= (ulong)Unsafe.Add(ref source, position + i) << (8 * i);
            }
            ref var place = ref Unsafe.Add(ref places, PlaceOf(word));
            if ((word & place.Mask) == place.Symbol && place.Length <= left)
            {
                Unsafe.Add(ref output, at++) = (byte)place.Code;
                position += place.Length;
                continue;
            }
            uint code = left > 1 ? _pairs[(ushort)word] : _singles[(byte)word];
            Unsafe.Add(ref output, at++) = (byte)code;
            if (code >> EscapeShift != 0) Unsafe.Add(ref output, at++) = (byte)word;
            position += (int)(code >> LengthShift & 15);
        }
        return (int)at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int PlaceOf(ulong word) => (int)((uint)(word & 0xFFFFFF) * 2971215073u >> (32 - PlaceBits));

    void Reset()
    {
        _count = 0;
        // A place that matches nothing: no word is 1 after masking everything away.
        Array.Fill(_places, new Place { Symbol = 1 });
        const ushort escaped = Escape | 1 << LengthShift | 1 << EscapeShift;
        Array.Fill(_pairs, escaped);
        Array.Fill(_singles, escaped);
    }

    /// <summary>Adds a symbol unless its place is taken.</summary>
    bool TryAdd(ulong symbol, int length)
    {
        if (length >= 3)
        {
            ref var place = ref _places[PlaceOf(symbol)];
            if (place.Length != 0) return false;
            place = new Place { Symbol = symbol, Mask = length == 8 ? ulong.MaxValue : (1UL << (8 * length)) - 1, Code = _count, Length = length };
        }
        else if (length == 2) _pairs[(ushort)symbol] = (ushort)(_count | 2 << LengthShift);
        else
        {
            var code = (ushort)(_count | 1 << LengthShift);
            _singles[(byte)symbol] = code;
            for (var second = 0; second < 256; second++)
            {
                ref var pair = ref _pairs[(int)symbol | second << 8];
                if ((pair >> LengthShift & 15) == 1) pair = code;
            }
        }
        _symbols[_count] = symbol;
        _lengths[_count++] = (byte)length;
        return true;
    }
}
