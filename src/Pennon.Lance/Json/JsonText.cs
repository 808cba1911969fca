using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pennon.Lance;

/// <summary>Text and numbers in JSON with as few escapes as the grammar allows.</summary>
static class JsonText
{
    static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    /// <summary>A text in quotes.</summary>
    public static byte[] Quote(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 2);
        Write(output, Encoding.UTF8.GetBytes(text));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes UTF-8 in quotes; what is no UTF-8 becomes the replacement character.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        output.Write("\""u8);
        while (true)
        {
            var at = text.IndexOfAny(Special);
            if (at < 0)
                break;
            output.Write(text[..at]);
            Escape(output, text[at]);
            text = text[(at + 1)..];
        }
        output.Write(text);
        output.Write("\""u8);
    }

    /// <summary>The shortest digits that read back as the same double; exponents only outside 1e-7 to 1e21.</summary>
    public static string Number(double value)
    {
        var negative = value < 0;
        var (digits, exponent) = Split(value.ToString("R", CultureInfo.InvariantCulture));
        var result = new StringBuilder();
        if (negative)
            result.Append('-');
        if (exponent is > 0 and <= 21)
        {
            if (digits.Length <= exponent)
                result.Append(digits).Append('0', exponent - digits.Length);
            else
                result.Append(digits, 0, exponent).Append('.').Append(digits, exponent, digits.Length - exponent);
        }
        else if (exponent is > -6 and <= 0)
        {
            result.Append("0.").Append('0', -exponent).Append(digits);
        }
        else
        {
            result.Append(digits[0]);
            if (digits.Length > 1)
                result.Append('.').Append(digits, 1, digits.Length - 1);
            result.Append('e').Append(exponent > 0 ? '+' : '-').Append((Math.Abs(exponent - 1)).ToString(CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }

    // The significant digits of a round-trip form, and the position of the decimal point relative to their start.
    static (string Digits, int Exponent) Split(string round)
    {
        var mantissa = round.AsSpan(round[0] == '-' ? 1 : 0);
        var exponent = 0;
        if (mantissa.IndexOf('E') is >= 0 and var e)
        {
            exponent = int.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }
        var digits = new StringBuilder();
        var point = false;
        foreach (var c in mantissa)
        {
            if (c == '.')
            {
                point = true;
                continue;
            }
            if (digits.Length > 0 || c != '0')
            {
                digits.Append(c);
                exponent += point ? 0 : 1;
            }
            else if (point)
            {
                exponent--;
            }
        }
        while (digits.Length > 1 && digits[^1] == '0')
            digits.Length--;
        return (digits.ToString(), exponent);
    }

    static void Escape(IBufferWriter<byte> output, byte special)
    {
        switch (special)
        {
            case (byte)'"': output.Write("\\\""u8); break;
            case (byte)'\\': output.Write("\\\\"u8); break;
            case 8: output.Write("\\b"u8); break;
            case 9: output.Write("\\t"u8); break;
            case 10: output.Write("\\n"u8); break;
            case 12: output.Write("\\f"u8); break;
            case 13: output.Write("\\r"u8); break;
            default:
                output.Write("\\u00"u8);
                output.Write([(byte)(special < 16 ? '0' : '1'), "0123456789abcdef"u8[special & 15]]);
                break;
        }
    }
}
