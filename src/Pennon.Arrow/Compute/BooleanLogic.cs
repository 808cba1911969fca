using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Three-valued logic on boolean columns (Kleene): a null is a value that is not known.</summary>
public static class BooleanLogic
{
    /// <summary>Row-wise AND: false wins over null.</summary>
    /// <param name="left">Left operands.</param>
    /// <param name="right">Right operands, as many as on the left.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static BooleanArray And(BooleanArray left, BooleanArray right) => Combine(left, right, and: true);

    /// <summary>Row-wise OR: true wins over null.</summary>
    /// <param name="left">Left operands.</param>
    /// <param name="right">Right operands, as many as on the left.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static BooleanArray Or(BooleanArray left, BooleanArray right) => Combine(left, right, and: false);

    /// <summary>Row-wise NOT: null stays null.</summary>
    /// <param name="array">The operands.</param>
    public static BooleanArray Not(BooleanArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(array.Length));
        Span<byte> target = bits.MutableSpan;
        ReadOnlySpan<byte> source = array.Bits.Span;
        for (int i = 0; i < array.Length; i += 64)
        {
            int step = Math.Min(64, array.Length - i);
            Bits.Store(target, i, step, ~Bits.Load(source, (long)array.Offset + i, step) & Bits.LowMask(step));
        }
        (ArrowBuffer validity, int nulls) = ValidityOf.One(array, ArrowAllocator.Default);
        return new BooleanArray(array.Length, nulls, 0, validity, bits);
    }

    /// <summary>True where a row is null; never null itself. Works for every type.</summary>
    /// <param name="array">The rows to look at.</param>
    public static BooleanArray IsNull(ArrowArray array) => Nullness(array, nullIs: true);

    /// <summary>True where a row has a value; never null itself. Works for every type.</summary>
    /// <param name="array">The rows to look at.</param>
    public static BooleanArray IsNotNull(ArrowArray array) => Nullness(array, nullIs: false);

    static BooleanArray Nullness(ArrowArray array, bool nullIs)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(array.Length));
        Span<byte> target = bits.MutableSpan;
        bool some = array.HasNulls;
        ReadOnlySpan<byte> source = array.Validity.Span;
        for (int i = 0; i < array.Length; i += 64)
        {
            int step = Math.Min(64, array.Length - i);
            ulong valid = !some ? ulong.MaxValue : array is NullArray ? 0 : Bits.Load(source, (long)array.Offset + i, step);
            Bits.Store(target, i, step, (nullIs ? ~valid : valid) & Bits.LowMask(step));
        }
        return new BooleanArray(array.Length, 0, 0, ArrowBuffer.Empty, bits);
    }

    static BooleanArray Combine(BooleanArray left, BooleanArray right, bool and)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Length != right.Length)
            throw new ArgumentException($"{left.Length} rows cannot be combined with {right.Length}.", nameof(right));
        int length = left.Length;
        bool some = left.HasNulls || right.HasNulls;
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(length));
        ArrowBuffer validity = some ? ArrowAllocator.Default.Allocate(Bits.ByteCount(length)) : ArrowBuffer.Empty;
        Span<byte> target = bits.MutableSpan;
        BitAppender known = new(validity.MutableSpan);
        Operand a = new(left), b = new(right);
        for (int i = 0; i < length; i += 64)
        {
            int step = Math.Min(64, length - i);
            (ulong isTrueA, ulong isFalseA) = a.Load(i, step);
            (ulong isTrueB, ulong isFalseB) = b.Load(i, step);
            ulong isTrue = and ? isTrueA & isTrueB : isTrueA | isTrueB;
            ulong isFalse = and ? isFalseA | isFalseB : isFalseA & isFalseB;
            Bits.Store(target, i, step, isTrue);
            if (some)
                known.Append(isTrue | isFalse, step);
        }
        if (!some)
            return new BooleanArray(length, 0, 0, ArrowBuffer.Empty, bits);
        known.Flush();
        return new BooleanArray(length, length - known.Ones, 0, validity, bits);
    }

    readonly ref struct Operand(BooleanArray array)
    {
        readonly ReadOnlySpan<byte> _bits = array.Bits.Span;
        readonly ReadOnlySpan<byte> _valid = array.HasNulls ? array.Validity.Span : default;
        readonly long _offset = array.Offset;

        public (ulong True, ulong False) Load(int index, int count)
        {
            ulong bits = Bits.Load(_bits, _offset + index, count);
            ulong known = _valid.IsEmpty ? Bits.LowMask(count) : Bits.Load(_valid, _offset + index, count);
            return (bits & known, ~bits & known);
        }
    }
}
