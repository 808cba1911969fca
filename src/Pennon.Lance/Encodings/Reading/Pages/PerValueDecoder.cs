using System.Buffers.Binary;
using Pennon.Lance.Wire.Encodings21;
using Kind = Pennon.Lance.Wire.Encodings21.CompressiveEncoding.CompressionOneofCase;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Decodes values that are stored one at a time, each with its length before it.</summary>
internal abstract class PerValueDecoder
{
    /// <summary>Appends one value.</summary>
    public abstract void Append(ReadOnlySpan<byte> value, ValueSink sink);

    public static PerValueDecoder Create(CompressiveEncoding? encoding, int lengthBits)
    {
        switch (encoding?.CompressionCase)
        {
            case Kind.Variable:
                return new PlainValue(lengthBits);
            case Kind.Fsst when encoding.Fsst.Values?.CompressionCase == Kind.Variable:
                return new SymbolValue(lengthBits, new FsstDecoder(encoding.Fsst.SymbolTable.Span));
            case Kind.General when encoding.General.Values?.CompressionCase == Kind.Variable:
                return new CompressedValue(lengthBits, encoding.General.Compression?.Scheme ?? CompressionScheme.CompressionUnspecified);
            case Kind.VariablePackedStruct:
                return new StructValue(encoding.VariablePackedStruct);
            default:
                throw EncodingNames.Unsupported(encoding, "full-zip values of variable width");
        }
    }

    protected static VariableSink Target(ValueSink sink, int lengthBits)
    {
        var target = sink.As<VariableSink>();
        CorruptEncodingException.ThrowIf(target.OffsetBits != lengthBits, "lengths do not have the width of the column's offsets");
        return target;
    }
}

internal sealed class PlainValue(int lengthBits) : PerValueDecoder
{
    public override void Append(ReadOnlySpan<byte> value, ValueSink sink) => Target(sink, lengthBits).Append(value);
}

internal sealed class SymbolValue(int lengthBits, FsstDecoder table) : PerValueDecoder
{
    public override void Append(ReadOnlySpan<byte> value, ValueSink sink)
    {
        var target = Target(sink, lengthBits);
        target.Commit(table.Decode(value, target.Room(table.Reserve(value))));
    }
}

internal sealed class CompressedValue(int lengthBits, CompressionScheme scheme) : PerValueDecoder
{
    public override void Append(ReadOnlySpan<byte> value, ValueSink sink)
    {
        var target = Target(sink, lengthBits);
        int length = Compression.DecodedLength(scheme, value);
        Compression.Decode(scheme, value, target.Room(length)[..length]);
        target.Commit(length);
    }
}

/// <summary>Structs with children of variable width, one child after the other.</summary>
internal sealed class StructValue : PerValueDecoder
{
    readonly Child[] _children;

    sealed record Child(FixedValueDecoder? Fixed, int Width, PerValueDecoder? Variable, int LengthWidth);

    public StructValue(VariablePackedStruct encoding)
    {
        _children = new Child[encoding.Fields.Count];
        for (int i = 0; i < _children.Length; i++)
        {
            var field = encoding.Fields[i];
            if (field.WidthCase == VariablePackedStruct.Types.FieldEncoding.WidthOneofCase.BitsPerLength)
            {
                CorruptEncodingException.ThrowIf(field.BitsPerLength is not (32 or 64), "the length of a packed child is neither 32 nor 64 bits wide");
                CorruptEncodingException.ThrowIf(field.Value?.CompressionCase == Kind.VariablePackedStruct, "packed structs are nested");
                _children[i] = new Child(null, 0, Create(field.Value, (int)field.BitsPerLength), (int)field.BitsPerLength / 8);
            }
            else
            {
                int bits = EncodingNames.CheckedBits(field.BitsPerValue, "a packed child");
                CorruptEncodingException.ThrowIf(bits == 0 || bits % 8 != 0, "a packed child is not a whole number of bytes");
                _children[i] = new Child(FixedValueDecoder.Create(field.Value, bits / 8), bits / 8, null, 0);
            }
        }
    }

    public override void Append(ReadOnlySpan<byte> value, ValueSink sink)
    {
        const string CutOff = "a packed struct is cut off";
        var target = sink.As<StructSink>();
        CorruptEncodingException.ThrowIf(target.Children.Length != _children.Length, "a packed struct has another number of children than the schema");
        for (int i = 0; i < _children.Length; i++)
        {
            var child = _children[i];
            int width = child.Width;
            if (child.Variable is not null)
            {
                CorruptEncodingException.ThrowIf(value.Length < child.LengthWidth, CutOff);
                ulong length = child.LengthWidth == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(value) : BinaryPrimitives.ReadUInt64LittleEndian(value);
                value = value[child.LengthWidth..];
                CorruptEncodingException.ThrowIf(length > (ulong)value.Length, CutOff);
                width = (int)length;
                child.Variable.Append(value[..width], target.Children[i]);
            }
            else
            {
                CorruptEncodingException.ThrowIf(value.Length < width, CutOff);
                child.Fixed!.Append(value[..width], 1, target.Children[i]);
            }
            value = value[width..];
        }
        target.Advance(1);
    }
}
