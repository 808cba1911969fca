using System.Numerics.Tensors;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>The range of values that scalar codes of 0 to 255 divide evenly (TABLE 18.6). Values outside count as its ends.</summary>
/// <param name="Start">The value of code 0.</param>
/// <param name="End">The value of code 255.</param>
readonly record struct ScalarBounds(double Start, double End)
{
    /// <summary>Codes.</summary>
    public const int Levels = 256;

    const int Bins = 1 << 14;

    /// <summary>The difference of values that a difference of codes by one stands for.</summary>
    public float Step => (float)((End - Start) / (Levels - 1));

    /// <summary>
    /// Finds the range of least squared error for some values: a few far-out values are cut off if the rest gains more by finer steps
    /// than they lose.
    /// </summary>
    /// <param name="values">Values of all dimensions, finite.</param>
    public static ScalarBounds Fit(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return new(0, 0);
        var least = (double)TensorPrimitives.Min(values);
        var most = (double)TensorPrimitives.Max(values);
        if (!(most > least))
            return new(least, most);
        var counts = new int[Bins];
        var width = (most - least) / Bins;
        foreach (var value in values)
            counts[Math.Min((int)((value - least) / width), Bins - 1)]++;
        // Each end is moved inwards in turn, as long as that helps; ends are edges of bins.
        var (low, high) = (0, Bins);
        var error = Error(counts, low, high);
        for (var moved = true; moved;)
        {
            moved = false;
            for (var by = Math.Max((high - low) / 8, 1); by >= 1; by /= 2)
            {
                if (high - low <= by)
                    continue;
                var fromLow = Error(counts, low + by, high);
                var fromHigh = Error(counts, low, high - by);
                if (Math.Min(fromLow, fromHigh) >= error)
                    continue;
                if (fromLow <= fromHigh)
                    (low, error) = (low + by, fromLow);
                else
                    (high, error) = (high - by, fromHigh);
                moved = true;
                break;
            }
        }
        return new(least + low * width, least + high * width);
    }

    /// <summary>Codes values.</summary>
    public void Encode(ReadOnlySpan<float> values, Span<byte> codes)
    {
        var scale = End > Start ? (Levels - 1) / (End - Start) : 0;
        codes = codes[..values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // Not a number gives 0.
            var level = (values[i] - Start) * scale;
            codes[i] = level >= Levels - 1 ? byte.MaxValue : level > 0 ? (byte)level : (byte)0;
        }
    }

    /// <summary>The sum of squared errors, in widths of bins.</summary>
    static double Error(int[] counts, int low, int high)
    {
        double outside = 0;
        long inside = 0;
        for (var bin = 0; bin < low; bin++)
            outside += counts[bin] * Square(low - bin - 0.5);
        for (var bin = low; bin < high; bin++)
            inside += counts[bin];
        for (var bin = high; bin < counts.Length; bin++)
            outside += counts[bin] * Square(bin + 0.5 - high);
        return outside + inside * Square((high - low) / (Levels - 1.0)) / 12;
    }

    static double Square(double x) => x * x;
}
