using Pennon.Cli.Output;
using Pennon.Cli.Terminals;
using Pennon.Graph;
using Spectre.Console;

namespace Pennon.Cli.Commands;

/// <summary>Shows how far a load is, on standard error and only when a person looks at it.</summary>
internal static class ProgressDisplay
{
    public static async Task<T> RunAsync<T>(Terminal terminal, Func<IProgress<LoadProgress>?, Task<T>> work)
    {
        if (!terminal.ShowsProgress)
        {
            return await work(null).ConfigureAwait(false);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new Bars(context)))
            .ConfigureAwait(false);
    }

    sealed class Bars(ProgressContext context) : IProgress<LoadProgress>
    {
        readonly Lock _lock = new();
        readonly Dictionary<LoadPhase, ProgressTask> _tasks = [];

        public void Report(LoadProgress value)
        {
            lock (_lock)
            {
                foreach (var (phase, earlier) in _tasks)
                {
                    if (phase < value.Phase)
                    {
                        earlier.IsIndeterminate = false;
                        earlier.Value = earlier.MaxValue;
                    }
                }

                if (value.Phase == LoadPhase.Done)
                {
                    return;
                }

                if (!_tasks.TryGetValue(value.Phase, out var task))
                {
                    task = context.AddTask(NameOf(value.Phase));
                    _tasks[value.Phase] = task;
                }

                Update(task, value);
            }
        }

        static void Update(ProgressTask task, LoadProgress value)
        {
            if (value.Phase == LoadPhase.Reading && value.TotalBytes > 0)
            {
                task.MaxValue = value.TotalBytes;
                task.Value = Math.Min(value.BytesRead, value.TotalBytes);
                task.Description = $"reading: {Quantity.Count(value.Nodes, "node")}, {Quantity.Count(value.Edges, "edge")}";
            }
            else
            {
                task.IsIndeterminate = true;
            }
        }

        static string NameOf(LoadPhase phase) => phase switch
        {
            LoadPhase.Reading => "reading",
            LoadPhase.Resolving => "joining edges to their nodes",
            LoadPhase.Indexing => "building the adjacency",
            _ => "publishing",
        };
    }
}
