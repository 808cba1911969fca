using System.Text;

namespace Pennon.Graph;

/// <summary>The names of stored columns and datasets.</summary>
static class ColumnNames
{
    public const string Vid = "_vid";
    public const string Eid = "_eid";
    public const string Source = "_src";
    public const string Target = "_dst";
    public const string Overflow = "overflow";
    public const string Vertex = "vertex";
    public const string Neighbours = "neighbours";
    public const string Edges = "edges";

    /// <summary>
    /// The column of a property: its own name unless that is one of ours, taken but for letter case, or holds a dot, which Lance readers take for a
    /// path into a struct.
    /// </summary>
    public static string Choose(string property, ISet<string> taken)
    {
        var name = property.Length == 0 ? "_" : property.Replace('.', '_');
        if (name is Vid or Eid or Source or Target or Overflow)
        {
            name += "_";
        }

        var candidate = name;
        for (var i = 2; !taken.Add(candidate.ToUpperInvariant()); i++)
        {
            candidate = $"{name}_{i}";
        }

        return candidate;
    }

    /// <summary>A type's name as a file name: letters, digits and '-' stay, any other character becomes '_' and its hexadecimal number.</summary>
    public static string FileName(string type)
    {
        var name = new StringBuilder();
        foreach (var rune in type.EnumerateRunes())
        {
            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_'))
            {
                name.Append((char)rune.Value);
            }
            else
            {
                name.Append('_').Append(rune.Value.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return name.Length is 0 ? "_" : name.Length > 120 ? name.ToString(0, 120) : name.ToString();
    }
}
