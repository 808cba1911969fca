using System.Text;

namespace Pennon.Cli.Terminals;

/// <summary>
/// The streams a command talks to, so that tests can give their own. Text goes through <see cref="Out"/> and
/// <see cref="Error"/>; binary results go to <see cref="RawOut"/>, which must not be mixed with text of the same run.
/// </summary>
internal sealed class Terminal : IDisposable
{
    readonly bool _ownsStreams;

    public Terminal(TextReader input, TextWriter output, TextWriter error, Stream rawOut, int? width = null, bool ownsStreams = false)
    {
        In = input;
        Out = output;
        Error = error;
        RawOut = rawOut;
        Width = width;
        _ownsStreams = ownsStreams;
    }

    public TextReader In { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public Stream RawOut { get; }

    /// <summary>Columns that a line may take, or null where lines are not limited (a file, a pipe).</summary>
    public int? Width { get; }

    /// <summary>True when a person types: a line editor can be used.</summary>
    public bool IsInteractive { get; private init; }

    /// <summary>True when standard error is a terminal: progress bars may be drawn there.</summary>
    public bool ShowsProgress { get; private init; }

    /// <summary>True when standard output is a terminal that takes colours.</summary>
    public bool UsesColour { get; private init; }

    /// <summary>The terminal of this process: UTF-8 without a byte order mark, buffered, `\n` line ends.</summary>
    public static Terminal ForProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var raw = Console.OpenStandardOutput();
        var output = new StreamWriter(raw, utf8, 1 << 15) { NewLine = "\n", AutoFlush = !Console.IsOutputRedirected };
        var error = new StreamWriter(Console.OpenStandardError(), utf8, 1 << 10) { NewLine = "\n", AutoFlush = true };
        var input = Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), utf8) : Console.In;
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new Terminal(input, output, error, raw, WidthOf(Console.IsOutputRedirected), ownsStreams: true)
        {
            IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected && !dumb,
            ShowsProgress = !Console.IsErrorRedirected && !dumb,
            UsesColour = !Console.IsOutputRedirected && !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    public void Dispose()
    {
        Out.Flush();
        Error.Flush();
        if (_ownsStreams)
        {
            Out.Dispose();
            Error.Dispose();
        }
    }

    // COLUMNS is honoured for pipes too, so that a pager or a script can ask for fitted tables.
    static int? WidthOf(bool redirected)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns >= 20)
        {
            return columns;
        }

        return redirected ? null : Math.Max(20, Console.WindowWidth > 0 ? Console.WindowWidth : 80);
    }
}
