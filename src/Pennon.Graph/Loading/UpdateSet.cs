using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Graph;

/// <summary>
/// New values for rows that are there already, held in memory until the rows are written anew: the values of each property, the overflow last, and which
/// properties each row names.
/// </summary>
sealed class UpdateSet
{
    readonly HashSet<int> _claimed = [];
    readonly List<ArrowArray[]> _values = [];
    readonly List<bool> _mentions = [];
    readonly List<int> _ids = [];
    int[] _rowOf = [];

    public int Count => _ids.Count;

    public ArrowArray[] Values { get; private set; } = [];

    /// <summary>Marks a row as updated; false when it is already.</summary>
    public bool Claim(int id) => _claimed.Add(id);

    /// <summary>Sets the rows that update others aside and gives the rest. Rows whose target is <paramref name="baseCount"/> or more are new.</summary>
    public ArrowArray[] Split(ArrowArray[] values, bool[] mentions, ReadOnlySpan<uint> targets, int baseCount)
    {
        var width = values.Length - 1;
        var added = new List<int>();
        var updated = new List<int>();
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] >= baseCount)
            {
                added.Add(row);
                continue;
            }

            updated.Add(row);
            _ids.Add((int)targets[row]);
            _mentions.AddRange(mentions.AsSpan(row * width, width));
        }

        if (updated.Count == 0)
        {
            return values;
        }

        _values.Add(Array.ConvertAll(values, v => Take.Apply(v, updated.ToArray())));
        return Array.ConvertAll(values, v => Take.Apply(v, added.ToArray()));
    }

    /// <summary>Makes the values ready for look-up by row id.</summary>
    public void Seal(int rows)
    {
        _rowOf = new int[rows];
        for (var i = 0; i < _ids.Count; i++)
        {
            _rowOf[_ids[i]] = i + 1;
        }

        if (_values.Count > 0)
        {
            Values = new ArrowArray[_values[0].Length];
            for (var c = 0; c < Values.Length; c++)
            {
                Values[c] = Concat.Apply(_values.ConvertAll(v => v[c]).ToArray());
            }
        }
    }

    /// <summary>The place of a row's update among <see cref="Values"/>, or -1.</summary>
    public int Find(int id) => _rowOf[id] - 1;

    public bool Mentions(int update, int property) => _mentions[(update * (Values.Length - 1)) + property];
}
