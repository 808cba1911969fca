using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>The comparison loops, one body per operator and type by way of struct type arguments, without branches in the rows.</summary>
internal static class CompareLoops
{
    public static void Pairwise<T>(BinaryOperator op, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<byte> result)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        switch (op)
        {
            case BinaryOperator.Equal: Run<T, Equal<T>>(left, right, result); break;
            case BinaryOperator.NotEqual: Run<T, NotEqual<T>>(left, right, result); break;
            case BinaryOperator.Less: Run<T, Less<T>>(left, right, result); break;
            case BinaryOperator.LessOrEqual: Run<T, LessOrEqual<T>>(left, right, result); break;
            case BinaryOperator.Greater: Run<T, Less<T>>(right, left, result); break;
            default: Run<T, LessOrEqual<T>>(right, left, result); break;
        }
    }

    public static void WithScalar(BinaryOperator op, ReadOnlySpan<long> left, long right, Span<byte> result)
    {
        switch (op)
        {
            case BinaryOperator.Equal: Run<Equal<long>>(left, right, result); break;
            case BinaryOperator.NotEqual: Run<NotEqual<long>>(left, right, result); break;
            case BinaryOperator.Less: Run<Less<long>>(left, right, result); break;
            case BinaryOperator.LessOrEqual: Run<LessOrEqual<long>>(left, right, result); break;
            case BinaryOperator.Greater: Run<Greater<long>>(left, right, result); break;
            default: Run<GreaterOrEqual<long>>(left, right, result); break;
        }
    }

    [MethodImpl(Hot.Loop)]
    public static void MarkNulls(bool[]? nulls, Span<byte> result)
    {
        if (nulls is null)
        {
            return;
        }
        for (int i = 0; i < result.Length; i++)
        {
            if (nulls[i])
            {
                result[i] = BooleanVector.Null;
            }
        }
    }

    /// <summary>Whether an ordering operator holds for the outcome of a three-way comparison.</summary>
    public static bool Holds(BinaryOperator op, int order) => op switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };

    [MethodImpl(Hot.Loop)]
    static void Run<T, TOperator>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<byte> result)
        where T : unmanaged
        where TOperator : struct, IOperator<T>
    {
        right = right[..left.Length];
        result = result[..left.Length];
        for (int i = 0; i < left.Length; i++)
        {
            result[i] = TOperator.Holds(left[i], right[i]) ? BooleanVector.True : BooleanVector.False;
        }
    }

    [MethodImpl(Hot.Loop)]
    static void Run<TOperator>(ReadOnlySpan<long> left, long right, Span<byte> result)
        where TOperator : struct, IOperator<long>
    {
        result = result[..left.Length];
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var scalar = Vector256.Create(right);
            for (; i <= left.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                // Four bits become the lowest bits of four bytes.
                uint bits = TOperator.Holds(Vector256.Create(left[i..]), scalar).ExtractMostSignificantBits();
                BinaryPrimitives.WriteUInt32LittleEndian(result[i..], (bits * 0x0020_4081) & 0x0101_0101);
            }
        }
        for (; i < left.Length; i++)
        {
            result[i] = TOperator.Holds(left[i], right) ? BooleanVector.True : BooleanVector.False;
        }
    }

    interface IOperator<T>
    {
        static abstract bool Holds(T left, T right);

        static abstract Vector256<T> Holds(Vector256<T> left, Vector256<T> right);
    }

    readonly struct Equal<T> : IOperator<T> where T : IEqualityOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left == right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => Vector256.Equals(left, right);
    }

    readonly struct NotEqual<T> : IOperator<T> where T : IEqualityOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left != right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => ~Vector256.Equals(left, right);
    }

    readonly struct Less<T> : IOperator<T> where T : IComparisonOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left < right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => Vector256.LessThan(left, right);
    }

    readonly struct LessOrEqual<T> : IOperator<T> where T : IComparisonOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left <= right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => Vector256.LessThanOrEqual(left, right);
    }

    readonly struct Greater<T> : IOperator<T> where T : IComparisonOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left > right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThan(left, right);
    }

    readonly struct GreaterOrEqual<T> : IOperator<T> where T : IComparisonOperators<T, T, bool>
    {
        public static bool Holds(T left, T right) => left >= right;

        public static Vector256<T> Holds(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThanOrEqual(left, right);
    }
}
