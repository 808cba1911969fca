using Google.Protobuf;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;
using Types = Pennon.Lance.Wire.Transaction.Types;

namespace Pennon.Lance.Tests.Tables;

/// <summary>The conflict matrix, cell by cell, written down a second time from the format's description.</summary>
public sealed class ConflictRulesTests
{
    // ok = goes on top; B = goes on top after uniting deletions; R = run again; F = fails. "same"/"other": the two operations touch the same fragment,
    // field or key, or different ones. "null": they do not keep nullability.
    const string Expected = """
        Append         | ok ok ok F ok ok ok ok F ok ok ok ok
        Delete.same    | ok B  B  F ok R  R  ok F ok R  ok ok
        Delete.other   | ok ok ok F ok ok R  ok F ok ok ok ok
        Update.same    | ok B  B  F ok R  R  ok F ok R  ok ok
        Update.other   | ok ok ok F ok ok R  ok F ok ok ok ok
        Overwrite      | ok ok ok R ok ok ok ok ok ok ok ok ok
        CreateIndex.same  | ok ok ok F ok R  ok ok F ok R  ok ok
        CreateIndex.other | ok ok ok F ok ok ok ok F ok ok ok ok
        Rewrite.same   | ok R  R  F R  R  R  ok F ok R  ok ok
        Rewrite.other  | ok ok ok F ok ok R  ok F ok ok ok ok
        Merge          | R  R  R  F ok R  R  F  F ok R  ok ok
        Project        | ok ok ok F ok ok R  R  F ok ok ok ok
        Restore        | ok ok ok ok ok ok ok ok ok ok ok ok ok
        ReserveFragments | ok ok ok F ok ok ok ok F ok ok ok ok
        DataReplacement.same  | ok ok R  F R  R  R  ok F ok R ok ok
        DataReplacement.other | ok ok ok F ok ok R  ok F ok ok ok ok
        UpdateConfig.same  | ok ok ok ok ok ok ok ok ok ok ok F ok
        UpdateConfig.other | ok ok ok ok ok ok ok ok ok ok ok ok ok
        UpdateBases.same   | ok ok ok ok ok ok ok ok ok ok ok ok F
        UpdateBases.other  | ok ok ok ok ok ok ok ok ok ok ok ok ok
        """;

