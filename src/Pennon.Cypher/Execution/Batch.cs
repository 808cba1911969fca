using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution;

/// <summary>
/// Rows in columns, one column per slot; a slot nobody reads any more is null. <see cref="Weights"/> says how many equal rows each row
/// stands for, so that what is only counted is never repeated; null means one each, and no weight is zero.
/// </summary>
internal sealed class Batch(Vector?[] columns, int count, long[]? weights = null)
{
    /// <summary>Rows an operator collects before it hands a batch on.</summary>
    public const int Size = 2048;

    List<(PropertyExpr Property, Vector Column)>? _properties;

    public Vector?[] Columns => columns;

    public int Count => count;

    public long[]? Weights => weights;

    /// <summary>The batch of one row without columns in which every query starts.</summary>
    public static Batch Unit(int slots) => new(new Vector?[slots], 1);

    public Vector Column(int slot) => columns[slot]!;

    /// <summary>A property of a column, fetched once a batch however many expressions use it.</summary>
    public Vector Property(PropertyExpr property)
    {
        foreach (var (known, column) in _properties ??= [])
        {
            if (known.Owner == property.Owner && known.Name == property.Name)
            {
                return column;
            }
        }
        var fetched = property.Fetch(Column(property.Owner.Slot));
        _properties.Add((property, fetched));
        return fetched;
    }

    public Batch With(int slot, Vector column)
    {
        var copy = (Vector?[])columns.Clone();
        copy[slot] = column;
        return new Batch(copy, count, weights);
    }

    public Batch WithWeights(long[] newWeights) => new(columns, count, newWeights);

    /// <summary>The given rows with the columns of the <paramref name="live"/> slots.</summary>
    public Batch Take(ReadOnlySpan<int> rows, int[] live)
    {
        var taken = new Vector?[columns.Length];
        foreach (int slot in live)
        {
            taken[slot] = columns[slot]?.Take(rows);
        }
        long[]? takenWeights = null;
        if (weights is not null)
        {
            takenWeights = NodeVector.TakeRefs(weights, rows);
        }
        return new Batch(taken, rows.Length, takenWeights);
    }

    /// <summary>All rows, with only the columns of the <paramref name="live"/> slots.</summary>
    public Batch Keep(int[] live)
    {
        var kept = new Vector?[columns.Length];
        foreach (int slot in live)
        {
            kept[slot] = columns[slot];
        }
        return new Batch(kept, count, weights);
    }
}
