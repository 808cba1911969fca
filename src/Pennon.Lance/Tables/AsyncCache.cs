namespace Pennon.Lance.Tables;

/// <summary>A value loaded once, when first asked for; a failed load is tried again by the next caller.</summary>
/// <remarks>The load itself is not cancelled by one impatient caller, since others may be waiting for it; only the wait is.</remarks>
sealed class AsyncCache<T>
{
    readonly Lock _lock = new();
    Task<T>? _task;

    /// <summary>The value if it was loaded already.</summary>
    public bool TryGet(out T value)
    {
        if (_task is { IsCompletedSuccessfully: true } task)
        {
            value = task.Result;
            return true;
        }
        value = default!;
        return false;
    }

    /// <summary>The value, loading it if nobody has.</summary>
    public ValueTask<T> GetAsync(Func<Task<T>> load, CancellationToken cancellationToken)
    {
        Task<T> task;
        lock (_lock)
        {
            if (_task is null || _task.IsFaulted || _task.IsCanceled)
                _task = load();
            task = _task;
        }
        return task.IsCompletedSuccessfully ? new ValueTask<T>(task.Result) : new ValueTask<T>(task.WaitAsync(cancellationToken));
    }
}