    static readonly string[] Columns =
        ["Append", "Delete", "Update", "Overwrite", "CreateIndex", "Rewrite", "Merge", "Project", "Restore", "ReserveFragments", "DataReplacement", "UpdateConfig", "UpdateBases"];

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        foreach (var line in Expected.Split('\n'))
        {
            var parts = line.Split('|');
            var outcomes = parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(Columns.Length, outcomes.Length);
            for (var i = 0; i < outcomes.Length; i++) cells.Add(parts[0].Trim(), Columns[i], outcomes[i]);
        }
        return cells;
    }

    static ByteString Bitmap(params uint[] fragments) => ByteString.CopyFrom(RoaringFormat.Write(RoaringBitmap.Of(fragments)));

    // Ours touch fragment 1 and field 7 when they are to meet the others, which always do; otherwise fragment 2 and field 8.
    static Transaction Make(string operation, bool meets)
    {
        var fragment = new DataFragment { Id = meets ? 1u : 2u };
        var file = new DataFile { Fields = { meets ? 7 : 8 } };
        var index = new IndexMetadata { Name = meets ? "i" : "j", Fields = { meets ? 7 : 8 }, FragmentBitmap = Bitmap(meets ? 1u : 2u), Uuid = new Uuid { Uuid_ = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()) } };
        return operation switch
        {
            "Append" => new Transaction { Append = new Types.Append { Fragments = { new DataFragment() } } },
            "Delete" => new Transaction { Delete = new Types.Delete { UpdatedFragments = { fragment } } },
            "Update" => new Transaction { Update = new Types.Update { UpdatedFragments = { fragment } } },
            "Overwrite" => new Transaction { Overwrite = new Types.Overwrite() },
            "CreateIndex" => new Transaction { CreateIndex = new Types.CreateIndex { NewIndices = { index } } },
            "Rewrite" => new Transaction { Rewrite = new Types.Rewrite { Groups = { new Types.Rewrite.Types.RewriteGroup { OldFragments = { fragment } } } } },
            "Merge" => new Transaction { Merge = new Types.Merge { PreservesNullability = true } },
            "Project" => new Transaction { Project = new Types.Project { PreservesNullability = true } },
            "Restore" => new Transaction { Restore = new Types.Restore { Version = 1 } },
            "ReserveFragments" => new Transaction { ReserveFragments = new Types.ReserveFragments { NumFragments = 1 } },
            "DataReplacement" => new Transaction { DataReplacement = new Types.DataReplacement { Replacements = { new Types.DataReplacement.Types.Group { FragmentId = fragment.Id, NewFile = file } } } },
            "UpdateConfig" => new Transaction { UpdateConfig = new Types.UpdateConfig { ConfigUpdates = new Types.UpdateMap { Entries = { new Types.UpdateMapEntry { Key = meets ? "k" : "l", Value = "v" } } } } },
            "UpdateBases" => new Transaction { UpdateBases = new Types.UpdateBases { NewBases = { new BasePath { Id = meets ? 1u : 2u, Path = meets ? "p" : "q" } } } },
            _ => throw new ArgumentException(operation),
        };
    }

    static string Name(ConflictOutcome outcome) => outcome switch { ConflictOutcome.Proceed => "ok", ConflictOutcome.Rebase => "B", ConflictOutcome.Retry => "R", _ => "F" };

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_pair_of_operations_has_the_outcome_of_the_matrix(string ours, string theirs, string expected)
    {
        var parts = ours.Split('.');
        var outcome = ConflictRules.Compare(Make(parts[0], parts is not [_, "other"]), Make(theirs, meets: true), stableRowIds: false);
        Assert.Equal(expected, Name(outcome));
    }

    [Theory]
    [InlineData("Append", "Merge", "R")]
    [InlineData("Append", "Project", "R")]
    [InlineData("Update", "Project", "R")]
    [InlineData("Delete", "Project", "ok")]
    [InlineData("CreateIndex", "Project", "ok")]
    public void Changes_of_columns_that_may_forbid_nulls_send_writers_of_rows_back(string ours, string theirs, string expected)
    {
        var other = Make(theirs, meets: true);
        if (other.Merge is { } merge) merge.PreservesNullability = false;
        if (other.Project is { } project) project.PreservesNullability = false;
        Assert.Equal(expected, Name(ConflictRules.Compare(Make(ours, meets: true), other, stableRowIds: false)));
    }

    [Theory]
    [InlineData("Append", "R")]
    [InlineData("Update", "R")]
    [InlineData("Delete", "ok")]
    public void Our_own_column_made_not_null_has_to_look_at_rows_written_meanwhile(string theirs, string expected)
    {
        var ours = Make("Project", meets: true);
        ours.Project.PreservesNullability = false;
        Assert.Equal(expected, Name(ConflictRules.Compare(ours, Make(theirs, meets: true), stableRowIds: false)));
    }

    [Fact]
    public void Stable_row_ids_let_indices_and_rewrites_of_the_same_rows_pass_each_other()
    {
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(Make("CreateIndex", true), Make("Rewrite", true), stableRowIds: true));
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(Make("Rewrite", true), Make("CreateIndex", true), stableRowIds: true));
    }

    [Fact]
    public void An_index_is_built_again_when_its_column_was_rewritten_in_place()
    {
        var other = Make("Update", meets: true);
        other.Update.FieldsModified.Add(7);
        Assert.Equal(ConflictOutcome.Retry, ConflictRules.Compare(Make("CreateIndex", true), other, stableRowIds: false));
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(Make("CreateIndex", false), other, stableRowIds: false));
    }

    [Fact]
    public void Two_updates_that_say_they_inserted_the_same_key_do_not_both_pass()
    {
        static Transaction Inserting(params ulong[] hashes)
        {
            var update = new Types.Update { InsertedRows = new Types.KeyExistenceFilter { FieldIds = { 1 }, Exact = new Types.KeyExistenceFilter.Types.ExactKeys() } };
            update.InsertedRows.Exact.Hashes.Add(hashes);
            return new Transaction { Update = update };
        }
        Assert.Equal(ConflictOutcome.Retry, ConflictRules.Compare(Inserting(1, 2), Inserting(2, 3), stableRowIds: false));
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(Inserting(1, 2), Inserting(3, 4), stableRowIds: false));
    }

    [Fact]
    public void A_replacement_of_data_in_a_fragment_that_is_gone_fails()
    {
        var theirs = new Transaction { Delete = new Types.Delete { DeletedFragmentIds = { 1 } } };
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(Make("DataReplacement", true), theirs, stableRowIds: false));
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(Make("DataReplacement", false), theirs, stableRowIds: false));
    }

    [Fact]
    public void An_overwrite_and_a_change_of_configuration_meet_on_the_same_key_only()
    {
        var overwrite = Make("Overwrite", meets: true);
        overwrite.Overwrite.ConfigUpsertValues["k"] = "w";
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(overwrite, Make("UpdateConfig", true), stableRowIds: false));
        Assert.Equal(ConflictOutcome.Proceed, ConflictRules.Compare(overwrite, Make("UpdateConfig", false), stableRowIds: false));
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(Make("UpdateConfig", true), overwrite, stableRowIds: false));
        var metadata = new Transaction { UpdateConfig = new Types.UpdateConfig { SchemaMetadataUpdates = new Types.UpdateMap() } };
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(metadata, Make("Overwrite", true), stableRowIds: false));
    }

    [Fact]
    public void Unknown_operations_and_versions_without_a_transaction_stop_everything_but_a_restore()
    {
        var unknown = new Transaction { UpdateMemWalState = new Types.UpdateMemWalState() };
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(Make("Append", true), unknown, stableRowIds: false));
        Assert.Equal(ConflictOutcome.Fail, ConflictRules.Compare(Make("Append", true), new Transaction(), stableRowIds: false));
        var error = Assert.Throws<ConflictException>(() => ConflictRules.Check(Make("Append", true), null, 3, "t"));
        Assert.True(error.IsRetryable);
        Assert.False(ConflictRules.Check(Make("Restore", true), null, 3, "t"));
        Assert.False(Assert.Throws<ConflictException>(() => ConflictRules.Check(Make("Append", true), Make("Overwrite", true), 3, "t")).IsRetryable);
        Assert.True(Assert.Throws<ConflictException>(() => ConflictRules.Check(Make("Merge", true), Make("Append", true), 3, "t")).IsRetryable);
    }
}
