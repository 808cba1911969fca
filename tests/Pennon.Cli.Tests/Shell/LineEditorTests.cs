using Pennon.Cli.Shell;

namespace Pennon.Cli.Tests.Shell;

public sealed class LineEditorTests
{
    static readonly Func<string, int, Completion> Nothing = (_, _) => Completion.None;

    static string? Read(ScriptedKeyboard keys, History? history = null, Func<string, int, Completion>? complete = null) =>
        new LineEditor(keys, history ?? new History(null), complete ?? Nothing).ReadLine("> ");

    [Fact]
    public void TypedTextComesBack() => Assert.Equal("MATCH (n)", Read(new ScriptedKeyboard().Type("MATCH (n)").Press(ConsoleKey.Enter)));

    [Fact]
    public void TheCursorMovesAndInsertsWhereItStands()
    {
        var keys = new ScriptedKeyboard().Type("ac").Press(ConsoleKey.LeftArrow).Type("b").Press(ConsoleKey.Home).Type(">").Press(ConsoleKey.End).Type("<");
        Assert.Equal(">abc<", Read(keys.Press(ConsoleKey.Enter)));
    }

    [Fact]
    public void LettersAreNotTakenForShortcuts() => Assert.Equal("acdekluw", Read(new ScriptedKeyboard().Type("acdekluw").Press(ConsoleKey.Enter)));

    [Fact]
    public void BackspaceAndDeleteRemoveWholeCharacters()
    {
        var keys = new ScriptedKeyboard().Type("a😀b").Press(ConsoleKey.LeftArrow).Press(ConsoleKey.Backspace).Press(ConsoleKey.Delete);
        Assert.Equal("a", Read(keys.Press(ConsoleKey.Enter)));
    }

    [Fact]
    public void ControlWRemovesAWordAndControlURemovesTheLineBefore()
    {
        Assert.Equal("one ", Read(new ScriptedKeyboard().Type("one two").Press(ConsoleKey.W, control: true).Press(ConsoleKey.Enter)));
        Assert.Equal("", Read(new ScriptedKeyboard().Type("one two").Press(ConsoleKey.U, control: true).Press(ConsoleKey.Enter)));
        Assert.Equal("one", Read(new ScriptedKeyboard().Type("one two").Press(ConsoleKey.LeftArrow, control: true).Press(ConsoleKey.LeftArrow)
            .Press(ConsoleKey.K, control: true).Press(ConsoleKey.Enter)));
    }

    [Fact]
    public void ArrowsRecallHistoryAndKeepTheDraft()
    {
        var history = new History(null);
        history.Add("first;");
        history.Add("second;");
        Assert.Equal("first;", Read(new ScriptedKeyboard().Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Press(ConsoleKey.Enter), history));
        Assert.Equal("draft", Read(new ScriptedKeyboard().Type("draft").Press(ConsoleKey.UpArrow).Press(ConsoleKey.DownArrow).Press(ConsoleKey.Enter), history));
    }

    [Fact]
    public void ControlDEndsTheInputOnlyOnAnEmptyLine()
    {
        Assert.Null(Read(new ScriptedKeyboard().Press(ConsoleKey.D, control: true)));
        Assert.Equal("b", Read(new ScriptedKeyboard().Type("ab").Press(ConsoleKey.Home).Press(ConsoleKey.D, control: true).Press(ConsoleKey.Enter)));
    }

    [Fact]
    public void ControlCDropsTheLine() =>
        Assert.Throws<LineAbandonedException>(() => Read(new ScriptedKeyboard().Type("RETURN").Press(ConsoleKey.C, control: true)));

    [Fact]
    public void TabCompletesAsFarAsCandidatesAgreeAndThenListsThem()
    {
        Completion Complete(string text, int cursor) => new(0, ["PersonA", "PersonB"]);
        var keys = new ScriptedKeyboard().Type("P").Press(ConsoleKey.Tab).Press(ConsoleKey.Tab).Press(ConsoleKey.Enter);
        Assert.Equal("Person", Read(keys, complete: Complete));
        Assert.Contains("PersonA  PersonB", keys.Screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ALongLineScrollsSidewaysAndNeverWraps()
    {
        var keys = new ScriptedKeyboard { Width = 24 }.Type(new string('x', 100)).Press(ConsoleKey.Enter);
        Assert.Equal(new string('x', 100), Read(keys));
        Assert.DoesNotContain(new string('x', 24), keys.Screen.ToString(), StringComparison.Ordinal);
    }
}
