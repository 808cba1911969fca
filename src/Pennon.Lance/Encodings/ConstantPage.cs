using Google.Protobuf;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Pages without value slots worth storing: everything missing, or one value throughout.</summary>
internal static class ConstantPage
{
    /// <summary>The widest value kept inside the message.</summary>
    public const int MaxInlineBytes = 32;

    /// <summary>A page without any value: nulls, or lists of nothing but nulls.</summary>
    public static EncodedPage EncodeMissing(PageLevels levels, long rows)
    {
        var layout = new ConstantLayout();
        layout.Layers.Add(levels.Layers);
        if (levels.Layers.Length == 1) return new EncodedPage(new PageLayout { ConstantLayout = layout }, rows);
        var repetition = new ByteSink();
        var definition = new ByteSink();
        if (levels.HasRepetition)
        {
            var codec = LevelCodec.Choose(levels.Repetition.Span, 1, levels.MaxRepetition);
            codec.Write(levels.Repetition.Span, repetition);
            layout.RepCompression = codec.Describe();
            layout.NumRepValues = (ulong)levels.Entries;
        }
        if (levels.HasDefinition)
        {
            var codec = LevelCodec.Choose(levels.Definition.Span, 1, levels.MaxDefinition);
            codec.Write(levels.Definition.Span, definition);
            layout.DefCompression = codec.Describe();
            layout.NumDefValues = (ulong)levels.Entries;
        }
        return new EncodedPage(new PageLayout { ConstantLayout = layout }, rows).Add(repetition).Add(definition);
    }

    /// <summary>A page of one fixed-width value without levels.</summary>
    public static EncodedPage EncodeFixed(PageLevels levels, ReadOnlySpan<byte> value, long rows)
    {
        var layout = new ConstantLayout { InlineValue = ByteString.CopyFrom(value) };
        layout.Layers.Add(levels.Layers);
        return new EncodedPage(new PageLayout { ConstantLayout = layout }, rows);
    }

    /// <summary>A page of one string or binary value without levels.</summary>
    public static EncodedPage EncodeVariable(PageLevels levels, ReadOnlySpan<byte> value, int offsetBits, long rows)
    {
        var layout = new ConstantLayout();
        layout.Layers.Add(levels.Layers);
        var buffer = new ByteSink(64 + value.Length);
        buffer.AppendValue(2u);
        buffer.AppendValue((uint)(offsetBits / 4));
        buffer.AppendValue((uint)value.Length);
        if (offsetBits == 32)
        {
            buffer.AppendValue(0);
            buffer.AppendValue(value.Length);
        }
        else
        {
            buffer.AppendValue(0L);
            buffer.AppendValue((long)value.Length);
        }
        buffer.Append(value);
        return new EncodedPage(new PageLayout { ConstantLayout = layout }, rows).Add(buffer);
    }
}
