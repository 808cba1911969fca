namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// The order of RaBitQ codes in files and memory (TABLE 18.7): blocks of 32 rows whose halves of bytes are laid out for shuffles, then
/// the rows that fill no block, byte after byte.
/// </summary>
static class RabitPacking
{
    /// <summary>Rows in a block.</summary>
    public const int Block = 32;

    /// <summary>Packs codes.</summary>
    /// <param name="codes">The codes, row after row.</param>
    /// <param name="packed">A place for as many bytes.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="bytes">Bytes per row.</param>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> packed, int rows, int bytes)
    {
        var whole = rows / Block * Block;
        packed[..(rows * bytes)].Clear();
        for (var row = 0; row < whole; row++)
        {
            var (place, shift) = Place(row);
            for (var b = 0; b < bytes; b++)
            {
                var code = codes[row * bytes + b];
                var at = (row / Block * bytes + b) * Block + place;
                packed[at] |= (byte)((code & 15) << shift);
                packed[at + Block / 2] |= (byte)((code >> 4) << shift);
            }
        }
        ByteMatrix.Transpose(codes[(whole * bytes)..], packed[(whole * bytes)..], rows - whole, bytes);
    }

    /// <summary>Unpacks codes into rows; the reverse of <see cref="Pack"/>.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> codes, int rows, int bytes)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var b = 0; b < bytes; b++)
                codes[row * bytes + b] = CodeByte(packed, row, b, rows, bytes);
        }
    }

    /// <summary>One byte of one row's code.</summary>
    public static byte CodeByte(ReadOnlySpan<byte> packed, int row, int index, int rows, int bytes)
    {
        var whole = rows / Block * Block;
        if (row >= whole)
            return packed[whole * bytes + index * (rows - whole) + row - whole];
        var (place, shift) = Place(row);
        var at = (row / Block * bytes + index) * Block + place;
        return (byte)(((packed[at] >> shift) & 15) | (((packed[at + Block / 2] >> shift) & 15) << 4));
    }

    /// <summary>Rows 0 to 15 of a block are the low halves of bytes, in the order 0 8 1 9 and so on; rows 16 to 31 the high ones.</summary>
    static (int Place, int Shift) Place(int row)
    {
        var within = row % (Block / 2);
        return (within < 8 ? 2 * within : 2 * (within - 8) + 1, row % Block < Block / 2 ? 0 : 4);
    }
}
