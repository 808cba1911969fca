using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Pennon.Arrow.CData;

/// <summary>Format strings and the metadata encoding of the C Data Interface.</summary>
internal static unsafe class CDataFormat
{
    public const long OrderedFlag = 1, NullableFlag = 2, SortedFlag = 4;
    public const int MaxNesting = 64;

    public static string Of(ArrowType type) => type switch
    {
        FixedSizeBinaryType t => $"w:{t.ByteWidth}",
        Decimal128Type t => $"d:{t.Precision},{t.Scale}",
        Decimal256Type t => $"d:{t.Precision},{t.Scale},256",
        Time32Type t => $"tt{Letter(t.Unit)}",
        Time64Type t => $"tt{Letter(t.Unit)}",
        TimestampType t => $"ts{Letter(t.Unit)}:{t.TimeZone}",
        DurationType t => $"tD{Letter(t.Unit)}",
        FixedSizeListType t => $"+w:{t.Size}",
        DictionaryType t => Of(t.Index),
        _ => type.Id switch
        {
            ArrowTypeId.Null => "n",
            ArrowTypeId.Boolean => "b",
            ArrowTypeId.Int8 => "c",
            ArrowTypeId.UInt8 => "C",
            ArrowTypeId.Int16 => "s",
            ArrowTypeId.UInt16 => "S",
            ArrowTypeId.Int32 => "i",
            ArrowTypeId.UInt32 => "I",
            ArrowTypeId.Int64 => "l",
            ArrowTypeId.UInt64 => "L",
            ArrowTypeId.Float16 => "e",
            ArrowTypeId.Float32 => "f",
            ArrowTypeId.Float64 => "g",
            ArrowTypeId.Binary => "z",
            ArrowTypeId.LargeBinary => "Z",
            ArrowTypeId.String => "u",
            ArrowTypeId.LargeString => "U",
            ArrowTypeId.Date32 => "tdD",
            ArrowTypeId.Date64 => "tdm",
            ArrowTypeId.List => "+l",
            ArrowTypeId.LargeList => "+L",
            ArrowTypeId.Struct => "+s",
            ArrowTypeId.Map => "+m",
            _ => throw new NotSupportedException($"The C Data Interface has no format for {type}."),
        },
    };

    /// <summary>The type of a format string with its children.</summary>
    public static ArrowType Parse(string format, Field[] children, long flags)
    {
        int wanted = format switch
        {
            "+l" or "+L" or "+m" => 1,
            _ when format.StartsWith("+w:", StringComparison.Ordinal) => 1,
            "+s" => children.Length,
            _ => 0,
        };
        if (children.Length != wanted)
            throw new ArgumentException($"A schema of format '{format}' has {children.Length} children, not {wanted}.");
        switch (format)
        {
            case "n": return ArrowType.Null;
            case "b": return ArrowType.Boolean;
            case "c": return ArrowType.Int8;
            case "C": return ArrowType.UInt8;
            case "s": return ArrowType.Int16;
            case "S": return ArrowType.UInt16;
            case "i": return ArrowType.Int32;
            case "I": return ArrowType.UInt32;
            case "l": return ArrowType.Int64;
            case "L": return ArrowType.UInt64;
            case "e": return ArrowType.Float16;
            case "f": return ArrowType.Float32;
            case "g": return ArrowType.Float64;
            case "z": return ArrowType.Binary;
            case "Z": return ArrowType.LargeBinary;
            case "u": return ArrowType.String;
            case "U": return ArrowType.LargeString;
            case "tdD": return ArrowType.Date32;
            case "tdm": return ArrowType.Date64;
            case "tts" or "ttm": return new Time32Type(Unit(format[2]));
            case "ttu" or "ttn": return new Time64Type(Unit(format[2]));
            case "tDs" or "tDm" or "tDu" or "tDn": return new DurationType(Unit(format[2]));
            case "+l": return new ListType(children[0]);
            case "+L": return new LargeListType(children[0]);
            case "+s": return new StructType(children);
            case "+m":
                if (children[0].Type is not StructType { Fields: [var key, var value] })
                    throw new ArgumentException("The entries of a map are structs of key and value.");
                return new MapType(new Field(key.Name, key.Type, nullable: false, key.Metadata), value, (flags & SortedFlag) != 0);
        }
        if (format.StartsWith("w:", StringComparison.Ordinal))
            return new FixedSizeBinaryType(Number(format, 2));
        if (format.StartsWith("+w:", StringComparison.Ordinal))
            return new FixedSizeListType(children[0], Number(format, 3));
        if (format.Length >= 4 && format.StartsWith("ts", StringComparison.Ordinal) && format[3] == ':')
            return new TimestampType(Unit(format[2]), format.Length == 4 ? null : format[4..]);
        if (format.StartsWith("d:", StringComparison.Ordinal))
            return Decimal(format);
        throw new NotSupportedException($"The C Data format '{format}' is not supported.");
    }

