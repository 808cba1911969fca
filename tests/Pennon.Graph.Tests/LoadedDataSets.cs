using Pennon.TestSupport;

namespace Pennon.Graph.Tests;

/// <summary>The real data sets, each loaded once for all the tests of a class, on first use; the folders go when the class is done.</summary>
public sealed class LoadedDataSets : IDisposable
{
    readonly Dictionary<string, (TempFolder Folder, LoadResult Result)> _loaded = [];

    /// <summary>The database folder of a data set and what its load reported. The tests of one class run one after another, so no lock is needed.</summary>
    internal async Task<(TempFolder Folder, LoadResult Result)> GetAsync(string name)
    {
        if (_loaded.TryGetValue(name, out var known))
        {
            return known;
        }

        var cancelled = TestContext.Current.CancellationToken;
        var folder = new TempFolder(name);
        try
        {
            await using var database = await GraphDatabase.OpenAsync(folder.FullName, null, cancelled);
            var result = await database.LoadAsync(new LoadRequest { Paths = [SharedData.Path("data", name)] }, null, cancelled);
            return _loaded[name] = (folder, result);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (folder, _) in _loaded.Values)
        {
            folder.Dispose();
        }
    }
}
