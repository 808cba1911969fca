namespace Pennon.Lance.Tables;

/// <summary>Chooses what to rewrite (TABLE 20.2).</summary>
static class CompactionPlan
{
    /// <summary>
    /// Groups of neighbouring fragments, each to be rewritten as a whole: small ones, and those with many deleted rows. Only fragments that the same
    /// segments of indexes cover go together, so that an index covers a new fragment whole or not at all.
    /// </summary>
    public static List<IReadOnlyList<TableFragment>> Make(TableVersion table, LanceCompactionOptions options)
    {
        var groups = new List<IReadOnlyList<TableFragment>>();
        var group = new List<TableFragment>();
        var coverage = Array.Empty<bool>();
        long rows = 0;
        foreach (var fragment in table.Fragments)
        {
            var candidate = IsSparse(fragment, options) || fragment.PhysicalRows < options.TargetRowsPerFragment;
            var covered = candidate ? CoverageOf(table, fragment) : [];
            if (!candidate || !covered.AsSpan().SequenceEqual(coverage))
                Close();
            if (!candidate)
                continue;
            coverage = covered;
            group.Add(fragment);
            rows += fragment.LiveRows;
            if (rows >= options.TargetRowsPerFragment)
                Close();
        }
        Close();
        return groups;

        void Close()
        {
            if (group.Count > 1 || (group.Count == 1 && IsSparse(group[0], options)))
                groups.Add(group);
            group = [];
            rows = 0;
        }
    }

    /// <summary>The rows of each new fragment of a group but the last: near the target, and never a small rest that would be a candidate again.</summary>
    public static int RowsPerFile(long liveRows, LanceCompactionOptions options)
    {
        var files = Math.Max(1, liveRows / options.TargetRowsPerFragment);
        return (int)Math.Clamp((liveRows + files - 1) / files, 1, int.MaxValue);
    }

    static bool IsSparse(TableFragment fragment, LanceCompactionOptions options) =>
        fragment.HasDeletions && fragment.PhysicalRows - fragment.LiveRows > options.DeletedShare * fragment.PhysicalRows;

    static bool[] CoverageOf(TableVersion table, TableFragment fragment)
    {
        var covered = new bool[table.Indexes.Count];
        for (var i = 0; i < covered.Length; i++)
            covered[i] = table.Indexes[i].Covered.Contains(fragment.Id);
        return covered;
    }
}
