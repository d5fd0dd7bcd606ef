using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bot.Simulator.Start;
using Bot.Tests.Support;

namespace Bot.Tests.Simulator;

/// <summary>The simulator as people start it – a process with the real bot as its child – on free ports and a folder of its own.</summary>
public sealed class RunningSimulator : IAsyncLifetime
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromMinutes(2);

    /// <summary>A folder with the samples in it, loaded once for all: that takes eight of the bot's commands.</summary>
    private static readonly Lazy<Task<string>> Sampled = new(LoadSamplesAsync);

    private readonly string _data = Path.Combine(Path.GetTempPath(), "simulator-" + Path.GetRandomFileName());
    private readonly StringBuilder _said = new();
    private Process? _process;

    public string Url { get; } = "http://localhost:" + FreePort();

    public string BotUrl { get; } = "http://localhost:" + FreePort();

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Only where a browser will use it: it takes some seconds.</summary>
    public async Task StartAsync()
    {
        Chromium.MustBeHere();
        if (_process is not null)
        {
            return;
        }

        Copy(await Sampled.Value, _data);
        await RunAsync();
    }

    private async Task RunAsync()
    {
        var program = BotFiles.Server.Replace("BotServer", "Simulator", StringComparison.Ordinal).Replace("Bot.Server", "Bot.Simulator", StringComparison.Ordinal);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(BotFiles.Dotnet, [program, "--url", Url, "--bot-url", BotUrl, "--data", _data])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("It ended: " + Said));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeToStart);
    }

    /// <summary>The bot's operator commands on this database.</summary>
    public ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo(BotFiles.Dotnet, [BotFiles.Server, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["Database__ConnectionString"] = "Data Source=" + Path.Combine(_data, "bot.db");
        start.Environment["Keys__Path"] = Path.Combine(_data, "keys");
        return start;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync(_process);
            Directory.Delete(_data, recursive: true);
        }
    }

    /// <summary>Killed, not asked: its child must notice by itself, or the folder stays in use.</summary>
    private async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        await ChildMustGoAsync();
    }

    private static async Task<string> LoadSamplesAsync()
    {
        var first = new RunningSimulator();
        await first.RunAsync();
        await first.KillAsync(first._process!);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(first._data, recursive: true);
        return first._data;
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private async Task ChildMustGoAsync()
    {
        var port = new Uri(BotUrl).Port;
        for (var tries = 0; tries < 100; tries++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("The bot outlived the simulator that had started it.");
    }

    private void Hear(string? line, TaskCompletionSource ready)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }

        if (line?.Contains("Ctrl+C", StringComparison.Ordinal) == true)
        {
            ready.TrySetResult();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
