namespace Pennon.Cli.Shell;

/// <summary>
/// The keys a person presses and the screen they look at.
/// Guarantees: keys come one at a time, in order, not echoed. Requirements: text written is plain text and the few ANSI
/// sequences that <see cref="LineEditor"/> uses.
/// </summary>
internal interface IKeyboard
{
    /// <summary>Waits for the next key.</summary>
    ConsoleKeyInfo ReadKey();

    /// <summary>Writes to the screen at once.</summary>
    void Write(string text);

    /// <summary>Columns of the screen, at least 20.</summary>
    int Width { get; }
}
