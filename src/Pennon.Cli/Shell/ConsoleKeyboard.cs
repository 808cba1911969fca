namespace Pennon.Cli.Shell;

/// <summary>The real keyboard and screen. Ctrl-C arrives as a key while a line is edited, and as an interruption otherwise.</summary>
internal sealed class ConsoleKeyboard(TextWriter output) : IKeyboard
{
    public int Width => Math.Max(20, Console.WindowWidth);

    public ConsoleKeyInfo ReadKey()
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    public void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }
}
