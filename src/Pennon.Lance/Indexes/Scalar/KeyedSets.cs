using System.Runtime.CompilerServices;

namespace Pennon.Lance.Indexes;

/// <summary>The rows that have one value, or that have none.</summary>
readonly record struct KeyedSet(bool IsNull, IndexKey Key, RowAddressSet Rows)
{
    /// <summary>The null key comes first.</summary>
    public int CompareKey(in KeyedSet other) => IsNull || other.IsNull ? other.IsNull.CompareTo(IsNull) : Key.CompareTo(other.Key);
}

/// <summary>Streams of sets in order of their keys.</summary>
static class KeyedSets
{
    /// <summary>Gathers sorted pairs by key.</summary>
    public static async IAsyncEnumerable<KeyedSet> OfAsync(
        ulong[] nulls, IAsyncEnumerable<PairBatch> sorted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (nulls.Length > 0)
            yield return new KeyedSet(true, default, RowAddressSet.Of(nulls));
        var ids = new List<ulong>();
        IndexKey? current = null;
        await foreach (var batch in sorted.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < batch.Count;)
            {
                if (current is not { } key || batch.Keys.Compare(i, key) != 0)
                {
                    if (current is { } done)
                        yield return new KeyedSet(false, done, Close(ids));
                    current = batch.Keys[i];
                }
                var end = i + 1;
                while (end < batch.Count && batch.Keys.Compare(end, batch.Keys, i) == 0)
                    end++;
                ids.AddRange(batch.Ids.AsSpan(i, end - i));
                i = end;
            }
        }
        if (current is { } last)
            yield return new KeyedSet(false, last, Close(ids));
    }

    /// <summary>Unites sets of equal keys.</summary>
    public static async IAsyncEnumerable<KeyedSet> MergeAsync(
        IReadOnlyList<IAsyncEnumerable<KeyedSet>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new List<IAsyncEnumerator<KeyedSet>>();
        try
        {
            var heads = new List<IAsyncEnumerator<KeyedSet>>();
            foreach (var source in sources)
            {
                var head = source.GetAsyncEnumerator(cancellationToken);
                open.Add(head);
                if (await head.MoveNextAsync().ConfigureAwait(false))
                    heads.Add(head);
            }
            while (heads.Count > 0)
            {
                var least = heads[0].Current;
                foreach (var head in heads)
                {
                    if (head.Current.CompareKey(least) < 0)
                        least = head.Current;
                }
                var rows = RowAddressSet.Empty;
                for (var i = heads.Count - 1; i >= 0; i--)
                {
                    if (heads[i].Current.CompareKey(least) != 0)
                        continue;
                    rows = rows.Or(heads[i].Current.Rows);
                    if (!await heads[i].MoveNextAsync().ConfigureAwait(false))
                        heads.RemoveAt(i);
                }
                if (!rows.IsEmpty)
                    yield return least with { Rows = rows };
            }
        }
        finally
        {
            foreach (var head in open)
                await head.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The rows that are in any of many sets.</summary>
    public static RowAddressSet Union(IReadOnlyList<RowAddressSet> sets)
    {
        const int Few = 8;
        if (sets.Count > Few)
        {
            var half = sets.Count / 2;
            return Union([.. sets.Take(half)]).Or(Union([.. sets.Skip(half)]));
        }
        var all = RowAddressSet.Empty;
        foreach (var set in sets)
            all = all.Or(set);
        return all;
    }

    static RowAddressSet Close(List<ulong> ids)
    {
        var rows = RowAddressSet.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids));
        ids.Clear();
        return rows;
    }
}
