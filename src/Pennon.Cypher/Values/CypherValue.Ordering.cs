namespace Pennon.Cypher.Values;

public readonly partial struct CypherValue
{
    const double MaxInt64AsFloat = 9223372036854775808.0;

    /// <summary>The language's <c>&lt;</c>: null when an operand is null or the two cannot be compared; false when a number is NaN.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool? IsLess(in CypherValue left, in CypherValue right) => TryCompare(left, right, out int order) ? order is < 0 and not Unordered : null;

    /// <summary>The language's <c>&lt;=</c>; see <see cref="IsLess"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool? IsLessOrEqual(in CypherValue left, in CypherValue right) =>
        TryCompare(left, right, out int order) ? order is <= 0 and not Unordered : null;

    const int Unordered = int.MinValue;

    /// <summary>
    /// Compares as <c>&lt;</c> and <c>&gt;</c> do. Returns false when the outcome is null; <paramref name="order"/> is
    /// <see cref="Unordered"/> when a NaN makes every comparison false.
    /// </summary>
    static bool TryCompare(in CypherValue left, in CypherValue right, out int order)
    {
        order = 0;
        if (left.IsNumber && right.IsNumber)
        {
            order = IsNaN(left) || IsNaN(right) ? Unordered : CompareNumbers(left, right);
            return true;
        }
        if (left.Type != right.Type)
        {
            return false;
        }
        switch (left.Type)
        {
            case CypherType.List:
                return TryCompare(left.AsList(), right.AsList(), out order);
            case CypherType.Boolean or CypherType.String or CypherType.Bytes
                or CypherType.Date or CypherType.LocalTime or CypherType.Time or CypherType.LocalDateTime or CypherType.DateTime:
                order = left.CompareSameType(right);
                return true;
            default:
                return false;
        }
    }

    static bool TryCompare(ReadOnlySpan<CypherValue> left, ReadOnlySpan<CypherValue> right, out int order)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            var equal = AreEqual(left[i], right[i]);
            if (equal != true)
            {
                order = 0;
                return equal == false && TryCompare(left[i], right[i], out order);
            }
        }
        order = left.Length.CompareTo(right.Length);
        return true;
    }

    static bool IsNaN(in CypherValue value) => value.Type == CypherType.Float && double.IsNaN(value.AsFloat());

    /// <summary>
    /// The order of ORDER BY, min and max: total over all values. Ascending: maps, nodes, relationships, lists, paths, points, temporal values, strings,
    /// bytes, booleans, numbers, NaN, null.
    /// </summary>
    /// <param name="other">The other value.</param>
    /// <returns>Less than 0, 0 or more than 0.</returns>
    public int CompareTo(CypherValue other)
    {
        int byKind = OrderOf(Type).CompareTo(OrderOf(other.Type));
        return byKind != 0 ? byKind : CompareSameType(other);
    }

    static int OrderOf(CypherType type) => type switch
    {
        CypherType.Map => 0,
        CypherType.Node => 1,
        CypherType.Relationship => 2,
        CypherType.List => 3,
        CypherType.Path => 4,
        CypherType.Point => 5,
        CypherType.DateTime => 6,
        CypherType.LocalDateTime => 7,
        CypherType.Date => 8,
        CypherType.Time => 9,
        CypherType.LocalTime => 10,
        CypherType.Duration => 11,
        CypherType.String => 12,
        CypherType.Bytes => 13,
        CypherType.Boolean => 14,
        CypherType.Integer or CypherType.Float => 15,
        _ => 16,
    };

    int CompareSameType(in CypherValue other)
    {
        switch (Type)
        {
            case CypherType.Null: return 0;
            case CypherType.Integer or CypherType.Float: return CompareNumbers(this, other);
            case CypherType.String: return string.CompareOrdinal((string)_reference!, (string)other._reference!);
            case CypherType.Bytes: return AsBytes().Span.SequenceCompareTo(other.AsBytes().Span);
            case CypherType.List: return AsList().SequenceCompareTo(other.AsList());
            case CypherType.Map: return CompareMaps(AsMap(), other.AsMap());
            case CypherType.Node or CypherType.Relationship: return EntityId.CompareTo(other.EntityId);
            case CypherType.Path: return ComparePaths(AsPath(), other.AsPath());
            case CypherType.Time: return CompareTimes(AsTime(), other.AsTime());
            case CypherType.DateTime: return CompareDateTimes(AsDateTime(), other.AsDateTime());
            case CypherType.Duration: return CompareDurations(AsDuration(), other.AsDuration());
            case CypherType.Point: return ComparePoints(AsPoint(), other.AsPoint());
            default:
                int order = _bits.CompareTo(other._bits);
                return order != 0 ? order : _extra.CompareTo(other._extra);
        }
    }

    /// <summary>Exact comparison of integers and floats with each other; NaN equals itself and is the largest.</summary>
    static int CompareNumbers(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer)
        {
            return right.Type == CypherType.Integer ? left._bits.CompareTo(right._bits) : -CompareToInteger(right.AsFloat(), left._bits);
        }
        if (right.Type == CypherType.Integer)
        {
            return CompareToInteger(left.AsFloat(), right._bits);
        }
        double a = left.AsFloat(), b = right.AsFloat();
        return a < b ? -1 : a > b ? 1 : double.IsNaN(a).CompareTo(double.IsNaN(b));
    }

    static int CompareToInteger(double left, long right)
    {
        if (double.IsNaN(left) || left >= MaxInt64AsFloat)
        {
            return 1;
        }
        if (left < long.MinValue)
        {
            return -1;
        }
        // Converting the integer would lose digits above 2^53; the float's whole part fits exactly.
        long whole = (long)left;
        return whole != right ? whole.CompareTo(right) : (left - whole).CompareTo(0.0);
    }

    static int CompareMaps(CypherMap left, CypherMap right)
    {
        var leftKeys = left.KeySpan.ToArray();
        var rightKeys = right.KeySpan.ToArray();
        Array.Sort(leftKeys, StringComparer.Ordinal);
        Array.Sort(rightKeys, StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(leftKeys.Length, rightKeys.Length); i++)
        {
            int byKey = string.CompareOrdinal(leftKeys[i], rightKeys[i]);
            if (byKey != 0)
            {
                return byKey;
            }
        }
        if (leftKeys.Length != rightKeys.Length)
        {
            return leftKeys.Length.CompareTo(rightKeys.Length);
        }
        foreach (var key in leftKeys)
        {
            int byValue = left[key].CompareTo(right[key]);
            if (byValue != 0)
            {
                return byValue;
            }
        }
        return 0;
    }

    static int ComparePaths(CypherPath left, CypherPath right)
    {
        int common = Math.Min(left.Relationships.Count, right.Relationships.Count);
        int order = left.Nodes[0].Id.CompareTo(right.Nodes[0].Id);
        for (int i = 0; order == 0 && i < common; i++)
        {
            order = left.Relationships[i].Id.CompareTo(right.Relationships[i].Id);
            order = order != 0 ? order : left.Nodes[i + 1].Id.CompareTo(right.Nodes[i + 1].Id);
        }
        return order != 0 ? order : left.Relationships.Count.CompareTo(right.Relationships.Count);
    }

    static int CompareTimes(CypherTime left, CypherTime right)
    {
        const long NanosecondsPerSecond = 1_000_000_000;
        long a = left.NanosecondOfDay - (left.OffsetSeconds * NanosecondsPerSecond), b = right.NanosecondOfDay - (right.OffsetSeconds * NanosecondsPerSecond);
        return a != b ? a.CompareTo(b) : left.OffsetSeconds.CompareTo(right.OffsetSeconds);
    }

    static int CompareDateTimes(CypherDateTime left, CypherDateTime right)
    {
        int order = left.EpochSecond.CompareTo(right.EpochSecond);
        order = order != 0 ? order : left.Nanosecond.CompareTo(right.Nanosecond);
        order = order != 0 ? order : left.Zone.OffsetSeconds.CompareTo(right.Zone.OffsetSeconds);
        return order != 0 ? order : string.CompareOrdinal(left.Zone.Name, right.Zone.Name);
    }

    static int CompareDurations(CypherDuration left, CypherDuration right)
    {
        int order = left.AverageSeconds.CompareTo(right.AverageSeconds);
        order = order != 0 ? order : left.Months.CompareTo(right.Months);
        order = order != 0 ? order : left.Days.CompareTo(right.Days);
        order = order != 0 ? order : left.Seconds.CompareTo(right.Seconds);
        return order != 0 ? order : left.Nanoseconds.CompareTo(right.Nanoseconds);
    }

    static int ComparePoints(CypherPoint left, CypherPoint right)
    {
        int order = left.Srid.CompareTo(right.Srid);
        order = order != 0 ? order : left.X.CompareTo(right.X);
        order = order != 0 ? order : left.Y.CompareTo(right.Y);
        return order != 0 ? order : left.Z.CompareTo(right.Z);
    }

    /// <summary>Before in the order of <see cref="CompareTo"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator <(CypherValue left, CypherValue right) => left.CompareTo(right) < 0;

    /// <summary>After in the order of <see cref="CompareTo"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator >(CypherValue left, CypherValue right) => left.CompareTo(right) > 0;

    /// <summary>Not after in the order of <see cref="CompareTo"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator <=(CypherValue left, CypherValue right) => left.CompareTo(right) <= 0;

    /// <summary>Not before in the order of <see cref="CompareTo"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator >=(CypherValue left, CypherValue right) => left.CompareTo(right) >= 0;
}
