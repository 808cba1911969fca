using System.Numerics.Tensors;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>Lists, structs and maps: their parts convert, and lists change their kind of length.</summary>
internal static class CastNested
{
    public static ArrowArray Run(CastContext context)
    {
        ArrowArray source = context.Source;
        switch (source, context.Target)
        {
            case (StructArray a, StructType t) when t.Fields.Count == a.Children.Count:
                ArrowArray[] children = new ArrowArray[t.Fields.Count];
                for (int i = 0; i < children.Length; i++)
                    children[i] = Part(context, a.Children[i], t.Fields[i]);
                (ArrowBuffer structValidity, int structNulls) = context.Validity();
                return new StructArray(t, a.Length, structNulls, 0, structValidity, children);
            case (MapArray a, MapType t):
                ArrowArray entries = Cast.Run(a.Items, t.Entries.Type, context.InvalidAsNull);
                return ArrowArray.Create(t, a.Length, a.NullCount, a.Offset, [a.Validity.Retain(), a.OffsetBuffer.Retain()], [entries]);
            case (FixedSizeListArray a, FixedSizeListType t) when t.Size == a.Size:
                (ArrowBuffer fixedValidity, int fixedNulls) = context.Validity();
                return new FixedSizeListArray(t, a.Length, fixedNulls, 0, fixedValidity, Part(context, a.Items, t.Item));
            case (FixedSizeListArray a, ListType or LargeListType):
                int[] starts = new int[a.Length + 1];
                for (int i = 0; i < starts.Length; i++)
                    starts[i] = i * a.Size;
                return Variable(context, starts, a.Items);
            case (VariableListArray<int> a and not MapArray, ListType or LargeListType):
                return Variable(context, a.Length == 0 ? [0] : a.Offsets.ToArray(), a.Items);
            case (VariableListArray<long> a, ListType or LargeListType):
                int[] narrow = new int[a.Length + 1];
                if (a.Length > 0)
                    TensorPrimitives.ConvertTruncating<long, int>(a.Offsets, narrow);
                return Variable(context, narrow, a.Items);
            case (VariableListArray<int> a and not MapArray, FixedSizeListType t):
                return ToFixed(context, t, a.Items, i => (a.Offsets[i], a.Offsets[i + 1]));
            case (VariableListArray<long> a, FixedSizeListType t):
                return ToFixed(context, t, a.Items, i => ((int)a.Offsets[i], (int)a.Offsets[i + 1]));
            default:
                throw context.Refusal();
        }
    }

    static ArrowArray Part(CastContext context, ArrowArray part, Field field) => Cast.Run(part, field.Type, context.InvalidAsNull);

    static ArrowArray Variable(CastContext context, int[] offsets, ArrowArray items)
    {
        Field item = context.Target is ListType small ? small.Item : ((LargeListType)context.Target).Item;
        ArrowBuffer stored = context.Target is ListType ? ArrowBuffer.Of<int>(offsets) : ArrowBuffer.Of<long>(Array.ConvertAll(offsets, o => (long)o));
        (ArrowBuffer validity, int nulls) = context.Validity();
        return ArrowArray.Create(context.Target, context.Length, nulls, 0, [validity, stored], [Part(context, items, item)]);
    }

    static ArrowArray ToFixed(CastContext context, FixedSizeListType target, ArrowArray items, Func<int, (int Start, int End)> row)
    {
        int[] indices = new int[Take.ByteCount(context.Length, target.Size)];
        for (int i = 0; i < context.Length; i++)
        {
            Span<int> slots = indices.AsSpan(i * target.Size, target.Size);
            slots.Fill(-1);
            if (context.Source.IsNull(i))
                continue;
            (int start, int end) = row(i);
            if (end - start != target.Size)
            {
                context.Invalid(i, end - start, ArrowComputeError.InvalidValue);
                continue;
            }
            for (int j = 0; j < slots.Length; j++)
                slots[j] = start + j;
        }
        using ArrowArray picked = Take.ApplyOrNull(items, indices);
        (ArrowBuffer validity, int nulls) = context.Validity();
        return new FixedSizeListArray(target, context.Length, nulls, 0, validity, Part(context, picked, target.Item));
    }
}
