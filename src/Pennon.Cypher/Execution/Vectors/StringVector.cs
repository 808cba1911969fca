using System.Text;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>
/// Strings as references to UTF-8 bytes: source ordinal in the upper half, row of the source in the lower; -1 is null. Bytes are touched only
/// where a string is compared, hashed or shown.
/// </summary>
internal sealed class StringVector(Utf8Source[] sources, long[] refs, int length) : Vector
{
    public ReadOnlySpan<long> Refs => refs.AsSpan(0, length);

    public Utf8Source[] Sources => sources;

    public override ValueKind Kind => ValueKind.String;

    public override int Length => length;

    public override int BytesPerRow => 8;

    public override bool IsNull(int row) => refs[row] < 0;

    public ReadOnlySpan<byte> Bytes(int row) => sources[(int)(refs[row] >> 32)][(int)refs[row]];

    public override CypherValue Value(int row, ExecutionContext context) =>
        refs[row] < 0 ? CypherValue.Null : Encoding.UTF8.GetString(Bytes(row));

    public override Vector Take(ReadOnlySpan<int> rows) => new StringVector(sources, NodeVector.TakeRefs(refs, rows), rows.Length);

    public override VectorBuilder NewBuilder() => new Builder();

    /// <summary>The vector of texts an expression made; a null text is a null row.</summary>
    public static StringVector FromTexts(ReadOnlySpan<string?> texts)
    {
        var offsets = new int[texts.Length + 1];
        var refs = new long[texts.Length];
        int size = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            size += texts[i] is { } text ? Encoding.UTF8.GetByteCount(text) : 0;
            offsets[i + 1] = size;
            refs[i] = texts[i] is null ? -1 : i;
        }
        var data = new byte[size];
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] is { } text)
            {
                Encoding.UTF8.GetBytes(text, data.AsSpan(offsets[i]));
            }
        }
        return new StringVector([new Utf8Source(data, offsets)], refs, texts.Length);
    }

    /// <summary>One text in every row.</summary>
    public static StringVector Repeat(string text, int length)
    {
        var data = Encoding.UTF8.GetBytes(text);
        return new StringVector([new Utf8Source(data, [0, data.Length])], new long[length], length);
    }

    sealed class Builder : VectorBuilder
    {
        readonly Buffer<long> _refs = new();
        readonly List<Utf8Source> _sources = [];
        readonly Dictionary<Utf8Source, int> _ordinals = [];
        Utf8Source[]? _lastSources;
        int[] _map = [];

        public override int Length => _refs.Count;

        public override void Append(Vector source)
        {
            for (int i = 0; i < source.Length; i++)
            {
                Append(source, i);
            }
        }

        public override void Append(Vector source, int row)
        {
            var typed = (StringVector)source;
            long reference = typed.Refs[row];
            if (reference >= 0)
            {
                if (!ReferenceEquals(_lastSources, typed.Sources))
                {
                    Map(typed.Sources);
                }
                reference = ((long)_map[reference >> 32] << 32) | (uint)reference;
            }
            _refs.Append(reference);
        }

        public override Vector Build() => new StringVector([.. _sources], _refs.Items, _refs.Count);

        void Map(Utf8Source[] sources)
        {
            _lastSources = sources;
            _map = new int[sources.Length];
            for (int s = 0; s < sources.Length; s++)
            {
                if (!_ordinals.TryGetValue(sources[s], out int ordinal))
                {
                    ordinal = _sources.Count;
                    _sources.Add(sources[s]);
                    _ordinals.Add(sources[s], ordinal);
                }
                _map[s] = ordinal;
            }
        }
    }
}
