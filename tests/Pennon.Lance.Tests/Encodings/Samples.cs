using System.Text;

namespace Pennon.Lance.Tests.Encodings;

/// <summary>Seeded byte strings of the kinds that take different paths through a compressor.</summary>
internal static class Samples
{
    public static byte[] Create(string kind, int length, int seed)
    {
        var random = new Random(seed);
        byte[] data = new byte[length];
        switch (kind)
        {
            case "zeros":
                break;
            case "random":
                random.NextBytes(data);
                break;
            case "text":
                var text = new StringBuilder();
                string[] words = ["pennon", "lance", "graph", "vector", " of the ", "0123", "\n", "é", "—"];
                while (text.Length < length)
                {
                    text.Append(words[random.Next(words.Length)]).Append(random.Next(50));
                }
                Encoding.UTF8.GetBytes(text.ToString()).AsSpan(0, length).CopyTo(data);
                break;
            case "skewed":
                for (int i = 0; i < length; i++)
                {
                    data[i] = (byte)(Math.Pow(random.NextDouble(), 6) * 200);
                }
                break;
            case "runs":
                for (int i = 0; i < length;)
                {
                    int run = Math.Min(1 + random.Next(300), length - i);
                    data.AsSpan(i, run).Fill((byte)random.Next(256));
                    i += run;
                }
                break;
            case "integers":
                for (int i = 0; i + 4 <= length; i += 4)
                {
                    BitConverter.TryWriteBytes(data.AsSpan(i), 1000 + i / 8 + random.Next(3));
                }
                break;
            default:
                throw new ArgumentException(kind);
        }
        return data;
    }
}
