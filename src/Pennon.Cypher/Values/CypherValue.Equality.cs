namespace Pennon.Cypher.Values;

public readonly partial struct CypherValue
{
    /// <summary>The language's <c>=</c>: null when an operand, or an element that decides, is null; values of different kinds are not equal.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool? AreEqual(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Null || right.Type == CypherType.Null)
        {
            return null;
        }
        if (left.Type != right.Type)
        {
            return left.IsNumber && right.IsNumber && CompareNumbers(left, right) == 0;
        }
        switch (left.Type)
        {
            case CypherType.Float: return left.AsFloat() == right.AsFloat();
            case CypherType.List: return AreEqual(left.AsList(), right.AsList());
            case CypherType.Map: return AreEqual(left.AsMap(), right.AsMap());
            case CypherType.Point: return PointsEqual(left.AsPoint(), right.AsPoint());
            default: return left.Equals(right);
        }
    }

    static bool? AreEqual(ReadOnlySpan<CypherValue> left, ReadOnlySpan<CypherValue> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }
        bool? outcome = true;
        for (int i = 0; i < left.Length; i++)
        {
            var equal = AreEqual(left[i], right[i]);
            if (equal == false)
            {
                return false;
            }
            outcome &= equal;
        }
        return outcome;
    }

    static bool? AreEqual(CypherMap left, CypherMap right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }
        bool? outcome = true;
        for (int i = 0; i < left.Count; i++)
        {
            if (!right.TryGetValue(left.KeySpan[i], out var other))
            {
                return false;
            }
            var equal = AreEqual(left.ValueSpan[i], other);
            if (equal == false)
            {
                outcome = false;
            }
            else if (outcome != false)
            {
                outcome &= equal;
            }
        }
        return outcome;
    }

    static bool PointsEqual(CypherPoint left, CypherPoint right) =>
        left.Srid == right.Srid && left.X == right.X && left.Y == right.Y && (!left.Is3D || left.Z == right.Z);

    /// <summary>Equivalence: as <see cref="AreEqual"/> where that is true, and besides null with null and NaN with NaN, also inside lists and maps.</summary>
    /// <param name="other">The other value.</param>
    public bool Equals(CypherValue other)
    {
        if (Type != other.Type)
        {
            return IsNumber && other.IsNumber && CompareNumbers(this, other) == 0;
        }
        switch (Type)
        {
            case CypherType.Null: return true;
            case CypherType.Float: return AsFloat().Equals(other.AsFloat());
            case CypherType.String: return string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal);
            case CypherType.Bytes: return AsBytes().Span.SequenceEqual(other.AsBytes().Span);
            case CypherType.List: return AsList().SequenceEqual(other.AsList());
            case CypherType.Map: return MapsEquivalent(AsMap(), other.AsMap());
            case CypherType.Node or CypherType.Relationship: return EntityId == other.EntityId;
            case CypherType.Path: return ComparePaths(AsPath(), other.AsPath()) == 0;
            case CypherType.Duration: return AsDuration().Equals(other.AsDuration());
            case CypherType.Point: return AsPoint().Equals(other.AsPoint());
            case CypherType.DateTime:
                return _bits == other._bits && _extra == other._extra && ((CypherZone)_reference!).Equals((CypherZone)other._reference!);
            default: return _bits == other._bits && _extra == other._extra;
        }
    }

    static bool MapsEquivalent(CypherMap left, CypherMap right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }
        for (int i = 0; i < left.Count; i++)
        {
            if (!right.TryGetValue(left.KeySpan[i], out var other) || !left.ValueSpan[i].Equals(other))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CypherValue other && Equals(other);

    /// <summary>A hash that is equal for equivalent values.</summary>
    public override int GetHashCode()
    {
        switch (Type)
        {
            case CypherType.Null: return 0;
            case CypherType.Integer: return HashCode.Combine(CypherType.Integer, _bits);
            case CypherType.Float: return HashFloat(AsFloat());
            case CypherType.String: return ((string)_reference!).GetHashCode(StringComparison.Ordinal);
            case CypherType.Bytes:
                var bytes = new HashCode();
                bytes.AddBytes(AsBytes().Span);
                return bytes.ToHashCode();
            case CypherType.List:
                var list = new HashCode();
                foreach (ref readonly var item in AsList())
                {
                    list.Add(item);
                }
                return list.ToHashCode();
            case CypherType.Map:
                // The order of the keys takes no part in equality, so the entries' hashes are summed.
                var map = AsMap();
                int sum = map.Count;
                for (int i = 0; i < map.Count; i++)
                {
                    sum += HashCode.Combine(map.KeySpan[i].GetHashCode(StringComparison.Ordinal), map.ValueSpan[i]);
                }
                return sum;
            case CypherType.Node or CypherType.Relationship: return HashCode.Combine(Type, EntityId);
            case CypherType.Path:
                var path = AsPath();
                var walk = new HashCode();
                walk.Add(path.Nodes[0].Id);
                foreach (var relationship in path.Relationships)
                {
                    walk.Add(relationship.Id);
                }
                return walk.ToHashCode();
            case CypherType.Duration or CypherType.Point: return _reference!.GetHashCode();
            default: return HashCode.Combine(Type, _bits, _extra);
        }
    }

    static int HashFloat(double value)
    {
        // A float that is a whole number in int64 range is equivalent to that integer and must hash as it does.
        if (value >= long.MinValue && value < MaxInt64AsFloat && Math.Floor(value) == value)
        {
            return HashCode.Combine(CypherType.Integer, (long)value);
        }
        return double.IsNaN(value) ? 1 : value.GetHashCode();
    }

    /// <summary>Equivalence, see <see cref="Equals(CypherValue)"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator ==(CypherValue left, CypherValue right) => left.Equals(right);

    /// <summary>Not equivalent, see <see cref="Equals(CypherValue)"/>.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static bool operator !=(CypherValue left, CypherValue right) => !left.Equals(right);
}
