using System.Buffers.Binary;
using System.Text;

namespace Pennon.Graph;

/// <summary>The kinds of value a <see cref="TaggedValue"/> can hold.</summary>
public enum TaggedKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A 64-bit integer.</summary>
    Int64,

    /// <summary>A 64-bit float.</summary>
    Float64,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Values in order.</summary>
    List,

    /// <summary>Values by name.</summary>
    Map,
}

/// <summary>
/// A view of one value of any kind, as the <c>overflow</c> column and mixed property columns store them: a tag byte, then the
/// value (integers and lengths little-endian, lengths and counts 4 bytes). Lists and maps are walked with <see cref="Items"/>.
/// </summary>
public readonly ref struct TaggedValue
{
    internal const int MaxDepth = 64;

    readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at a value's bytes, checking the whole of it.</summary>
    /// <param name="bytes">Exactly one value.</param>
    /// <exception cref="FormatException">The bytes are not one well-formed value.</exception>
    public TaggedValue(ReadOnlySpan<byte> bytes)
    {
        var length = Measure(bytes, MaxDepth);
        if (length != bytes.Length)
        {
            throw new FormatException($"A tagged value ends after {length} of {bytes.Length} bytes.");
        }

        _bytes = bytes;
    }

    TaggedValue(ReadOnlySpan<byte> bytes, bool _) => _bytes = bytes;

    /// <summary>What the value is.</summary>
    public TaggedKind Kind => _bytes.IsEmpty ? TaggedKind.Null : KindOf(_bytes[0]);

    /// <summary>The value's bytes, tag included.</summary>
    public ReadOnlySpan<byte> Encoded => _bytes;

    /// <summary>The number of items of a list or entries of a map, otherwise 0.</summary>
    public int Count => Kind is TaggedKind.List or TaggedKind.Map ? BinaryPrimitives.ReadInt32LittleEndian(_bytes[1..]) : 0;

    /// <summary>The value of a <see cref="TaggedKind.Boolean"/>.</summary>
    public bool GetBoolean() => Expect(TaggedKind.Boolean)[0] == TaggedWriter.True;

    /// <summary>The value of an <see cref="TaggedKind.Int64"/>.</summary>
    public long GetInt64() => BinaryPrimitives.ReadInt64LittleEndian(Expect(TaggedKind.Int64)[1..]);

    /// <summary>The value of a <see cref="TaggedKind.Float64"/>.</summary>
    public double GetDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Expect(TaggedKind.Float64)[1..]);

    /// <summary>The UTF-8 text of a <see cref="TaggedKind.String"/>, or the bytes of a <see cref="TaggedKind.Bytes"/>.</summary>
    public ReadOnlySpan<byte> GetBytes() => Kind is TaggedKind.Bytes ? _bytes[5..] : Expect(TaggedKind.String)[5..];

    /// <summary>The text of a <see cref="TaggedKind.String"/>.</summary>
    public string GetString() => Encoding.UTF8.GetString(Expect(TaggedKind.String)[5..]);

    /// <summary>Walks the items of a list, or the entries of a map.</summary>
    public Enumerator Items => Kind is TaggedKind.List or TaggedKind.Map ? new Enumerator(_bytes[5..], Count, Kind == TaggedKind.Map) : default;

    ReadOnlySpan<byte> Expect(TaggedKind kind) =>
        Kind == kind ? _bytes : throw new InvalidOperationException($"The value is a {Kind}, not a {kind}.");

    static TaggedKind KindOf(byte tag) => tag switch
    {
        TaggedWriter.Null => TaggedKind.Null,
        TaggedWriter.False or TaggedWriter.True => TaggedKind.Boolean,
        TaggedWriter.Int64 => TaggedKind.Int64,
        TaggedWriter.Float64 => TaggedKind.Float64,
        TaggedWriter.String => TaggedKind.String,
        TaggedWriter.Bytes => TaggedKind.Bytes,
        TaggedWriter.List => TaggedKind.List,
        TaggedWriter.Map => TaggedKind.Map,
        _ => throw new FormatException($"{tag} is no tag of a value."),
    };

    static int Measure(ReadOnlySpan<byte> bytes, int depth)
    {
        if (bytes.IsEmpty)
        {
            throw new FormatException("A tagged value is missing.");
        }

        switch (KindOf(bytes[0]))
        {
            case TaggedKind.Null or TaggedKind.Boolean:
                return 1;
            case TaggedKind.Int64 or TaggedKind.Float64:
                return bytes.Length >= 9 ? 9 : throw Cut();
            case TaggedKind.String or TaggedKind.Bytes:
                return 5 + Length(bytes, 1);
            case var kind:
                if (depth == 0)
                {
                    throw new FormatException($"A tagged value is nested more than {MaxDepth} deep.");
                }

                if (bytes.Length < 5)
                {
                    throw Cut();
                }

                var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
                var at = 5;
                if (count < 0 || count > bytes.Length - at)
                {
                    throw Cut();
                }

                for (var i = 0; i < count; i++)
                {
                    if (kind == TaggedKind.Map)
                    {
                        at += 4 + Length(bytes, at);
                    }

                    at += Measure(bytes[at..], depth - 1);
                }

                return at;
        }
    }

    // The length at an offset, checked against the bytes that follow it.
    static int Length(ReadOnlySpan<byte> bytes, int at)
    {
        if (bytes.Length - at < 4)
        {
            throw Cut();
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
        return length >= 0 && length <= bytes.Length - at - 4 ? length : throw Cut();
    }

    static FormatException Cut() => new("A tagged value runs past the end of its bytes.");

    /// <summary>Walks a list or a map.</summary>
    public ref struct Enumerator
    {
        ReadOnlySpan<byte> _rest;
        int _left;
        readonly bool _named;

        internal Enumerator(ReadOnlySpan<byte> items, int count, bool named)
        {
            _rest = items;
            _left = count;
            _named = named;
        }

        /// <summary>The name of the current entry of a map, in UTF-8; empty in a list.</summary>
        public ReadOnlySpan<byte> Name { get; private set; }

        /// <summary>The current item or entry's value.</summary>
        public TaggedValue Current { get; private set; }

        /// <summary>Steps to the next item; false after the last.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            if (_named)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
                Name = _rest.Slice(4, length);
                _rest = _rest[(4 + length)..];
            }

            var size = Measure(_rest, MaxDepth);
            Current = new TaggedValue(_rest[..size], true);
            _rest = _rest[size..];
            return true;
        }

        /// <summary>Gives itself, so that <c>foreach</c> works.</summary>
        public readonly Enumerator GetEnumerator() => this;
    }
}
