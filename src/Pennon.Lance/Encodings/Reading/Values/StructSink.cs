using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Structs stored as one column; their children are never null.</summary>
internal sealed class StructSink(ValueSink[] children) : ValueSink
{
    public ReadOnlySpan<ValueSink> Children => children;

    /// <summary>Counts <paramref name="count"/> structs whose children were appended already.</summary>
    public void Advance(int count) => Count += count;

    public override void AppendEmpty(int count)
    {
        foreach (var child in children)
        {
            child.AppendEmpty(count);
        }
        Count += count;
    }

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity)
    {
        var fields = ((StructType)type).Fields;
        var arrays = new ArrowArray[children.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = children[i].Build(fields[i].Type, 0, ArrowBuffer.Empty);
        }
        return ArrowArray.Create(type, Count, nullCount, 0, [validity], arrays);
    }

    public override void Release()
    {
        foreach (var child in children)
        {
            child.Release();
        }
    }
}