    static ArrowType Decimal(string format)
    {
        string[] parts = format[2..].Split(',');
        if (parts.Length is 2 or 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int precision)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int scale))
        {
            switch (parts.Length == 2 ? "128" : parts[2])
            {
                case "128": return new Decimal128Type(precision, scale);
                case "256": return new Decimal256Type(precision, scale);
            }
        }
        throw new NotSupportedException($"The C Data format '{format}' is not supported.");
    }

    static int Number(string format, int start) => int.TryParse(format.AsSpan(start), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw new ArgumentException($"The C Data format '{format}' lacks its number.");

    static char Letter(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => 's',
        TimeUnit.Millisecond => 'm',
        TimeUnit.Microsecond => 'u',
        _ => 'n',
    };

    static TimeUnit Unit(char letter) => letter switch
    {
        's' => TimeUnit.Second,
        'm' => TimeUnit.Millisecond,
        'u' => TimeUnit.Microsecond,
        'n' => TimeUnit.Nanosecond,
        _ => throw new NotSupportedException($"'{letter}' is not a time unit of the C Data Interface."),
    };

    /// <summary>Encodes metadata in native memory: a count, then key and value, each after its length. Keys are sorted.</summary>
    public static byte* EncodeMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return null;
        using MemoryStream stream = new();
        Span<byte> number = stackalloc byte[4];
        string[] keys = [.. metadata.Keys];
        Array.Sort(keys, StringComparer.Ordinal);
        Write(stream, number, keys.Length);
        foreach (string key in keys)
        {
            foreach (string text in (ReadOnlySpan<string>)[key, metadata[key]])
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                Write(stream, number, bytes.Length);
                stream.Write(bytes);
            }
        }
        byte* memory = (byte*)NativeMemory.Alloc((nuint)stream.Length);
        stream.GetBuffer().AsSpan(0, (int)stream.Length).CopyTo(new Span<byte>(memory, (int)stream.Length));
        return memory;
    }

    static void Write(MemoryStream stream, Span<byte> number, int value)
    {
        // The interface stays within a process, so its numbers have the machine's byte order.
        MemoryMarshal.Write(number, value);
        stream.Write(number);
    }

    public static IReadOnlyDictionary<string, string>? DecodeMetadata(byte* memory)
    {
        if (memory is null)
            return null;
        int count = Next(ref memory);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string key = Text(ref memory);
            metadata[key] = Text(ref memory);
        }
        return metadata;
    }

    static int Next(ref byte* memory)
    {
        int value = MemoryMarshal.Read<int>(new ReadOnlySpan<byte>(memory, 4));
        memory += 4;
        return value >= 0 ? value : throw new ArgumentException($"Metadata of the C Data Interface has a length of {value}.");
    }

    static string Text(ref byte* memory)
    {
        int length = Next(ref memory);
        string text = Encoding.UTF8.GetString(memory, length);
        memory += length;
        return text;
    }

    public static byte* Copy(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, length));
        memory[length] = 0;
        return memory;
    }

    public static string Read(byte* text) => text is null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
