using Pennon.Lance.Files;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>
/// Keeps data files open between reads, with what was learnt about their columns. Beyond the capacity, files nobody is reading
/// are closed, the longest unused first.
/// </summary>
sealed class DataFileCache(int capacity) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<(IObjectStore Store, string Path), Entry> _entries = [];
    long _clock;
    bool _disposed;

    sealed class Entry
    {
        public required Task<LanceFileReader> Open { get; set; }

        public int Users { get; set; }

        public long LastUse { get; set; }
    }

    /// <summary>A file in use; dispose it to give it back.</summary>
    public readonly struct Lease(DataFileCache cache, (IObjectStore, string) key, LanceFileReader reader) : IDisposable
    {
        public LanceFileReader Reader { get; } = reader;

        public void Dispose() => cache.Return(key);
    }

    /// <summary>Opens a file, or shares it with those who have.</summary>
    /// <exception cref="LanceNotFoundException">There is no such file.</exception>
    /// <exception cref="LanceFormatException">The file is damaged.</exception>
    public async ValueTask<Lease> LeaseAsync(LanceLocation location, CancellationToken cancellationToken)
    {
        var key = (location.Store, location.Prefix);
        Task<LanceFileReader> open;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(LanceDataset));
            if (!_entries.TryGetValue(key, out var entry) || entry.Open.IsFaulted || entry.Open.IsCanceled)
                _entries[key] = entry = new Entry { Open = OpenAsync(location), Users = entry?.Users ?? 0 };
            entry.Users++;
            open = entry.Open;
        }
        try
        {
            return new Lease(this, key, await open.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            Return(key);
            throw;
        }
    }

    public void Dispose()
    {
        List<Entry> idle = [];
        lock (_lock)
        {
            _disposed = true;
            foreach (var (key, entry) in _entries.ToArray())
            {
                if (entry.Users == 0 && _entries.Remove(key))
                    idle.Add(entry);
            }
        }
        Close(idle);
    }

    static async Task<LanceFileReader> OpenAsync(LanceLocation location)
    {
        var reader = await location.Store.OpenAsync(location.Prefix, CancellationToken.None).ConfigureAwait(false);
        return await LanceFileReader.OpenAsync(reader, CancellationToken.None).ConfigureAwait(false);
    }

    void Return((IObjectStore, string) key)
    {
        List<Entry> closing = [];
        lock (_lock)
        {
            var entry = _entries[key];
            entry.Users--;
            entry.LastUse = ++_clock;
            while (_entries.Count > (_disposed ? 0 : capacity))
            {
                var oldest = _entries.Where(e => e.Value.Users == 0).OrderBy(e => e.Value.LastUse).FirstOrDefault();
                if (oldest.Value is null)
                    break;
                _entries.Remove(oldest.Key);
                closing.Add(oldest.Value);
            }
        }
        Close(closing);
    }

    static void Close(List<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Open.IsCompletedSuccessfully)
                entry.Open.Result.Dispose();
        }
    }
}
