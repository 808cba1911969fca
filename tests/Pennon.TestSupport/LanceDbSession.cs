using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Pennon.TestSupport;

/// <summary>
/// A LanceDB engine in a Node process of its own that lives as long as this object and does one command at a time;
/// <c>interop/engine.mjs</c> lists the commands.
/// </summary>
public sealed class LanceDbSession : IAsyncDisposable
{
    readonly Process _process;
    readonly SemaphoreSlim _turn = new(1);
    readonly StringBuilder _errors = new();

    LanceDbSession(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(e.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts an engine; skips the running test when Node or its packages are not there.</summary>
    /// <param name="workingFolder">The folder that relative database paths start from.</param>
    public static LanceDbSession Start(string? workingFolder = null)
    {
        Node.SkipUnlessPresent("interop");
        var start = new ProcessStartInfo(Node.Program!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = workingFolder ?? Environment.CurrentDirectory,
        };
        start.ArgumentList.Add(RepositoryFolder.Path("interop", "engine.mjs"));
        return new LanceDbSession(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
    }

    /// <summary>Does one command and gives its result; throws <see cref="LanceDbException"/> with the engine's words when it fails.</summary>
    /// <param name="operation">The command, such as <c>rows</c>.</param>
    /// <param name="database">The folder of the database.</param>
    /// <param name="table">The table's name, without <c>.lance</c>.</param>
    /// <param name="arguments">What else the command takes.</param>
    public async Task<JsonNode?> CallAsync(string operation, string database, string table, JsonObject? arguments = null)
    {
        var command = arguments is null ? new JsonObject() : (JsonObject)arguments.DeepClone();
        command["op"] = operation;
        command["db"] = database;
        command["table"] = table;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await _process.StandardInput.WriteLineAsync(command.ToJsonString()).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
            var line = await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            if (line is null)
            {
                await _process.WaitForExitAsync().ConfigureAwait(false);
                lock (_errors)
                {
                    throw new LanceDbException($"The engine ended during '{operation}' with {_process.ExitCode}: {_errors}");
                }
            }

            var answer = JsonNode.Parse(line)!.AsObject();
            return answer["error"] is { } error ? throw new LanceDbException($"{operation}: {error}") : answer["ok"]?.DeepClone();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The rows of a table as JSON objects.</summary>
    public async Task<JsonArray> RowsAsync(string database, string table, JsonObject? arguments = null) =>
        (await CallAsync("rows", database, table, arguments).ConfigureAwait(false))!.AsArray();

    /// <summary>The number of rows of a table.</summary>
    public async Task<long> CountAsync(string database, string table, string? where = null) =>
        (await CallAsync("count", database, table, where is null ? null : new JsonObject { ["where"] = where }).ConfigureAwait(false))!.GetValue<long>();

    /// <summary>Ends the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _turn.Dispose();
    }
}

/// <summary>LanceDB answered a command with an error.</summary>
public sealed class LanceDbException(string message) : Exception(message);
