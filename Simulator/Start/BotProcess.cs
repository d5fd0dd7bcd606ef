using System.Diagnostics;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Start;

/// <summary>The real bot as a child process, and its operator commands.</summary>
internal sealed class BotProcess(SimulatorOptions options, DataFolder data, FakeWeChat wechat, IHttpClientFactory clients) : IAsyncDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _process;
    private bool _stopping;

    /// <summary>Ends when the bot ends without having been asked to.</summary>
    public Task Died => _died.Task;

    /// <summary>The end of what the bot wrote.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lastLines];
            }
        }
    }

    /// <summary>Starts the bot and waits until it takes messages.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        var start = Start([]);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(BotProcess).Assembly.Location;
        start.RedirectStandardInput = true;
        _stopping = false;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Exited += (_, _) =>
        {
            if (!_stopping)
            {
                _died.TrySetResult();
            }
        };
        _process = process;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitUntilReadyAsync(ct);
    }

    /// <summary>Starts the bot anew with the settings of the moment, such as another encryption mode.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await StopAsync();
            await StartAsync(ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs an operator command such as <c>roster import FILE</c>.</summary>
    /// <returns>What it wrote to stdout.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public async Task<string> RunAsync(CancellationToken ct, params string[] arguments)
    {
        using var process = new Process { StartInfo = Start(arguments) };
        process.Start();
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' failed:\n{(await errors).Trim()}\n{output.Trim()}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _turn.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var client = clients.CreateClient(SimulatorSetup.BotClient);
        using var patience = new CancellationTokenSource(TimeToStart);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        while (!_process!.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync("/health/ready", either.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"The bot was not ready within {TimeToStart.TotalSeconds} s.");
            }

            await Task.Delay(100, ct);
        }

        await _process.WaitForExitAsync(ct);
        throw new InvalidOperationException($"The bot ended with exit code {_process.ExitCode} before it was ready.");
    }

    /// <summary>Closing its standard input asks it to stop, see <see cref="StartupHook"/>.</summary>
    private async Task StopAsync()
    {
        _stopping = true;
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeToStop);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
        _process = null;
    }

    private ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(BotFiles.Dotnet, [BotFiles.Server, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in BotSettings.For(options, data, wechat))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }

            File.AppendAllText(data.Log, line + "\n");
        }
    }
}
