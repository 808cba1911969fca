using Pennon.Arrow;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Values of the null type: nothing but their number.</summary>
internal sealed class NullSink : ValueSink
{
    public override void AppendEmpty(int count) => Count = checked(Count + count);

    public override ArrowArray Build(ArrowType type, int nullCount, ArrowBuffer validity)
    {
        validity.Release();
        return ArrowArray.Create(type, Count, Count, 0, []);
    }

    public override void Release()
    {
    }
}
