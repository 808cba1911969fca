using System.Runtime.ExceptionServices;

namespace Pennon.Cypher.Execution;

/// <summary>
/// Shares numbered pieces of work among threads. Pieces are handed out in ascending order; the calling thread works too, so that the work gets
/// done whether or not the thread pool has a thread to spare, and no thread waits for one that has not begun.
/// </summary>
internal static class Morsels
{
    /// <summary>Runs every piece once. When pieces fail, the failure of the first one is thrown, as if they had been run in order.</summary>
    /// <param name="threads">How many threads may work, the calling one included.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="open">Makes a thread's worker; called on that thread with a number below <paramref name="threads"/>.</param>
    public static void Run(int threads, int count, Func<int, Action<int>> open)
    {
        int helpers = Math.Min(threads, count) - 1;
        if (helpers <= 0)
        {
            var work = open(0);
            for (int i = 0; i < count; i++)
            {
                work(i);
            }
            return;
        }
        var shared = new State(count, open);
        for (int i = 1; i <= helpers; i++)
        {
            int worker = i;
            ThreadPool.UnsafeQueueUserWorkItem(static entry => entry.shared.Help(entry.worker), (shared, worker), preferLocal: false);
        }
        shared.Work(0);
        shared.Close();
    }

    /// <summary>Runs a body over the pieces of a range, each of <paramref name="size"/> items but the last.</summary>
    public static void ForRanges(int threads, int items, int size, Action<int, int> body) =>
        Run(threads, (int)(((long)items + size - 1) / size), _ => piece => body(piece * size, Math.Min(items, (piece + 1) * size)));

    sealed class State(int count, Func<int, Action<int>> open)
    {
        readonly Lock _lock = new();
        readonly ManualResetEventSlim _idle = new(initialState: true);
        int _next = -1;
        int _active;
        bool _closed;
        int _failed = int.MaxValue;
        ExceptionDispatchInfo? _failure;

        // A helper that comes after the work is done goes away again.
        public void Help(int worker)
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return;
                }
                _active++;
                _idle.Reset();
            }
            Work(worker);
            lock (_lock)
            {
                if (--_active == 0)
                {
                    _idle.Set();
                }
            }
        }

        public void Work(int worker)
        {
            int piece = -1;
            try
            {
                Action<int>? work = null;
                while ((piece = Interlocked.Increment(ref _next)) < count && Volatile.Read(ref _failure) is null)
                {
                    (work ??= open(worker))(piece);
                }
            }
            catch (Exception e)
            {
                lock (_lock)
                {
                    if (piece < _failed)
                    {
                        _failed = piece;
                        _failure = ExceptionDispatchInfo.Capture(e);
                    }
                }
            }
        }

        public void Close()
        {
            lock (_lock)
            {
                _closed = true;
            }
            _idle.Wait();
            _failure?.Throw();
        }
    }
}
