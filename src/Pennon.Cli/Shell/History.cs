namespace Pennon.Cli.Shell;

/// <summary>
/// The statements typed before, oldest first, kept in a file between sessions. A file that cannot be read or written costs
/// the memory of earlier sessions and nothing else; the reason is in <see cref="Problem"/>.
/// </summary>
internal sealed class History
{
    const int Kept = 1000;

    readonly string? _file;
    readonly List<string> _entries = [];
    int _position;
    string _draft = "";

    public History(string? file)
    {
        _file = file;
        if (file is null)
        {
            return;
        }

        try
        {
            if (File.Exists(file))
            {
                _entries.AddRange(File.ReadAllLines(file).Where(line => line.Length > 0).Select(Decode).TakeLast(Kept));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
        }

        _position = _entries.Count;
    }

    /// <summary>Why the history file is not used, or null.</summary>
    public string? Problem { get; private set; }

    public IReadOnlyList<string> Entries => _entries;

    /// <summary>The file in the user's own data folder.</summary>
    public static string? DefaultFile()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length == 0 ? null : Path.Combine(folder, "pennon", "history");
    }

    public void Add(string statement)
    {
        var entry = statement.Trim();
        if (entry.Length > 0 && (_entries.Count == 0 || _entries[^1] != entry))
        {
            _entries.Add(entry);
            Append(entry);
        }

        Rewind();
    }

    public void Rewind()
    {
        _position = _entries.Count;
        _draft = "";
    }

    /// <summary>The entry before the current one, or null at the oldest. What was being typed is kept for the way back.</summary>
    public string? Older(string current)
    {
        if (_position == _entries.Count)
        {
            _draft = current;
        }

        return _position == 0 ? null : _entries[--_position];
    }

    /// <summary>The entry after the current one, then what was being typed, then null.</summary>
    public string? Newer()
    {
        if (_position >= _entries.Count)
        {
            return null;
        }

        return ++_position == _entries.Count ? _draft : _entries[_position];
    }

    void Append(string entry)
    {
        if (_file is null || Problem is not null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
            File.AppendAllText(_file, Encode(entry) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
        }
    }

    // One entry a line: line breaks and backslashes are escaped.
    static string Encode(string entry) => entry.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Decode(string line)
    {
        var text = new System.Text.StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
                text.Append(line[i] == 'n' ? '\n' : line[i]);
            }
            else
            {
                text.Append(line[i]);
            }
        }

        return text.ToString();
    }
}
