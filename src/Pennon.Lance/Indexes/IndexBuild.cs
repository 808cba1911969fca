using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Indexes;

/// <summary>What goes into a new segment and where it goes.</summary>
sealed class IndexBuild
{
    readonly List<(string Name, long Bytes)> _files = [];

    /// <param name="table">The version whose rows are indexed.</param>
    /// <param name="name">The name of the index.</param>
    /// <param name="path">The indexed field: a column, or a path of names into structs.</param>
    /// <param name="fragments">The fragments whose rows go in.</param>
    /// <param name="options">What is built.</param>
    /// <param name="progress">Told how far the work has come.</param>
    public IndexBuild(
        TableVersion table, string name, IReadOnlyList<LanceField> path, IReadOnlyList<TableFragment> fragments, LanceIndexOptions options,
        IProgress<LanceProgress>? progress)
    {
        Table = table;
        Name = name;
        Path = path;
        Fragments = fragments;
        Options = options;
        Progress = progress;
    }

    /// <summary>The version whose rows are indexed.</summary>
    public TableVersion Table { get; }

    /// <summary>The name of the index.</summary>
    public string Name { get; }

    /// <summary>The fields from the top-level column to the indexed one.</summary>
    public IReadOnlyList<LanceField> Path { get; }

    /// <summary>The indexed field.</summary>
    public LanceField Field => Path[^1];

    /// <summary>The fragments whose rows go in, in scan order.</summary>
    public IReadOnlyList<TableFragment> Fragments { get; }

    public LanceIndexOptions Options { get; }

    public IProgress<LanceProgress>? Progress { get; }

    /// <summary>The identity of the new segment.</summary>
    public Guid Uuid { get; } = Guid.NewGuid();

    /// <summary>The store that takes the files.</summary>
    public IObjectStore Store => Table.Store;

    /// <summary>Rows that go in.</summary>
    public long Rows => Fragments.Sum(static f => f.LiveRows);

    /// <summary>The files made so far, by their keys in the store; what an abandoned build has to delete.</summary>
    public IReadOnlyList<string> StagedKeys => [.. _files.Select(f => KeyOf(f.Name))];

    /// <summary>The key of a file of the new segment.</summary>
    public string KeyOf(string file) => ObjectKey.Combine(Table.Root, $"_indices/{Uuid}/{file}");

    /// <summary>Starts a file of the new segment.</summary>
    public async ValueTask<IndexFileWriter> CreateFileAsync(string file, Schema schema, CancellationToken cancellationToken)
    {
        _files.Add((file, 0));
        return await IndexFileWriter.CreateAsync(Store, KeyOf(file), schema, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes a file that <see cref="CreateFileAsync"/> started, so that the entry lists it.</summary>
    public async ValueTask FinishFileAsync(string file, IndexFileWriter writer, CancellationToken cancellationToken)
    {
        var bytes = await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        _files[_files.FindIndex(f => f.Name == file)] = (file, bytes);
    }

    /// <summary>Notes a file that was written by other means.</summary>
    public void AddFile(string file, long bytes) => _files.Add((file, bytes));

    /// <summary>The entry for the new segment: this build's fragments, and whatever older segments brought along.</summary>
    /// <param name="kind">The kind of index.</param>
    /// <param name="details">The details message; null if it is empty.</param>
    /// <param name="merged">Segments whose rows went in too.</param>
    public IndexMetadata Entry(IndexKind kind, Google.Protobuf.IMessage? details = null, IReadOnlyList<IndexSegment>? merged = null)
    {
        var coverage = RoaringBitmap.Of([.. Fragments.Select(static f => f.Id)]);
        var version = Table.Manifest.Version;
        foreach (var segment in merged ?? [])
        {
            coverage = coverage.Union(segment.Coverage);
            version = Math.Min(version, segment.Message.DatasetVersion);
        }
        return Entry(kind, details, coverage, version);
    }

    /// <summary>The entry for the new segment with a coverage of the caller's.</summary>
    public IndexMetadata Entry(IndexKind kind, Google.Protobuf.IMessage? details, RoaringBitmap coverage, ulong datasetVersion)
    {
        var message = new IndexMetadata
        {
            Uuid = UuidMessage(Uuid),
            Name = Name,
            DatasetVersion = datasetVersion,
            FragmentBitmap = Google.Protobuf.ByteString.CopyFrom(RoaringFormat.Write(coverage)),
            IndexDetails = kind.Details(details),
            IndexVersion = kind.Version,
            CreatedAt = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        message.Fields.Add(Field.Id);
        foreach (var (name, bytes) in _files)
            message.Files.Add(new IndexFile { Path = name, SizeBytes = (ulong)bytes });
        return message;
    }

    /// <summary>Reads the live rows of the fragments.</summary>
    /// <param name="addresses">Whether rows are named by address even where they have stable ids.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Batches, to be disposed, of two columns: the indexed field under its name, and <c>_rowid</c> (TABLE 9.7); ids ascend
    /// unless they are stable ids.</returns>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(bool addresses, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = new Schema([new Field(Field.Name, Field.Type), new Field(Scanner.RowIdName, ArrowType.UInt64)]);
        var options = new ScanOptions { Columns = [], WithRowAddress = addresses, WithRowId = !addresses, UseIndexes = false };
        var scanner = new Scanner(Table, options, Fragments, new Projection(Table.Schema, [[.. Path.Select(static f => f.Name)]]));
        long done = 0;
        var total = Rows;
        await foreach (var batch in scanner.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            done += batch.Length;
            var values = batch.Column(0);
            foreach (var step in Path.Skip(1))
                values = BoundMember.FieldOf((StructArray)values, step.Name);
            yield return new RecordBatch(schema, [values, batch.Column(1)], batch.Length);
            Progress?.Report(new LanceProgress("read", done, total));
        }
    }

    /// <summary>An identity as messages store it.</summary>
    public static Uuid UuidMessage(Guid uuid) => new() { Uuid_ = Google.Protobuf.ByteString.CopyFrom(uuid.ToByteArray(bigEndian: true)) };
}
