using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// Where pages put the values of one leaf column: Arrow buffers that grow as pages of any encoding append to them. A sink
/// knows slots only; which rows, lists and nulls they belong to is in the column's levels.
/// </summary>
internal abstract class ValueSink
{
    /// <summary>Bytes that may be produced from stored data that do not hold them, such as a constant.</summary>
    public const long UnbackedLimit = 64L << 20;

    /// <summary>Slots appended so far.</summary>
    public int Count { get; protected set; }

    /// <summary>Appends slots without a value; what they hold is hidden behind a null.</summary>
    public abstract void AppendEmpty(int count);

    /// <summary>Turns the slots into an array and gives the memory away.</summary>
    public abstract ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity);

    /// <summary>The bytes of slot <paramref name="index"/>, for comparing dictionary items.</summary>
    public virtual ReadOnlySpan<byte> Bytes(int index) => throw new NotSupportedException();

    /// <summary>Appends the slots of <paramref name="items"/> at <paramref name="indices"/>, which are in range.</summary>
    public virtual void AppendItems(ValueSink items, ReadOnlySpan<int> indices) => throw Mismatch("a dictionary");

    /// <summary>An empty sink for the items of a page's dictionary.</summary>
    public virtual ValueSink CreateForItems() => throw Mismatch("a dictionary");

    /// <summary>Frees the memory of a sink that is not built.</summary>
    public abstract void Release();

    /// <summary>A sink for the type, with room for <paramref name="expected"/> slots.</summary>
    public static ValueSink Create(ArrowType type, int expected) => type switch
    {
        { Id: ArrowTypeId.Null } => new NullSink(),
        { Id: ArrowTypeId.Boolean } => new BitSink(expected),
        { Id: ArrowTypeId.String or ArrowTypeId.Binary } => new VariableSink(32, expected),
        { Id: ArrowTypeId.LargeString or ArrowTypeId.LargeBinary } => new VariableSink(64, expected),
        FixedSizeListType list => new FixedListSink(list.Size, Create(list.Item.Type, CheckedSize(expected, list.Size))),
        StructType fields => new StructSink([.. fields.Fields.Select(f => Create(f.Type, expected))]),
        DictionaryType dictionary => new DictionarySink(dictionary, expected),
        { IsFixedWidth: true } => new FixedSink(type.BitWidth / 8, expected),
        _ => throw new LanceNotSupportedException("column type", $"Values of type {type} are not stored in one column, so they cannot be read from one."),
    };

    /// <summary>The sink as the kind that a page's encoding produces.</summary>
    public T As<T>() where T : ValueSink
    {
        if (this is not T sink)
        {
            throw Mismatch(typeof(T) == typeof(VariableSink) ? "variable-width values"
                : typeof(T) == typeof(FixedListSink) ? "fixed-size lists"
                : typeof(T) == typeof(StructSink) ? "packed structs"
                : typeof(T) == typeof(BitSink) ? "single bits" : "fixed-width values");
        }
        return sink;
    }

    /// <summary>The sink for values of <paramref name="width"/> bytes.</summary>
    public FixedSink AsFixed(int width)
    {
        var sink = this as FixedSink;
        if (sink is null || sink.Width != width)
        {
            throw Mismatch($"values of {width} bytes");
        }
        return sink;
    }

    protected static CorruptEncodingException Mismatch(string stored) =>
        new($"the page stores {stored}, which does not fit the column's type");

    protected static int CheckedSize(long count, long width)
    {
        long bytes = count * width;
        if (bytes > ArrowAllocator.MaxLength)
        {
            throw new LanceNotSupportedException("arrays over 2 GiB", $"{count} values of {width} bytes do not fit one array; read fewer rows at a time.");
        }
        return (int)bytes;
    }
}
