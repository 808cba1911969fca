namespace Pennon.Comparison;

/// <summary>What to measure.</summary>
sealed record Options
{
    public IReadOnlyList<string> Groups { get; init; } = ["lsqb", "ldbc", "snap"];

    public IReadOnlyList<int> Threads { get; init; } = [1];

    public IReadOnlyList<string> Peers { get; init; } = PeerRun.Known;

    public string? Scripts { get; init; }

    public string Scratch { get; init; } = Path.Combine(Path.GetTempPath(), "pennon-comparison");

    public string? Out { get; init; }

    /// <summary>The group to measure in this process; set by the outer process.</summary>
    public string? Engine { get; init; }

    /// <summary>The options of a command line, or null when it is not one.</summary>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
            {
                return null;
            }

            var value = arguments[i + 1];
            string[] list = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
            options = arguments[i] switch
            {
                "--groups" => options with { Groups = list },
                "--threads" when list.All(text => int.TryParse(text, out var count) && count > 0) => options with { Threads = [.. list.Select(text => int.Parse(text, provider: null))] },
                "--peers" => options with { Peers = value == "none" ? [] : list },
                "--scripts" => options with { Scripts = Path.GetFullPath(value) },
                "--scratch" => options with { Scratch = Path.GetFullPath(value) },
                "--out" => options with { Out = value },
                "--engine" => options with { Engine = value },
                _ => null!,
            };
            if (options is null)
            {
                return null;
            }
        }

        Directory.CreateDirectory(options.Scratch);
        return options.Scripts is null ? options with { Peers = [] } : options;
    }
}
