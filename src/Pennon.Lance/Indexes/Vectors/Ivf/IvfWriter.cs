using System.Text.Json;
using Google.Protobuf;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Writes the two files of a vector index (TABLE 18.2, 18.3).</summary>
static class IvfWriter
{
    // Rows of codes that lie row after row are handed to the file in pieces of about this size.
    const int PieceBytes = 8 << 20;

    /// <summary>Gives the rows of a partition.</summary>
    public delegate ValueTask<CodedRows> PartitionReader(int partition, CancellationToken cancellationToken);

    /// <summary>Writes the files of an index.</summary>
    /// <param name="build">Where they go, and who is told of the progress.</param>
    /// <param name="structure">The centroids; rows and graphs are as read.</param>
    /// <param name="codec">The codes.</param>
    /// <param name="read">Gives the rows, partition by partition.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async ValueTask WriteAsync(
        IndexBuild build, IvfStructure structure, VectorCodec codec, PartitionReader read, CancellationToken cancellationToken)
    {
        var schema = new Schema([new Field(CodeColumns.RowId, ArrowType.UInt64), .. codec.Fields]);
        var message = new Wire.Ivf();
        await using (var file = await build.CreateFileAsync(IvfStructure.StorageFile, schema, cancellationToken).ConfigureAwait(false))
        {
            for (var partition = 0; partition < structure.Count; partition++)
            {
                var rows = await read(partition, cancellationToken).ConfigureAwait(false);
                message.Offsets.Add((ulong)file.Rows);
                message.Lengths.Add((uint)rows.RowIds.Length);
                await WriteRowsAsync(file, codec, rows, cancellationToken).ConfigureAwait(false);
                build.Progress?.Report(new LanceProgress("write", partition + 1, structure.Count));
            }
            file.SetMetadata(IvfStructure.DistanceKey, IvfStructure.NameOf(structure.Metric));
            file.SetMetadata(IvfStructure.IvfKey, Number(file.AddGlobalBuffer(message.ToByteArray())));
            var buffer = codec.GlobalBuffer is { } bytes ? file.AddGlobalBuffer(bytes) : 0;
            file.SetMetadata(IvfStructure.StorageKey, List([codec.Metadata(buffer)]));
            await build.FinishFileAsync(IvfStructure.StorageFile, file, cancellationToken).ConfigureAwait(false);
        }
        await WriteStructureAsync(build, structure, cancellationToken).ConfigureAwait(false);
    }

    static async ValueTask WriteRowsAsync(IndexFileWriter file, VectorCodec codec, CodedRows rows, CancellationToken cancellationToken)
    {
        var count = rows.RowIds.Length;
        if (count == 0)
            return;
        var piece = codec.IsRowWise ? Math.Max(PieceBytes / codec.RowBytes, 1) : count;
        for (var first = 0; first < count; first += piece)
        {
            var size = Math.Min(piece, count - first);
            var columns = codec.Columns(rows.Codes.AsSpan(first * codec.RowBytes, size * codec.RowBytes), size);
            using var batch = new RecordBatch(
                file.Schema, [new PrimitiveArray<ulong>(ArrowType.UInt64, rows.RowIds.AsSpan(first, size)), .. columns], size);
            await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    static async ValueTask WriteStructureAsync(IndexBuild build, IvfStructure structure, CancellationToken cancellationToken)
    {
        var schema = new Schema([new Field("__flat_marker", ArrowType.UInt64, nullable: false)]);
        var message = Message(structure);
        for (var partition = 0; partition < structure.Count; partition++)
        {
            message.Offsets.Add(0);
            message.Lengths.Add(0);
        }
        await using var file = await build.CreateFileAsync(IvfStructure.IndexFile, schema, cancellationToken).ConfigureAwait(false);
        file.SetMetadata(IvfStructure.IvfKey, Number(file.AddGlobalBuffer(message.ToByteArray())));
        file.SetMetadata(IvfStructure.IndexKey, $$"""{"type":"{{structure.Type}}","distance_type":"{{IvfStructure.NameOf(structure.Metric)}}"}""");
        file.SetMetadata(IvfStructure.FlatKey, List(Enumerable.Repeat("", structure.Count)));
        await build.FinishFileAsync(IvfStructure.IndexFile, file, cancellationToken).ConfigureAwait(false);
    }

    static Wire.Ivf Message(IvfStructure structure)
    {
        var data = new byte[structure.Centroids.Length * VectorElements.Width(structure.Element)];
        VectorElements.Write(structure.Element, structure.Centroids, data);
        var tensor = new Wire.Tensor { DataType = VectorElements.DataType(structure.Element), Data = UnsafeByteOperations.UnsafeWrap(data) };
        tensor.Shape.Add((uint)structure.Count);
        tensor.Shape.Add((uint)structure.Dimension);
        var message = new Wire.Ivf { CentroidsTensor = tensor };
        if (!double.IsNaN(structure.Loss))
            message.Loss = structure.Loss;
        return message;
    }

    static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A JSON list of strings.</summary>
    public static string List(IEnumerable<string> texts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
