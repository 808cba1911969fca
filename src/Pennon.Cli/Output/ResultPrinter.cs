using System.Text.Json;
using Pennon.Arrow.Ipc;
using Pennon.Cli.Terminals;
using Pennon.Cypher.Values;

namespace Pennon.Cli.Output;

/// <summary>Writes the rows of a query to standard output in the format asked for, as they come.</summary>
internal static class ResultPrinter
{
    public static Task PrintAsync(QueryResult result, OutputFormat format, Terminal terminal, CancellationToken cancellationToken) => format switch
    {
        OutputFormat.Json => PrintJsonAsync(result, terminal, asArray: true, cancellationToken),
        OutputFormat.Jsonl => PrintJsonAsync(result, terminal, asArray: false, cancellationToken),
        OutputFormat.Csv => PrintCsvAsync(result, terminal, cancellationToken),
        OutputFormat.Arrow => PrintArrowAsync(result, terminal, cancellationToken),
        _ => PrintTableAsync(result, terminal, cancellationToken),
    };

    /// <summary>The value as a table or CSV shows it: text without quotes, null as the given word, the rest as JSON or Cypher text.</summary>
    public static string CellText(CypherValue value) => value.Type switch
    {
        CypherType.Null => "",
        CypherType.String => value.AsString(),
        CypherType.Boolean or CypherType.Integer or CypherType.Float => CypherJson.Text(value).Trim('"'),
        CypherType.List or CypherType.Map or CypherType.Node or CypherType.Relationship or CypherType.Path or CypherType.Point => value.ToString(),
        CypherType.Bytes => Convert.ToBase64String(value.AsBytes().Span),
        _ => value.ToString(),
    };

    static async Task PrintTableAsync(QueryResult result, Terminal terminal, CancellationToken cancellationToken)
    {
        var table = new TextTable(terminal.Out, result.Columns, terminal.Width);
        var numeric = new bool[result.Columns.Count];
        var first = true;
        await foreach (var record in result.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var cells = new string[record.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                var value = record.Values[i];
                if (first && value.IsNumber)
                {
                    numeric[i] = true;
                    table.AlignRight(i);
                }

                cells[i] = value.IsNull ? "null" : CellText(value);
            }

            first = false;
            table.Add(cells);
        }

        if (result.Columns.Count > 0)
        {
            table.Finish();
        }

        terminal.Out.WriteLine(Quantity.Count(result.RowCount, "row"));
    }

    static async Task PrintJsonAsync(QueryResult result, Terminal terminal, bool asArray, CancellationToken cancellationToken)
    {
        var lines = terminal.Out;
        if (asArray)
        {
            await lines.WriteAsync("[").ConfigureAwait(false);
        }

        var separator = asArray ? "\n" : "";
        await foreach (var record in result.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await lines.WriteAsync(separator).ConfigureAwait(false);
            await lines.WriteAsync(CypherJson.Text(record)).ConfigureAwait(false);
            separator = asArray ? ",\n" : "";
            if (!asArray)
            {
                await lines.WriteAsync('\n').ConfigureAwait(false);
            }
        }

        if (asArray)
        {
            await lines.WriteAsync(result.RowCount == 0 ? "]\n" : "\n]\n").ConfigureAwait(false);
        }
    }

    static async Task PrintCsvAsync(QueryResult result, Terminal terminal, CancellationToken cancellationToken)
    {
        var csv = new CsvWriter(terminal.Out);
        csv.WriteRow(result.Columns);
        await foreach (var record in result.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var cells = new string?[record.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = record.Values[i].IsNull ? null : CellText(record.Values[i]);
            }

            csv.WriteRow(cells);
        }
    }

    static async Task PrintArrowAsync(QueryResult result, Terminal terminal, CancellationToken cancellationToken)
    {
        var batches = await result.ToBatchesAsync(cancellationToken).ConfigureAwait(false);
        await ArrowOutput.WriteStreamAsync(terminal.RawOut, batches, cancellationToken).ConfigureAwait(false);
    }
}
