using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Whole-number sums over rows of byte codes against a query of 16-bit codes.</summary>
static unsafe class ByteCodes
{
    /// <summary>The sum of squared differences; exact up to 33,000 dimensions.</summary>
    public static int SquaredDifferences(byte* row, short* query, int dimension)
    {
        var i = 0;
        var sum = 0;
        if (Avx512BW.IsSupported)
        {
            var total = Vector512<int>.Zero;
            for (; i <= dimension - 32; i += 32)
            {
                var difference = Avx512BW.ConvertToVector512Int16(Vector256.Load(row + i)) - Vector512.Load(query + i);
                total += Avx512BW.MultiplyAddAdjacent(difference, difference);
            }
            sum = Vector512.Sum(total);
        }
        else if (Avx2.IsSupported)
        {
            var total = Vector256<int>.Zero;
            for (; i <= dimension - 16; i += 16)
            {
                var difference = Avx2.ConvertToVector256Int16(Vector128.Load(row + i)) - Vector256.Load(query + i);
                total += Avx2.MultiplyAddAdjacent(difference, difference);
            }
            sum = Vector256.Sum(total);
        }
        for (; i < dimension; i++)
        {
            var difference = row[i] - query[i];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The sum of products; exact up to 33,000 dimensions.</summary>
    public static int Products(byte* row, short* query, int dimension)
    {
        var i = 0;
        var sum = 0;
        if (Avx512BW.IsSupported)
        {
            var total = Vector512<int>.Zero;
            for (; i <= dimension - 32; i += 32)
                total += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row + i)), Vector512.Load(query + i));
            sum = Vector512.Sum(total);
        }
        else if (Avx2.IsSupported)
        {
            var total = Vector256<int>.Zero;
            for (; i <= dimension - 16; i += 16)
                total += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(row + i)), Vector256.Load(query + i));
            sum = Vector256.Sum(total);
        }
        for (; i < dimension; i++)
            sum += row[i] * query[i];
        return sum;
    }
}
