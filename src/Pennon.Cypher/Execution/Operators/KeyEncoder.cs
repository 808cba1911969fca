using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Turns one key column into 64-bit codes that are equal exactly where the values are equivalent, and codes back into a column. Integers,
/// nodes and booleans are their own codes; strings and tagged values are numbered in the order in which they come.
/// </summary>
internal abstract class KeyEncoder
{
    /// <summary>Writes a code for each row; returns the null marks, or null when the codes alone tell nulls apart.</summary>
    public abstract bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context);

    /// <summary>The column of the given codes, where <paramref name="nulls"/> marks null rows.</summary>
    public abstract Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context);

    public static KeyEncoder For(ValueKind kind) => kind switch
    {
        ValueKind.Int64 => new Integers(),
        ValueKind.Node => new Nodes(),
        ValueKind.Boolean => new Booleans(),
        ValueKind.String => new Strings(),
        _ => new Tagged(kind),
    };

    public static KeyEncoder Numbered(ValueKind kind) => new Tagged(kind);

    sealed class Integers : KeyEncoder
    {
        [MethodImpl(Hot.Loop)]
        public override bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context)
        {
            var typed = (Int64Vector)keys;
            typed.Values.CopyTo(codes);
            for (int i = 0; typed.Nulls is not null && i < codes.Length; i++)
            {
                codes[i] = typed.Nulls[i] ? 0 : codes[i];
            }
            return typed.Nulls;
        }

        public override Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context) => new Int64Vector(codes.ToArray(), nulls, codes.Length);
    }

    sealed class Nodes : KeyEncoder
    {
        [MethodImpl(Hot.Loop)]
        public override bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context)
        {
            ((NodeVector)keys).Refs.CopyTo(codes);
            return null;
        }

        public override Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context) => new NodeVector(codes.ToArray(), codes.Length);
    }

    sealed class Booleans : KeyEncoder
    {
        [MethodImpl(Hot.Loop)]
        public override bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context)
        {
            var values = ((BooleanVector)keys).Values;
            for (int i = 0; i < codes.Length; i++)
            {
                codes[i] = values[i];
            }
            return null;
        }

        public override Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context)
        {
            var values = new byte[codes.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (byte)codes[i];
            }
            return new BooleanVector(values, values.Length);
        }
    }

    sealed class Strings : KeyEncoder
    {
        readonly Dictionary<Utf8Key, int> _numbers = new(Utf8Key.Comparer);
        readonly VectorBuilder _texts = Vector.AllNull(ValueKind.String, 0).NewBuilder();
        Utf8Source[]? _lastSources;
        Dictionary<long, int> _byReference = [];

        [MethodImpl(Hot.Loop)]
        public override bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context)
        {
            var typed = (StringVector)keys;
            if (!SameSources(typed.Sources))
            {
                _lastSources = typed.Sources;
                _byReference = [];
            }
            for (int i = 0; i < codes.Length; i++)
            {
                long reference = typed.Refs[i];
                if (reference < 0)
                {
                    codes[i] = -1;
                    continue;
                }
                // The same stored row is the same text; only a row not met before is hashed by its bytes.
                if (!_byReference.TryGetValue(reference, out int number))
                {
                    var key = new Utf8Key(typed.Sources[reference >> 32], (int)reference);
                    if (!_numbers.TryGetValue(key, out number))
                    {
                        number = _texts.Length;
                        _numbers.Add(key, number);
                        _texts.Append(typed, i);
                    }
                    _byReference.Add(reference, number);
                }
                codes[i] = number;
            }
            return null;
        }

        public override Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context)
        {
            var texts = (StringVector)_texts.Build();
            var refs = new long[codes.Length];
            for (int i = 0; i < refs.Length; i++)
            {
                refs[i] = codes[i] < 0 ? -1 : texts.Refs[(int)codes[i]];
            }
            return new StringVector(texts.Sources, refs, refs.Length);
        }

        bool SameSources(Utf8Source[] sources)
        {
            if (_lastSources is null || _lastSources.Length != sources.Length)
            {
                return false;
            }
            for (int i = 0; i < sources.Length; i++)
            {
                if (!ReferenceEquals(sources[i], _lastSources[i]))
                {
                    return false;
                }
            }
            return true;
        }
    }

    sealed class Tagged(ValueKind kind) : KeyEncoder
    {
        readonly Dictionary<CypherValue, int> _numbers = [];
        readonly List<CypherValue> _values = [];

        [MethodImpl(Hot.Loop)]
        public override bool[]? Encode(Vector keys, Span<long> codes, ExecutionContext context)
        {
            for (int i = 0; i < codes.Length; i++)
            {
                var value = keys.Value(i, context);
                if (!_numbers.TryGetValue(value, out int number))
                {
                    number = _values.Count;
                    _numbers.Add(value, number);
                    _values.Add(value);
                }
                codes[i] = number;
            }
            return null;
        }

        public override Vector Decode(ReadOnlySpan<long> codes, bool[]? nulls, ExecutionContext context)
        {
            var values = new CypherValue[codes.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = _values[(int)codes[i]];
            }
            return Broadcast.Pack(values, kind, context);
        }
    }
}

/// <summary>A stored text as a dictionary key, hashed and compared by its bytes.</summary>
internal readonly record struct Utf8Key(Utf8Source Source, int Row)
{
    public static IEqualityComparer<Utf8Key> Comparer { get; } = new ByBytes();

    sealed class ByBytes : IEqualityComparer<Utf8Key>
    {
        public bool Equals(Utf8Key x, Utf8Key y) => x.Source[x.Row].SequenceEqual(y.Source[y.Row]);

        public int GetHashCode(Utf8Key key)
        {
            var hash = new HashCode();
            hash.AddBytes(key.Source[key.Row]);
            return hash.ToHashCode();
        }
    }
}
