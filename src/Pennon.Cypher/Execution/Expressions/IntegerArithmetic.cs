using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>Arithmetic of an integer column with one integer: a division is a multiplication and a shift.</summary>
internal static class IntegerArithmetic
{
    /// <summary><c>left op right</c> for every row; null where the row is null.</summary>
    /// <exception cref="CypherRuntimeException">A result is no 64-bit integer, or a row that is not null is divided by zero.</exception>
    [MethodImpl(Hot.Loop)]
    public static Int64Vector WithScalar(BinaryOperator op, Int64Vector left, long right)
    {
        var values = left.Values;
        var result = GC.AllocateUninitializedArray<long>(values.Length);
        try
        {
            switch (op)
            {
                case BinaryOperator.Add:
                    for (int i = 0; i < values.Length; i++)
                    {
                        result[i] = checked(values[i] + right);
                    }
                    break;
                case BinaryOperator.Subtract:
                    for (int i = 0; i < values.Length; i++)
                    {
                        result[i] = checked(values[i] - right);
                    }
                    break;
                case BinaryOperator.Multiply:
                    for (int i = 0; i < values.Length; i++)
                    {
                        result[i] = checked(values[i] * right);
                    }
                    break;
                default:
                    Divide(op == BinaryOperator.Modulo, left, right, result);
                    break;
            }
        }
        catch (OverflowException)
        {
            throw Operators.Overflow.Of("An integer result");
        }
        return new Int64Vector(result, left.Nulls, result.Length);
    }

    [MethodImpl(Hot.Loop)]
    static void Divide(bool modulo, Int64Vector left, long divisor, Span<long> result)
    {
        var values = left.Values;
        if (divisor is 0 or -1)
        {
            for (int i = 0; i < values.Length; i++)
            {
                result[i] = 0;
                if (left.IsNull(i))
                {
                    continue;
                }
                if (divisor == 0)
                {
                    throw new CypherRuntimeException($"{values[i]} cannot be divided by zero.", "DivisionByZero");
                }
                result[i] = modulo ? 0 : checked(-values[i]);
            }
            return;
        }
        if (divisor == 1)
        {
            values.CopyTo(result);
            if (modulo)
            {
                result.Clear();
            }
            return;
        }
        var by = new Divisor(divisor);
        result = result[..values.Length];
        if (modulo)
        {
            for (int i = 0; i < values.Length; i++)
            {
                result[i] = values[i] - (by.Quotient(values[i]) * divisor);
            }
            return;
        }
        for (int i = 0; i < values.Length; i++)
        {
            result[i] = by.Quotient(values[i]);
        }
    }

    /// <summary>
    /// Division by a known integer other than 0, 1 and -1 as a multiplication by a scaled reciprocal (Granlund and Montgomery 1994): the factor and
    /// shift are the smallest for which the error stays below the step between two quotients.
    /// </summary>
    internal readonly struct Divisor
    {
        const ulong Half = 1UL << 63;

        readonly long _factor;
        readonly long _correction;
        readonly int _shift;

        public Divisor(long divisor)
        {
            ulong size = divisor < 0 ? 0 - (ulong)divisor : (ulong)divisor;
            ulong limit = Half + ((ulong)divisor >> 63);
            ulong largest = limit - 1 - (limit % size);
            int power = 63;
            ulong q1 = Half / largest, r1 = Half - (q1 * largest), q2 = Half / size, r2 = Half - (q2 * size), error;
            do
            {
                power++;
                (q1, r1) = Double(q1, r1, largest);
                (q2, r2) = Double(q2, r2, size);
                error = size - r2;
            }
            while (q1 < error || (q1 == error && r1 == 0));
            long factor = (long)(q2 + 1);
            _factor = divisor < 0 ? -factor : factor;
            _shift = power - 64;
            _correction = divisor > 0 && _factor < 0 ? 1 : divisor < 0 && _factor > 0 ? -1 : 0;
        }

        /// <summary>The quotient, rounded towards zero.</summary>
        public long Quotient(long value)
        {
            long high = Math.BigMul(_factor, value, out _) + (value * _correction);
            high >>= _shift;
            return high + (long)((ulong)high >> 63);
        }

        static (ulong Quotient, ulong Remainder) Double(ulong quotient, ulong rest, ulong divisor)
        {
            quotient *= 2;
            rest *= 2;
            return rest >= divisor ? (quotient + 1, rest - divisor) : (quotient, rest);
        }
    }
}
