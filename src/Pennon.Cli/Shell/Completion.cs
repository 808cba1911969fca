namespace Pennon.Cli.Shell;

/// <summary>What could stand at the cursor.</summary>
/// <param name="Start">Where the word to replace begins.</param>
/// <param name="Candidates">Whole words, sorted.</param>
internal sealed record Completion(int Start, IReadOnlyList<string> Candidates)
{
    public static Completion None { get; } = new(0, []);

    /// <summary>The longest beginning that all candidates share.</summary>
    public string CommonPrefix
    {
        get
        {
            var prefix = Candidates.Count == 0 ? "" : Candidates[0];
            foreach (var candidate in Candidates)
            {
                var length = 0;
                while (length < prefix.Length && length < candidate.Length && prefix[length] == candidate[length])
                {
                    length++;
                }

                prefix = prefix[..length];
            }

            return prefix;
        }
    }
}
