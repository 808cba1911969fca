using System.Text;
using Pennon.Cli.Shell;

namespace Pennon.Cli.Tests.Shell;

/// <summary>Plays keys and records the screen.</summary>
sealed class ScriptedKeyboard : IKeyboard
{
    readonly Queue<ConsoleKeyInfo> _keys = [];

    public StringBuilder Screen { get; } = new();

    public int Width { get; init; } = 80;

    public ScriptedKeyboard Type(string text)
    {
        foreach (var c in text)
        {
            _keys.Enqueue(new ConsoleKeyInfo(c, char.IsAsciiLetter(c) ? Enum.Parse<ConsoleKey>(char.ToUpperInvariant(c).ToString()) : ConsoleKey.None, char.IsUpper(c), false, false));
        }

        return this;
    }

    public ScriptedKeyboard Press(ConsoleKey key, bool control = false)
    {
        _keys.Enqueue(new ConsoleKeyInfo('\0', key, false, false, control));
        return this;
    }

    public ConsoleKeyInfo ReadKey() => _keys.Dequeue();

    public void Write(string text) => Screen.Append(text);
}
