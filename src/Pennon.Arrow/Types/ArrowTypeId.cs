namespace Pennon.Arrow;

/// <summary>The physical and logical kind of an <see cref="ArrowType"/>.</summary>
public enum ArrowTypeId
{
    /// <summary>Every value is null; no buffers.</summary>
    Null,
    /// <summary>One bit per value, least significant bit first.</summary>
    Boolean,
    /// <summary>Signed 8-bit integer.</summary>
    Int8,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
    /// <summary>Signed 16-bit integer.</summary>
    Int16,
    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,
    /// <summary>Signed 64-bit integer.</summary>
    Int64,
    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,
    /// <summary>IEEE 754 binary16.</summary>
    Float16,
    /// <summary>IEEE 754 binary32.</summary>
    Float32,
    /// <summary>IEEE 754 binary64.</summary>
    Float64,
    /// <summary>UTF-8 text with 32-bit offsets.</summary>
    String,
    /// <summary>UTF-8 text with 64-bit offsets.</summary>
    LargeString,
    /// <summary>Bytes with 32-bit offsets.</summary>
    Binary,
    /// <summary>Bytes with 64-bit offsets.</summary>
    LargeBinary,
    /// <summary>Bytes of one fixed width.</summary>
    FixedSizeBinary,
    /// <summary>Days since 1970-01-01 as a 32-bit integer.</summary>
    Date32,
    /// <summary>Milliseconds since 1970-01-01 as a 64-bit integer.</summary>
    Date64,
    /// <summary>Time of day in seconds or milliseconds as a 32-bit integer.</summary>
    Time32,
    /// <summary>Time of day in microseconds or nanoseconds as a 64-bit integer.</summary>
    Time64,
    /// <summary>Instant or local date-time as a 64-bit count of units since 1970-01-01.</summary>
    Timestamp,
    /// <summary>Elapsed time as a 64-bit count of units.</summary>
    Duration,
    /// <summary>Decimal in 128-bit two's complement.</summary>
    Decimal128,
    /// <summary>Decimal in 256-bit two's complement.</summary>
    Decimal256,
    /// <summary>Variable-length list with 32-bit offsets.</summary>
    List,
    /// <summary>Variable-length list with 64-bit offsets.</summary>
    LargeList,
    /// <summary>List of one fixed length, used for vectors.</summary>
    FixedSizeList,
    /// <summary>Named child columns of equal length.</summary>
    Struct,
    /// <summary>List of key and value entries.</summary>
    Map,
    /// <summary>Integer indices into a dictionary of values.</summary>
    Dictionary,
}

/// <summary>The unit of a time of day, timestamp or duration.</summary>
public enum TimeUnit
{
    /// <summary>Seconds.</summary>
    Second,
    /// <summary>Milliseconds, 10^-3 s.</summary>
    Millisecond,
    /// <summary>Microseconds, 10^-6 s.</summary>
    Microsecond,
    /// <summary>Nanoseconds, 10^-9 s.</summary>
    Nanosecond,
}
