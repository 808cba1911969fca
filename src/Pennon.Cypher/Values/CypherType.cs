namespace Pennon.Cypher.Values;

/// <summary>The type of a <see cref="CypherValue"/>.</summary>
public enum CypherType : byte
{
    /// <summary>The absent value.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A 64-bit signed integer.</summary>
    Integer,

    /// <summary>An IEEE 754 double.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>A byte array.</summary>
    Bytes,

    /// <summary>An ordered list of values.</summary>
    List,

    /// <summary>Values by string key.</summary>
    Map,

    /// <summary>A node of the graph.</summary>
    Node,

    /// <summary>A relationship of the graph.</summary>
    Relationship,

    /// <summary>Alternating nodes and relationships.</summary>
    Path,

    /// <summary>A calendar date without a time zone.</summary>
    Date,

    /// <summary>A time of day without an offset.</summary>
    LocalTime,

    /// <summary>A time of day with an offset from UTC.</summary>
    Time,

    /// <summary>A date and time without a time zone.</summary>
    LocalDateTime,

    /// <summary>A date and time in a time zone.</summary>
    DateTime,

    /// <summary>A span of months, days, seconds and nanoseconds.</summary>
    Duration,

    /// <summary>A point in a plane, in space or on the globe.</summary>
    Point,
}
