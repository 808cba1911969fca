namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Turns blocks of codes from row after row to byte after byte, and back.</summary>
static class ByteMatrix
{
    const int Tile = 64;

    /// <summary>Transposes a matrix of bytes.</summary>
    /// <param name="source"><paramref name="rows"/> rows of <paramref name="columns"/> bytes.</param>
    /// <param name="target"><paramref name="columns"/> rows of <paramref name="rows"/> bytes.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Bytes per row of the source.</param>
    public static void Transpose(ReadOnlySpan<byte> source, Span<byte> target, int rows, int columns)
    {
        source = source[..(rows * columns)];
        target = target[..(rows * columns)];
        for (var first = 0; first < rows; first += Tile)
        {
            var end = Math.Min(first + Tile, rows);
            for (var column = 0; column < columns; column++)
            {
                var line = target.Slice(column * rows, rows);
                for (var row = first; row < end; row++)
                    line[row] = source[row * columns + column];
            }
        }
    }
}
