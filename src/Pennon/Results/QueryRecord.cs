using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Pennon.Cypher.Values;

namespace Pennon;

/// <summary>One row of a result. Rows stay valid after the result is disposed.</summary>
public sealed class QueryRecord : IReadOnlyList<CypherValue>
{
    readonly ResultColumns _columns;
    readonly CypherValue[] _values;

    internal QueryRecord(ResultColumns columns, CypherValue[] values)
    {
        _columns = columns;
        _values = values;
    }

    /// <summary>The names of the columns, in the order of RETURN.</summary>
    public IReadOnlyList<string> Columns => _columns.Names;

    /// <summary>The number of columns.</summary>
    public int Count => _values.Length;

    /// <summary>The values in the order of the columns.</summary>
    public ReadOnlySpan<CypherValue> Values => _values;

    /// <summary>The value of a column by position.</summary>
    /// <param name="index">The position, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public CypherValue this[int index] => (uint)index < (uint)_values.Length
        ? _values[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The result has {_values.Length} columns.");

    /// <summary>The value of a column by name.</summary>
    /// <param name="column">The column's name, compared ordinally.</param>
    /// <exception cref="ArgumentException">There is no such column; the message lists those there are.</exception>
    public CypherValue this[string column] => _values[_columns.PositionOf(column)];

    /// <summary>The value of a column as a .NET type.</summary>
    /// <typeparam name="T">
    /// <c>bool</c>, <c>int</c>, <c>long</c>, <c>double</c>, <c>float</c>, <c>decimal</c>, <c>string</c>, <c>byte[]</c>, <c>DateOnly</c>, <c>TimeOnly</c>, <c>DateTime</c>,
    /// <c>DateTimeOffset</c>, the nullable forms of these, arrays and <c>List&lt;T&gt;</c> of <c>bool</c>, <c>long</c>, <c>double</c> and <c>string</c>, <see cref="CypherValue"/>,
    /// <see cref="CypherMap"/>, <see cref="CypherNode"/>, <see cref="CypherRelationship"/>, <see cref="CypherPath"/>, <see cref="CypherDuration"/>, <see cref="CypherPoint"/>,
    /// or <c>object</c>.
    /// </typeparam>
    /// <param name="column">The column's name.</param>
    /// <returns>The value; null for a null value when <typeparamref name="T"/> can be null.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidCastException">The value is of another type, is null where <typeparamref name="T"/> cannot be, or does not fit it.</exception>
    public T Get<T>(string column) => ValueConversion.To<T>(this[column], column);

    /// <summary>The value of a column as a .NET type; see <see cref="Get{T}(string)"/>.</summary>
    /// <typeparam name="T">The .NET type.</typeparam>
    /// <param name="index">The column's position, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    /// <exception cref="InvalidCastException">The value does not convert.</exception>
    public T Get<T>(int index) => ValueConversion.To<T>(this[index], _columns.Names[index]);

    /// <summary>The value of a column, if there is one of that name.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when there is no such column.</returns>
    public bool TryGet(string column, [MaybeNullWhen(false)] out CypherValue value)
    {
        if (_columns.TryPositionOf(column, out var position))
        {
            value = _values[position];
            return true;
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<CypherValue> GetEnumerator() => ((IEnumerable<CypherValue>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The row as a JSON object, in the form of <see cref="CypherJson"/>.</summary>
    public override string ToString() => CypherJson.Text(this);
}
