using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Pennon.Cypher.Values;

/// <summary>
/// One value of the Cypher type system. The default is null. <see cref="Equals(CypherValue)"/> and <see cref="GetHashCode"/> are
/// <em>equivalence</em>, as DISTINCT and grouping need it (null with null, NaN with NaN, 1 with 1.0); the operator <c>=</c> of the language is
/// <see cref="AreEqual"/>, its <c>&lt;</c> is <see cref="IsLess"/>, and ORDER BY uses <see cref="CompareTo"/>.
/// </summary>
public readonly partial struct CypherValue : IEquatable<CypherValue>, IComparable<CypherValue>
{
    readonly object? _reference;
    readonly long _bits;
    readonly int _extra;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    CypherValue(CypherType type, long bits, int extra = 0, object? reference = null)
    {
        Type = type;
        _bits = bits;
        _extra = extra;
        _reference = reference;
    }

    /// <summary>The type; <see cref="CypherType.Null"/> for the absent value.</summary>
    public CypherType Type { get; }

    /// <summary>The absent value.</summary>
    public static CypherValue Null => default;

    /// <summary>The value <c>true</c>.</summary>
    public static CypherValue True => new(CypherType.Boolean, 1);

    /// <summary>The value <c>false</c>.</summary>
    public static CypherValue False => new(CypherType.Boolean, 0);

    /// <summary>Whether the value is absent.</summary>
    public bool IsNull => Type == CypherType.Null;

    /// <summary>Whether the value is an integer or a float.</summary>
    public bool IsNumber => Type is CypherType.Integer or CypherType.Float;

    /// <summary>A boolean.</summary>
    /// <param name="value">The boolean.</param>
    public static implicit operator CypherValue(bool value) => new(CypherType.Boolean, value ? 1 : 0);

    /// <summary>The outcome of three-valued logic; null becomes the absent value.</summary>
    /// <param name="value">The outcome.</param>
    public static implicit operator CypherValue(bool? value) => value is { } known ? known : default(CypherValue);

    /// <summary>An integer.</summary>
    /// <param name="value">The integer.</param>
    public static implicit operator CypherValue(long value) => new(CypherType.Integer, value);

    /// <summary>A float.</summary>
    /// <param name="value">The float.</param>
    public static implicit operator CypherValue(double value) => new(CypherType.Float, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Text, or the absent value for a null reference.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator CypherValue(string? value) => value is null ? default : new(CypherType.String, 0, 0, value);

    /// <summary>A map, or the absent value for a null reference.</summary>
    /// <param name="value">The map.</param>
    public static implicit operator CypherValue(CypherMap? value) => value is null ? default : new(CypherType.Map, 0, 0, value);

    /// <summary>A node, or the absent value for a null reference.</summary>
    /// <param name="value">The node.</param>
    public static implicit operator CypherValue(CypherNode? value) => value is null ? default : new(CypherType.Node, 0, 0, value);

    /// <summary>A relationship, or the absent value for a null reference.</summary>
    /// <param name="value">The relationship.</param>
    public static implicit operator CypherValue(CypherRelationship? value) => value is null ? default : new(CypherType.Relationship, 0, 0, value);

    /// <summary>A path, or the absent value for a null reference.</summary>
    /// <param name="value">The path.</param>
    public static implicit operator CypherValue(CypherPath? value) => value is null ? default : new(CypherType.Path, 0, 0, value);

    /// <summary>A date.</summary>
    /// <param name="value">The date.</param>
    public static implicit operator CypherValue(CypherDate value) => new(CypherType.Date, value.EpochDay);

    /// <summary>A local time of day.</summary>
    /// <param name="value">The time.</param>
    public static implicit operator CypherValue(CypherLocalTime value) => new(CypherType.LocalTime, value.NanosecondOfDay);

    /// <summary>A time of day with an offset.</summary>
    /// <param name="value">The time.</param>
    public static implicit operator CypherValue(CypherTime value) => new(CypherType.Time, value.NanosecondOfDay, value.OffsetSeconds);

    /// <summary>A local date and time.</summary>
    /// <param name="value">The date and time.</param>
    public static implicit operator CypherValue(CypherLocalDateTime value) => new(CypherType.LocalDateTime, value.EpochSecond, value.Nanosecond);

    /// <summary>A date and time in a zone.</summary>
    /// <param name="value">The date and time.</param>
    public static implicit operator CypherValue(CypherDateTime value) => new(CypherType.DateTime, value.EpochSecond, value.Nanosecond, value.Zone);

    /// <summary>A duration, or the absent value for a null reference.</summary>
    /// <param name="value">The duration.</param>
    public static implicit operator CypherValue(CypherDuration? value) => value is null ? default : new(CypherType.Duration, 0, 0, value);

    /// <summary>A point, or the absent value for a null reference.</summary>
    /// <param name="value">The point.</param>
    public static implicit operator CypherValue(CypherPoint? value) => value is null ? default : new(CypherType.Point, 0, 0, value);

    /// <summary>A list over the given array, which is taken over and must not be changed afterwards.</summary>
    /// <param name="items">The elements in order.</param>
    public static CypherValue List(params CypherValue[] items) => new(CypherType.List, 0, 0, items);

    /// <summary>A byte string over the given array, which is taken over and must not be changed afterwards.</summary>
    /// <param name="bytes">The bytes.</param>
    public static CypherValue Bytes(byte[] bytes) => new(CypherType.Bytes, 0, 0, bytes);

    /// <summary>The boolean.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public bool AsBoolean() => Type == CypherType.Boolean ? _bits != 0 : ThrowType<bool>("a Boolean");

    /// <summary>The integer.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public long AsInteger() => Type == CypherType.Integer ? _bits : ThrowType<long>("an Integer");

    /// <summary>The float; an integer is converted.</summary>
    /// <exception cref="CypherTypeException">The value is not a number.</exception>
    public double AsFloat() => Type switch
    {
        CypherType.Float => BitConverter.Int64BitsToDouble(_bits),
        CypherType.Integer => _bits,
        _ => ThrowType<double>("a number"),
    };

    /// <summary>The text.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public string AsString() => Type == CypherType.String ? Unsafe.As<string>(_reference!) : ThrowType<string>("a String");

    /// <summary>The bytes.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public ReadOnlyMemory<byte> AsBytes() => Type == CypherType.Bytes ? (byte[])_reference! : ThrowType<byte[]>("Bytes");

    /// <summary>The elements of the list.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public ReadOnlySpan<CypherValue> AsList() => Type == CypherType.List ? (CypherValue[])_reference! : ThrowType<CypherValue[]>("a List");

    /// <summary>The map.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherMap AsMap() => Type == CypherType.Map ? (CypherMap)_reference! : ThrowType<CypherMap>("a Map");

    /// <summary>The node.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherNode AsNode() => Type == CypherType.Node ? (CypherNode)_reference! : ThrowType<CypherNode>("a Node");

    /// <summary>The relationship.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherRelationship AsRelationship() =>
        Type == CypherType.Relationship ? (CypherRelationship)_reference! : ThrowType<CypherRelationship>("a Relationship");

    /// <summary>The path.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherPath AsPath() => Type == CypherType.Path ? (CypherPath)_reference! : ThrowType<CypherPath>("a Path");

    /// <summary>The date.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherDate AsDate() => Type == CypherType.Date ? new CypherDate(_bits) : ThrowType<CypherDate>("a Date");

    /// <summary>The local time of day.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherLocalTime AsLocalTime() =>
        Type == CypherType.LocalTime ? new CypherLocalTime(_bits) : ThrowType<CypherLocalTime>("a LocalTime");

    /// <summary>The time of day with its offset.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherTime AsTime() => Type == CypherType.Time ? new CypherTime(_bits, _extra) : ThrowType<CypherTime>("a Time");

    /// <summary>The local date and time.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherLocalDateTime AsLocalDateTime() =>
        Type == CypherType.LocalDateTime ? new CypherLocalDateTime(_bits, _extra) : ThrowType<CypherLocalDateTime>("a LocalDateTime");

    /// <summary>The date and time in its zone.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherDateTime AsDateTime() =>
        Type == CypherType.DateTime ? new CypherDateTime(_bits, _extra, (CypherZone)_reference!) : ThrowType<CypherDateTime>("a DateTime");

    /// <summary>The duration.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherDuration AsDuration() => Type == CypherType.Duration ? (CypherDuration)_reference! : ThrowType<CypherDuration>("a Duration");

    /// <summary>The point.</summary>
    /// <exception cref="CypherTypeException">The value is of another type.</exception>
    public CypherPoint AsPoint() => Type == CypherType.Point ? (CypherPoint)_reference! : ThrowType<CypherPoint>("a Point");

    /// <summary>The id of the node or relationship.</summary>
    internal ulong EntityId => ((CypherEntity)_reference!).Id;

    /// <summary>The node or relationship, whichever it is.</summary>
    /// <exception cref="CypherTypeException">The value is neither.</exception>
    public CypherEntity AsEntity() =>
        Type is CypherType.Node or CypherType.Relationship ? (CypherEntity)_reference! : ThrowType<CypherEntity>("a Node or a Relationship");

    [DoesNotReturn]
    T ThrowType<T>(string wanted) => throw new CypherTypeException($"{wanted} is needed here, but the value is {Describe()}.");
}
