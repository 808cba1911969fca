namespace Pennon.Arrow;

/// <summary>Equality of columns by type and value, however they lie in memory.</summary>
public static class ArrowArrayEquality
{
    /// <summary>
    /// Whether two arrays have the same type, length, nulls and values. Floats are the same when their bits are; dictionary arrays
    /// when the values they stand for are.
    /// </summary>
    /// <param name="left">One array.</param>
    /// <param name="right">The other array.</param>
    public static bool Same(ArrowArray left, ArrowArray right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (ReferenceEquals(left, right))
            return true;
        if (left.Type != right.Type || left.Length != right.Length || left.NullCount != right.NullCount)
            return false;
        for (int i = 0; i < left.Length; i++)
            if (!SameRow(left, i, right, i))
                return false;
        return true;
    }

    /// <summary>Whether a row of one array has the same value as a row of another of the same type; null is the same as null.</summary>
    /// <param name="left">One array.</param>
    /// <param name="leftRow">A row of <paramref name="left"/>.</param>
    /// <param name="right">The other array, of an equal type.</param>
    /// <param name="rightRow">A row of <paramref name="right"/>.</param>
    public static bool SameRow(ArrowArray left, int leftRow, ArrowArray right, int rightRow)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        bool valid = left.IsValid(leftRow);
        if (valid != right.IsValid(rightRow))
            return false;
        if (!valid)
            return true;
        switch (left)
        {
            case BooleanArray a:
                return a.GetValue(leftRow) == ((BooleanArray)right).GetValue(rightRow);
            case VariableBinaryArray<int> a:
                return a.GetBytes(leftRow).SequenceEqual(((VariableBinaryArray<int>)right).GetBytes(rightRow));
            case VariableBinaryArray<long> a:
                return a.GetBytes(leftRow).SequenceEqual(((VariableBinaryArray<long>)right).GetBytes(rightRow));
            case VariableListArray<int> a:
                VariableListArray<int> b = (VariableListArray<int>)right;
                return SameItems(a.Items, a.Offsets[leftRow], a.Offsets[leftRow + 1], b.Items, b.Offsets[rightRow], b.Offsets[rightRow + 1]);
            case VariableListArray<long> a:
                VariableListArray<long> c = (VariableListArray<long>)right;
                return SameItems(a.Items, (int)a.Offsets[leftRow], (int)a.Offsets[leftRow + 1], c.Items, (int)c.Offsets[rightRow], (int)c.Offsets[rightRow + 1]);
            case FixedSizeListArray a:
                FixedSizeListArray d = (FixedSizeListArray)right;
                return SameItems(a.Items, leftRow * a.Size, (leftRow + 1) * a.Size, d.Items, rightRow * d.Size, (rightRow + 1) * d.Size);
            case StructArray a:
                for (int i = 0; i < a.Children.Count; i++)
                    if (!SameRow(a.Children[i], leftRow, ((StructArray)right).Children[i], rightRow))
                        return false;
                return true;
            case DictionaryArray a:
                DictionaryArray e = (DictionaryArray)right;
                return SameRow(a.Dictionary, checked((int)a.GetIndex(leftRow)), e.Dictionary, checked((int)e.GetIndex(rightRow)));
            default:
                int width = left.Type.BitWidth / 8;
                return left.MainBuffer.Span.Slice((left.Offset + leftRow) * width, width)
                    .SequenceEqual(right.MainBuffer.Span.Slice((right.Offset + rightRow) * width, width));
        }
    }

    static bool SameItems(ArrowArray left, int leftStart, int leftEnd, ArrowArray right, int rightStart, int rightEnd)
    {
        if (leftEnd - leftStart != rightEnd - rightStart)
            return false;
        for (int i = 0; i < leftEnd - leftStart; i++)
            if (!SameRow(left, leftStart + i, right, rightStart + i))
                return false;
        return true;
    }
}
