using Pennon.Lance.Indexes.Vectors.Ivf;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Codes many vectors with a <see cref="ProductCodebook"/>. Safe for concurrent use.</summary>
sealed class ProductEncoder
{
    const int Block = 512;

    readonly ProductCodebook _codebook;
    readonly CentroidPanels[] _panels;

    public ProductEncoder(ProductCodebook codebook)
    {
        _codebook = codebook;
        _panels = new CentroidPanels[codebook.Parts];
        var size = codebook.Words * codebook.PartDimension;
        for (var part = 0; part < _panels.Length; part++)
            _panels[part] = new CentroidPanels(codebook.Values.Slice(part * size, size), codebook.PartDimension);
    }

    /// <summary>Codes vectors.</summary>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="codes">A place for <see cref="ProductCodebook.CodeBytes"/> bytes per vector, row after row.</param>
    public void Encode(ReadOnlySpan<float> vectors, Span<byte> codes)
    {
        Span<int> words = stackalloc int[Block];
        Span<float> scores = stackalloc float[Block];
        var dimension = _codebook.Dimension;
        var width = _codebook.PartDimension;
        var bytes = _codebook.CodeBytes;
        var count = vectors.Length / dimension;
        for (var first = 0; first < count; first += Block)
        {
            var rows = Math.Min(Block, count - first);
            for (var part = 0; part < _panels.Length; part++)
            {
                _panels[part].Nearest(vectors[(first * dimension + part * width)..], dimension, words[..rows], scores);
                if (_codebook.Bits == 8)
                {
                    for (var i = 0; i < rows; i++)
                        codes[(first + i) * bytes + part] = (byte)words[i];
                }
                else if (part % 2 == 0)
                {
                    for (var i = 0; i < rows; i++)
                        codes[(first + i) * bytes + part / 2] = (byte)words[i];
                }
                else
                {
                    for (var i = 0; i < rows; i++)
                        codes[(first + i) * bytes + part / 2] |= (byte)(words[i] << 4);
                }
            }
        }
    }
}
