using System.Text.Unicode;

namespace Pennon.Graph;

/// <summary>Reads CSV files of one type each into their tables.</summary>
sealed class CsvLoader(LoadState state)
{
    public async ValueTask LoadNodesAsync(CsvInput input, RowFeed feed, CancellationToken cancellationToken)
    {
        var schema = input.Node!;
        var table = await state.NodesAsync(schema.Name, schema.Key, cancellationToken).ConfigureAwait(false);
        state.Fix(table);
        var map = Map(schema.Properties, table, 0);
        var tokens = new CsvTokenizer(input.Delimiter, input.Quote, map.Length);
        var skipHeader = input.HasHeader;
        while (await NextAsync(tokens, feed, cancellationToken).ConfigureAwait(false))
        {
            if (skipHeader)
            {
                skipHeader = false;
                tokens.DropFirst();
            }

            table.AppendCsv(tokens, map, feed.Path, state.Errors);
            state.Nodes += tokens.Rows;
            state.Report(LoadPhase.Reading, feed.Path, feed.BytesRead);
            if (table.IsBatchFull)
            {
                await state.FlushAsync(table, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask LoadEdgesAsync(CsvInput input, RowFeed feed, CancellationToken cancellationToken)
    {
        var schema = input.Edge!;
        var type = await state.EdgesAsync(schema.Name, cancellationToken).ConfigureAwait(false);
        if (!type.IsFixed)
        {
            type.Fix();
        }

        var source = await EndAsync(schema, schema.From, input.Path, cancellationToken).ConfigureAwait(false);
        var target = await EndAsync(schema, schema.To, input.Path, cancellationToken).ConfigureAwait(false);
        var pair = type.Pair(source, target);
        var map = Map(schema.Properties, type, 2);
        var tokens = new CsvTokenizer(input.Delimiter, input.Quote, map.Length);
        var skipHeader = input.HasHeader;
        while (await NextAsync(tokens, feed, cancellationToken).ConfigureAwait(false))
        {
            if (skipHeader)
            {
                skipHeader = false;
                tokens.DropFirst();
            }

            pair.AppendCsv(tokens, map, feed.Path, state.Errors);
            state.Edges += tokens.Rows;
            state.Report(LoadPhase.Reading, feed.Path, feed.BytesRead);
            if (type.IsBatchFull(pair))
            {
                await state.FlushAsync(pair, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async ValueTask<NodeTableLoad> EndAsync(EdgeTypeSchema schema, string label, string file, CancellationToken cancellationToken)
    {
        var table = await state.NodesAsync(label, null, cancellationToken).ConfigureAwait(false);
        if (!table.IsFixed && table.Properties.Count == 0)
        {
            throw InputPlanner.Refused(file, $"Edges of type '{schema.Name}' join nodes of type '{label}', which neither the input nor the graph has.");
        }

        state.Fix(table);
        return table;
    }

    async ValueTask<bool> NextAsync(CsvTokenizer tokens, RowFeed feed, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tokens.Read(feed, state.Errors))
            {
                CheckText(tokens, feed);
                return true;
            }

            if (!await feed.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    void CheckText(CsvTokenizer tokens, RowFeed feed)
    {
        if (Utf8.IsValid(tokens.Raw))
        {
            return;
        }

        for (var row = 0; row < tokens.Rows; row++)
        {
            if (!Utf8.IsValid(tokens.Row(row)))
            {
                state.Errors.Add(feed.Path, tokens.LineOf(row), "The row is not UTF-8 text.");
            }
        }
    }

    static int[] Map(IReadOnlyList<PropertySchema> columns, TableLoad table, int keys)
    {
        var map = new int[keys + columns.Count];
        map.AsSpan(0, keys).Fill(-1);
        for (var i = 0; i < columns.Count; i++)
        {
            map[keys + i] = table.IndexOf(columns[i].Name);
        }

        return map;
    }
}
