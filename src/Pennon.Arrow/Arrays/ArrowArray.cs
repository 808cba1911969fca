using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>
/// An immutable column of values of one type: a view of <see cref="Length"/> rows that starts <see cref="Offset"/> rows into its
/// buffers.
/// </summary>
/// <remarks>
/// An array holds one reference on each of its buffers and children; a slice holds its own. Dispose returns memory early and
/// is optional for memory of the library's allocators. Arrays are safe to read from several threads.
/// </remarks>
public abstract class ArrowArray : IDisposable
{
    int _nullCount;
    bool _disposed;

    private protected ArrowArray(ArrowType type, int length, int nullCount, int offset, ArrowBuffer validity)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if ((long)offset + length > int.MaxValue) throw new ArgumentOutOfRangeException(nameof(length), "An array holds at most 2^31 - 1 rows.");
        if (!validity.IsEmpty && validity.Length < BitUtility.ByteCount(offset + length))
            throw new ArgumentException($"The validity bitmap has {validity.Length} bytes, but {offset} + {length} rows need {BitUtility.ByteCount(offset + length)}.", nameof(validity));
        Type = type;
        Length = length;
        Offset = offset;
        Validity = validity;
        _nullCount = validity.IsEmpty && type.Id != ArrowTypeId.Null ? 0 : nullCount;
    }

    /// <summary>The type of the values.</summary>
    public ArrowType Type { get; }

    /// <summary>Rows in this view.</summary>
    public int Length { get; }

    /// <summary>Rows of the buffers that come before this view.</summary>
    public int Offset { get; }

    /// <summary>The validity bitmap, where bit <see cref="Offset"/> + i is one when row i has a value; empty when all rows have.</summary>
    public ArrowBuffer Validity { get; }

    /// <summary>How many rows are null; counted on first use where it is not known.</summary>
    public int NullCount
    {
        get
        {
            if (_nullCount < 0) _nullCount = Length - BitUtility.CountOnes(Validity.Span, Offset, Length);
            return _nullCount;
        }
    }

    /// <summary>Whether at least one row is null.</summary>
    public bool HasNulls => NullCount > 0;

    /// <summary>Whether row <paramref name="index"/> is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int index) => !IsValid(index);

    /// <summary>Whether row <paramref name="index"/> has a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsValid(int index) => Validity.IsEmpty ? Type.Id != ArrowTypeId.Null : BitUtility.Get(Validity.Span, Offset + index);

    /// <summary>A view of <paramref name="length"/> rows from <paramref name="offset"/>, over the same memory and with references of its own.</summary>
    public ArrowArray Slice(int offset, int length)
    {
        if ((uint)offset > (uint)Length || (uint)length > (uint)(Length - offset))
            throw new ArgumentOutOfRangeException(nameof(length), $"Rows {offset} to {(long)offset + length} are outside an array of {Length} rows.");
        var nulls = NullCount == 0 ? 0 : length == Length ? NullCount : -1;
        return SliceCore(Offset + offset, length, Type.Id == ArrowTypeId.Null ? length : nulls);
    }

    /// <summary>A second owner of the same rows.</summary>
    public ArrowArray Share() => Slice(0, Length);

    private protected abstract ArrowArray SliceCore(int offset, int length, int nullCount);

    /// <summary>Calls <paramref name="visit"/> for each buffer in Arrow layout order, validity first.</summary>
    internal abstract void VisitBuffers(Action<ArrowBuffer> visit);

    /// <summary>The buffer after the validity, unsliced: values, bits, indices or offsets; empty for types without one.</summary>
    internal virtual ArrowBuffer MainBuffer => ArrowBuffer.Empty;

    /// <summary>The buffers in Arrow layout order, validity first, unsliced.</summary>
    public IReadOnlyList<ArrowBuffer> Buffers
    {
        get
        {
            var buffers = new List<ArrowBuffer>(3);
            VisitBuffers(buffers.Add);
            return buffers;
        }
    }

    /// <summary>The child arrays as stored (not cut to this view for lists); empty for flat types.</summary>
    public virtual IReadOnlyList<ArrowArray> StoredChildren => [];

    /// <summary>Gives the array's references back. Reading it afterwards is an error.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        VisitBuffers(static b => b.Release());
        foreach (var child in StoredChildren) child.Dispose();
        DisposeDictionary();
        GC.SuppressFinalize(this);
    }

    private protected virtual void DisposeDictionary() { }

    /// <summary>
    /// Makes an array from raw Arrow buffers, checking that their lengths fit. Takes over the caller's references.
    /// </summary>
    /// <param name="type">The type of the values.</param>
    /// <param name="length">Rows.</param>
    /// <param name="nullCount">Null rows, or -1 when unknown.</param>
    /// <param name="offset">Rows of the buffers to pass over.</param>
    /// <param name="buffers">Validity, then what the type's layout has: values; offsets and data; offsets.</param>
    /// <param name="children">Child arrays; list children as stored, struct children at least offset + length rows long.</param>
    /// <param name="dictionary">The values of a dictionary array.</param>
    /// <exception cref="ArgumentException">A buffer or child is missing or too short for the rows it must hold.</exception>
    public static ArrowArray Create(ArrowType type, int length, int nullCount, int offset, ReadOnlySpan<ArrowBuffer> buffers,
        IReadOnlyList<ArrowArray>? children = null, ArrowArray? dictionary = null)
        => ArrayFactory.Create(type, length, nullCount, offset, buffers, children ?? [], dictionary);
}
