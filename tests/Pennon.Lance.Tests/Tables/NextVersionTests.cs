using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;
using Types = Pennon.Lance.Wire.Transaction.Types;

namespace Pennon.Lance.Tests.Tables;

public sealed class NextVersionTests
{
    static readonly LanceWriteOptions Options = new();

    // Fields 0 and 1 in one file of each fragment, field 2 in a second one; fragments 0, 1, 4.
    static Manifest Sample(bool stable = false)
    {
        var manifest = new Manifest { Version = 5, MaxFragmentId = 9, NextRowId = 30, DataFormat = new Manifest.Types.DataStorageFormat { FileFormat = "lance", Version = "2.2" } };
        foreach (var id in new[] { 0, 1, 2 }) manifest.Fields.Add(new FieldMessage { Id = id, Name = $"c{id}", ParentId = -1, LogicalType = "int64", Nullable = true });
        manifest.Fields[1].Metadata["m"] = ByteString.CopyFromUtf8("x");
        foreach (var id in new ulong[] { 0, 1, 4 })
        {
            var fragment = new DataFragment { Id = id, PhysicalRows = 10 };
            fragment.Files.Add(new DataFile { Path = $"a{id}", Fields = { 0, 1 }, ColumnIndices = { 0, 1 } });
            fragment.Files.Add(new DataFile { Path = $"b{id}", Fields = { 2 }, ColumnIndices = { 0 } });
            if (stable) fragment.InlineRowIds = RowIdentity.Sequence([.. Enumerable.Range((int)id * 10, 10).Select(i => (ulong)i)]);
            manifest.Fragments.Add(fragment);
        }
        if (stable) manifest.ReaderFeatureFlags = manifest.WriterFeatureFlags = FeatureFlags.StableRowIds;
        manifest.Config["c"] = "d";
        return manifest;
    }

    static IndexMetadata Index(byte id, string name, int field, params uint[] fragments)
    {
        var uuid = new byte[16];
        uuid[0] = id;
        return new IndexMetadata
        {
            Uuid = new Uuid { Uuid_ = ByteString.CopyFrom(uuid) },
            Name = name,
            Fields = { field },
            FragmentBitmap = ByteString.CopyFrom(RoaringFormat.Write(RoaringBitmap.Of(fragments))),
            IndexDetails = new Any { TypeUrl = "/lance.table.BTreeIndexDetails" },
        };
    }

    static BuiltVersion Build(Transaction transaction, Manifest? manifest = null, params IndexMetadata[] indices)
    {
        var section = new IndexSection();
        section.Indices.Add(indices);
        return NextVersion.Build(new StoredVersion(manifest ?? Sample(), indices.Length == 0 ? null : section, null), transaction, Options, 6);
    }

    static ulong[] Ids(BuiltVersion built) => [.. built.Manifest.Fragments.Select(f => f.Id)];

    static uint[] Coverage(BuiltVersion built, string name) => [.. IndexEntries.CoverageOf(built.Indices!.Indices.Single(i => i.Name == name)).Order()];

    [Fact]
    public void An_append_gets_ids_above_every_one_ever_used_and_keeps_the_indices()
    {
        var built = Build(new Transaction { Append = new Types.Append { Fragments = { new DataFragment { PhysicalRows = 3 }, new DataFragment { PhysicalRows = 4 } } } }, null, Index(1, "i", 0, 0, 1));
        Assert.Equal([0, 1, 4, 10, 11], Ids(built));
        Assert.Equal((11u, 6ul, "pennon"), (built.Manifest.MaxFragmentId, built.Manifest.Version, built.Manifest.WriterVersion.Library));
        Assert.Equal([0u, 1u], Coverage(built, "i"));
        Assert.Equal((0ul, 8ul), (built.Manifest.ReaderFeatureFlags, built.Manifest.WriterFeatureFlags));
    }

