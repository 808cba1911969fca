namespace Pennon.Graph;

/// <summary>Collects a bounded number of input errors; the load stops as soon as the bound is reached.</summary>
sealed class LoadErrors(int limit)
{
    readonly Lock _lock = new();
    readonly List<LoadError> _errors = [];
    long _count;

    public bool Any => Volatile.Read(ref _count) > 0;

    public void Add(string file, long line, string message)
    {
        lock (_lock)
        {
            _count++;
            if (_errors.Count < limit)
            {
                _errors.Add(new LoadError(file, line, message));
            }
        }

        if (Volatile.Read(ref _count) >= limit)
        {
            ThrowIfAny();
        }
    }

    public void ThrowIfAny()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return;
            }

            // Columns are parsed one after the other, so errors of one stretch of a file do not come in the order of its lines.
            var files = _errors.Select(static e => e.File).Distinct(StringComparer.Ordinal).ToList();
            LoadError[] kept = [.. _errors.OrderBy(e => files.IndexOf(e.File)).ThenBy(static e => e.Line)];
            var shown = string.Join('\n', kept.Take(5).Select(static e => $"  {e}"));
            var what = _count == 1 ? "an error" : _count >= limit ? $"at least {_count} errors (the limit)" : $"{_count} errors";
            throw new LoadException($"Nothing was loaded: the input has {what}.\n{shown}", kept, _count);
        }
    }
}
