namespace Pennon;

/// <summary>The column names of one result, found by name without a search for each row.</summary>
internal sealed class ResultColumns
{
    readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    public ResultColumns(IReadOnlyList<string> names)
    {
        Names = names;
        for (var i = 0; i < names.Count; i++)
        {
            _positions[names[i]] = i;
        }
    }

    public IReadOnlyList<string> Names { get; }

    public bool TryPositionOf(string column, out int position) => _positions.TryGetValue(column, out position);

    public int PositionOf(string column) => _positions.TryGetValue(column, out var position)
        ? position
        : throw new ArgumentException($"The result has no column '{column}'; it has {string.Join(", ", Names.Select(n => $"'{n}'"))}.", nameof(column));
}