    [Fact]
    public void A_delete_takes_fragments_out_and_sets_the_flag_for_deletion_files()
    {
        var updated = Sample().Fragments[1].Clone();
        updated.DeletionFile = new DeletionFile { Id = 77, NumDeletedRows = 2 };
        updated.Files.RemoveAt(1);
        var built = Build(new Transaction { Delete = new Types.Delete { DeletedFragmentIds = { 0 }, UpdatedFragments = { updated } } });
        Assert.Equal([1, 4], Ids(built));
        Assert.Equal(77ul, built.Manifest.Fragments[0].DeletionFile.Id);
        Assert.Equal(2, built.Manifest.Fragments[0].Files.Count);
        Assert.Equal((1ul, 9ul), (built.Manifest.ReaderFeatureFlags, built.Manifest.WriterFeatureFlags));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_update_moves_rows_and_only_stable_ids_keep_other_indices_covering_them(bool stable)
    {
        var updated = Sample(stable).Fragments[1].Clone();
        updated.DeletionFile = new DeletionFile { Id = 77, NumDeletedRows = 2 };
        var moved = new DataFragment { PhysicalRows = 3 };
        if (stable)
        {
            moved.InlineRowIds = RowIdentity.Sequence([12, 11]);
            moved.InlineCreatedAtVersions = RowIdentity.Versions([2, 3]);
        }
        var update = new Types.Update { RemovedFragmentIds = { 0 }, UpdatedFragments = { updated }, NewFragments = { moved }, FieldsForPreservingFragBitmap = { 2 } };
        var built = Build(new Transaction { Update = update }, Sample(stable), Index(1, "kept", 0, 0, 1), Index(2, "partly", 1, 1), Index(3, "changed", 2, 0, 1, 4));
        Assert.Equal([1, 4, 10], Ids(built));
        Assert.Equal(stable ? [0u, 1u, 10u] : [0u, 1u], Coverage(built, "kept"));
        Assert.Equal([1u], Coverage(built, "partly"));
        Assert.Equal([0u, 1u, 4u], Coverage(built, "changed"));
        if (!stable) return;
        var fragment = built.Manifest.Fragments[2];
        var ids = new ulong[3];
        RowIds.Read(fragment.InlineRowIds.Memory, 3, "f").Fill(0, ids);
        Assert.Equal([12ul, 11ul, 30ul], ids);
        Assert.Equal(31ul, built.Manifest.NextRowId);
        var created = new ulong[3];
        RowVersions.Read(fragment.InlineCreatedAtVersions.Memory, 3, "f").Fill(0, created);
        Assert.Equal([2ul, 3ul, 6ul], created);
        RowVersions.Read(fragment.InlineLastUpdatedAtVersions.Memory, 3, "f").Fill(0, created);
        Assert.Equal([6ul, 6ul, 6ul], created);
    }

    [Fact]
    public void Columns_rewritten_in_place_leave_the_coverage_of_their_indices()
    {
        var updated = Sample().Fragments[1].Clone();
        updated.Files[1].Path = "new";
        var update = new Types.Update { UpdatedFragments = { updated }, FieldsModified = { 2 }, UpdateMode = Types.Update.Types.Mode.RewriteColumns };
        var built = Build(new Transaction { Update = update }, null, Index(1, "a", 0, 0, 1), Index(2, "c", 2, 0, 1));
        Assert.Equal("new", built.Manifest.Fragments[1].Files[1].Path);
        Assert.Equal([0u, 1u], Coverage(built, "a"));
        Assert.Equal([0u], Coverage(built, "c"));
    }

    [Fact]
    public void An_overwrite_keeps_counting_and_drops_the_indices()
    {
        var overwrite = new Types.Overwrite { Fragments = { new DataFragment { PhysicalRows = 1 } }, Schema = { new FieldMessage { Id = 0, Name = "z", ParentId = -1, LogicalType = "int64" } } };
        overwrite.ConfigUpsertValues["e"] = "f";
        var built = Build(new Transaction { Overwrite = overwrite }, null, Index(1, "i", 0, 0));
        Assert.Equal([10], Ids(built));
        Assert.Null(built.Indices);
        Assert.Equal(["d", "f"], built.Manifest.Config.OrderBy(c => c.Key).Select(c => c.Value));
    }

    [Fact]
    public void Indices_are_replaced_by_their_id_and_the_later_of_two_for_the_same_rows_stays()
    {
        var change = new Types.CreateIndex { NewIndices = { Index(9, "i", 0, 0, 1) }, RemovedIndices = { Index(1, "i", 0, 0) } };
        var built = Build(new Transaction { CreateIndex = change }, null, Index(1, "i", 0, 0), Index(2, "i", 0, 1), Index(3, "i", 0, 4), Index(4, "other", 1, 0));
        Assert.Equal([3, 4, 9], built.Indices!.Indices.Select(i => (int)i.Uuid.Uuid_[0]));
        var dropped = Build(new Transaction { CreateIndex = new Types.CreateIndex { RemovedIndices = { Index(1, "i", 0, 0) } } }, null, Index(1, "i", 0, 0));
        Assert.Null(dropped.Indices);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rewrite_puts_new_fragments_in_place_and_indices_follow_where_they_can(bool stable)
    {
        var old = Sample(stable).Fragments;
        var rewrite = new Types.Rewrite();
        var group = new Types.Rewrite.Types.RewriteGroup { OldFragments = { old[0], old[1] }, NewFragments = { new DataFragment { Id = 10, PhysicalRows = 20 } } };
        rewrite.Groups.Add(group);
        var newId = new Uuid { Uuid_ = ByteString.CopyFrom(new byte[16]) };
        rewrite.RewrittenIndices.Add(new Types.Rewrite.Types.RewrittenIndex { OldId = Index(1, "", 0).Uuid, NewId = newId, NewIndexVersion = 3, NewIndexFiles = { new IndexFile { Path = "p" } } });
        var built = Build(new Transaction { Rewrite = rewrite }, Sample(stable), Index(1, "mapped", 0, 0, 1), Index(2, "left", 1, 0, 1, 4), Index(3, "partly", 2, 1, 4));
        Assert.Equal([10, 4], Ids(built));
        Assert.Equal(10u, built.Manifest.MaxFragmentId);
        Assert.Equal([10u], Coverage(built, "mapped"));
        Assert.Equal(stable ? [4u, 10u] : [4u], Coverage(built, "left"));
        Assert.Equal([4u], Coverage(built, "partly"));
        var mapped = built.Indices!.Indices.Single(i => i.Name == "mapped");
        Assert.Equal((newId, 3, "p"), (mapped.Uuid, mapped.IndexVersion, mapped.Files.Single().Path));
    }

    [Fact]
    public void A_dropped_column_takes_its_index_and_the_files_that_held_nothing_else()
    {
        var schema = Sample().Fields.Where(f => f.Id != 2).Select(f => f.Clone()).ToList();
        schema[1].Name = "renamed";
        schema[1].Metadata.Clear();
        var built = Build(new Transaction { Project = new Types.Project { Schema = { schema } } }, null, Index(1, "i", 0, 0), Index(2, "gone", 2, 0));
        Assert.Equal(["c0", "renamed"], built.Manifest.Fields.Select(f => f.Name));
        Assert.Equal("x", built.Manifest.Fields[1].Metadata["m"].ToStringUtf8());
        Assert.All(built.Manifest.Fragments, f => Assert.Equal($"a{f.Id}", Assert.Single(f.Files).Path));
        Assert.Equal(["i"], built.Indices!.Indices.Select(i => i.Name));
        var half = Build(new Transaction { Project = new Types.Project { Schema = { Sample().Fields.Where(f => f.Id != 0) } } });
        Assert.All(half.Manifest.Fragments, f => Assert.Equal(2, f.Files.Count));
        var last = Build(new Transaction { Project = new Types.Project { Schema = { new FieldMessage { Id = 3, Name = "n", ParentId = -1, LogicalType = "int64", Nullable = true } } } });
        Assert.All(last.Manifest.Fragments, f => Assert.Single(f.Files));
    }

    [Fact]
    public void A_restore_brings_content_and_indices_back_under_new_numbers()
    {
        var old = Sample();
        old.Version = 2;
        old.MaxFragmentId = 4;
        old.NextRowId = 12;
        old.Fields.RemoveAt(2);
        var section = new IndexSection { Indices = { Index(1, "i", 0, 0) } };
        var current = new StoredVersion(Sample(), null, null);
        var built = NextVersion.Build(current, new Transaction { Restore = new Types.Restore { Version = 2 } }, Options, 6, new StoredVersion(old, section, null));
        Assert.Equal((6ul, 9u, 30ul, 2), (built.Manifest.Version, built.Manifest.MaxFragmentId, built.Manifest.NextRowId, built.Manifest.Fields.Count));
        Assert.Equal([0u], Coverage(built, "i"));
    }

    [Fact]
    public void Reserved_fragment_ids_are_never_given_to_another_fragment()
    {
        var built = Build(new Transaction { ReserveFragments = new Types.ReserveFragments { NumFragments = 5 } });
        Assert.Equal(14u, built.Manifest.MaxFragmentId);
        var empty = new Manifest { Version = 5 };
        Assert.Equal(4u, Build(new Transaction { ReserveFragments = new Types.ReserveFragments { NumFragments = 5 } }, empty).Manifest.MaxFragmentId);
    }

    [Fact]
    public void Replaced_data_leaves_a_tombstone_and_takes_the_fragment_out_of_the_index()
    {
        var replacement = new Types.DataReplacement { Replacements = { new Types.DataReplacement.Types.Group { FragmentId = 4, NewFile = new DataFile { Path = "n", Fields = { 1 }, ColumnIndices = { 0 } } } } };
        var built = Build(new Transaction { DataReplacement = replacement }, null, Index(1, "i", 1, 0, 4), Index(2, "j", 0, 0, 4));
        Assert.Equal([0, -2], built.Manifest.Fragments[2].Files[0].Fields);
        Assert.Equal(["a4", "b4", "n"], built.Manifest.Fragments[2].Files.Select(f => f.Path));
        Assert.Equal([0u], Coverage(built, "i"));
        Assert.Equal([0u, 4u], Coverage(built, "j"));
        replacement.Replacements[0].NewFile.Fields[0] = 2;
        Assert.Equal(["a4", "n"], Build(new Transaction { DataReplacement = replacement }).Manifest.Fragments[2].Files.Select(f => f.Path));
    }

    [Fact]
    public void Configuration_and_metadata_are_set_removed_and_replaced()
    {
        var update = new Types.UpdateConfig
        {
            ConfigUpdates = new Types.UpdateMap { Entries = { new Types.UpdateMapEntry { Key = "c" }, new Types.UpdateMapEntry { Key = "e", Value = "f" } } },
            TableMetadataUpdates = new Types.UpdateMap { Replace = true, Entries = { new Types.UpdateMapEntry { Key = "t", Value = "u" } } },
            SchemaMetadataUpdates = new Types.UpdateMap { Entries = { new Types.UpdateMapEntry { Key = "s", Value = "ü" } } },
        };
        update.FieldMetadataUpdates[0] = new Types.UpdateMap { Entries = { new Types.UpdateMapEntry { Key = ConfigUpdates.PrimaryKey, Value = "true" } } };
        var manifest = Sample();
        manifest.TableMetadata["old"] = "gone";
        var built = Build(new Transaction { UpdateConfig = update }, manifest).Manifest;
        Assert.Equal([("e", "f")], built.Config.Select(e => (e.Key, e.Value)));
        Assert.Equal([("t", "u")], built.TableMetadata.Select(e => (e.Key, e.Value)));
        Assert.Equal("ü", built.SchemaMetadata["s"].ToStringUtf8());
        Assert.True(built.Fields[0].UnenforcedPrimaryKey);
        update.FieldMetadataUpdates[99] = new Types.UpdateMap();
        Assert.Throws<ConflictException>(() => Build(new Transaction { UpdateConfig = update }));
    }

    [Fact]
    public void New_base_paths_set_their_flag()
    {
        var built = Build(new Transaction { UpdateBases = new Types.UpdateBases { NewBases = { new BasePath { Id = 3, Path = "elsewhere" } } } });
        Assert.Equal((16ul, 24ul, "elsewhere"), (built.Manifest.ReaderFeatureFlags, built.Manifest.WriterFeatureFlags, built.Manifest.BasePaths.Single().Path));
    }

    [Fact]
    public void What_a_newer_writer_put_into_a_manifest_stays_there()
    {
        var bytes = Sample().ToByteArray().Concat(new byte[] { 0xFA, 0x07, 3, 1, 2, 3 }).ToArray();
        var manifest = Manifest.Parser.ParseFrom(bytes);
        var built = Build(new Transaction { Append = new Types.Append() }, manifest);
        Assert.EndsWith("FA0703010203", Convert.ToHexString(built.Manifest.ToByteArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_on_fragments_that_are_gone_are_to_be_run_again()
    {
        var gone = new DataFragment { Id = 3 };
        Assert.True(Assert.Throws<ConflictException>(() => Build(new Transaction { Delete = new Types.Delete { UpdatedFragments = { gone } } })).IsRetryable);
        Assert.Throws<ConflictException>(() => Build(new Transaction { Delete = new Types.Delete { DeletedFragmentIds = { 3 } } }));
        Assert.Throws<LanceNotSupportedException>(() => Build(new Transaction { UpdateMemWalState = new Types.UpdateMemWalState() }));
        Assert.Throws<LanceNotFoundException>(() => NextVersion.Build(null, new Transaction { Append = new Types.Append() }, Options, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Row_id_sequences_keep_every_id_in_its_place(int seed)
    {
        var random = new Random(seed);
        var ids = new List<ulong>();
        while (ids.Count < 500)
        {
            var start = (ulong)random.NextInt64(seed == 1000 ? long.MaxValue : 1 << 20);
            for (var i = random.Next(1, 30); i > 0; i--) ids.Add(random.Next(3) == 0 ? (ulong)random.Next(1 << 18) : start++);
        }
        var read = new ulong[ids.Count];
        RowIds.Read(RowIdentity.Sequence([.. ids]).Memory, ids.Count, "f").Fill(0, read);
        Assert.Equal(ids, read);
    }
}
