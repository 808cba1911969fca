using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Columns of code files: checked when read, made when written.</summary>
static class CodeColumns
{
    public const string RowId = "_rowid";

    /// <summary>The field of a list of bytes per row.</summary>
    public static Field ByteField(string name, int bytes) => new(name, new FixedSizeListType(ArrowType.UInt8, bytes));

    /// <summary>A column of as many bytes per row as there are.</summary>
    public static FixedSizeListArray Bytes(Field field, int rows, ArrowBuffer bytes)
    {
        var type = (FixedSizeListType)field.Type;
        return new FixedSizeListArray(type, rows, 0, 0, ArrowBuffer.Empty,
            new PrimitiveArray<byte>(ArrowType.UInt8, rows * type.Size, 0, 0, ArrowBuffer.Empty, bytes));
    }

    /// <summary>The bytes of a column that has a number of bytes per row, with a reference of the caller's.</summary>
    /// <exception cref="LanceFormatException">The column has another type, or nulls.</exception>
    public static ArrowBuffer Bytes(RecordBatch batch, string name, int bytes, string file)
    {
        if (batch.Column(name) is FixedSizeListArray { NullCount: 0 } list && list.Size == bytes && list.Items is PrimitiveArray<byte> { NullCount: 0 } items)
            return items.ValueBuffer.Slice(items.Offset, items.Length).Retain();
        throw Unfit(batch, name, $"{bytes} bytes per row", file);
    }

    /// <summary>The numbers of a column, with a reference of the caller's.</summary>
    /// <exception cref="LanceFormatException">The column has another type, or nulls.</exception>
    public static ArrowBuffer Values<T>(RecordBatch batch, string name, string file) where T : unmanaged
    {
        if (batch.Column(name) is PrimitiveArray<T> { NullCount: 0 } values)
        {
            var width = values.Type.BitWidth / 8;
            return values.ValueBuffer.Slice(values.Offset * width, values.Length * width).Retain();
        }
        throw Unfit(batch, name, typeof(T).Name, file);
    }

    public static LanceFormatException Unfit(RecordBatch batch, string name, string wanted, string file)
    {
        var column = batch.Column(name);
        return new LanceFormatException(
            column.HasNulls ? $"The column '{name}' has nulls" : $"The column '{name}' is {column.Type} and should have {wanted}", file, -1);
    }
}
