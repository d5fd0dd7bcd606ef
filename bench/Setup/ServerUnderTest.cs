using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bot.Bench.Load;

namespace Bot.Bench.Setup;

/// <summary>The real server, or the bare endpoint, as a process of its own on the loopback interface.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Child _child;

    private ServerUnderTest(Child child, IPEndPoint address)
    {
        _child = child;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public TimeSpan Cpu => _child.Cpu;

    public double WorkingSetMb => _child.WorkingSetMb;

    public int Id => _child.Id;

    /// <summary>From the start of the process to the first 200 of its readiness.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <param name="settings">On top of the workspace's own.</param>
    public static Task<ServerUnderTest> StartAsync(Workspace workspace, CancellationToken ct, params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string>(workspace.Settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var environment = all.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value);
        environment["ASPNETCORE_URLS"] = $"http://{workspace.Address}";
        environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var begun = Stopwatch.GetTimestamp();
        return ReadyAsync(new Child("dotnet", [ServerDll(workspace)], environment, workspace.Folder, workspace.LogFile), workspace.Address, "/health/ready", begun, ct);
    }

    /// <summary>The bare endpoint, under the same runtime settings as the server.</summary>
    /// <param name="verb">bare-plain or bare-safe.</param>
    public static Task<ServerUnderTest> StartBareAsync(Workspace workspace, string verb, int replyBytes, CancellationToken ct)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = (IPEndPoint)free.LocalEndpoint;
        free.Stop();
        var own = typeof(ServerUnderTest).Assembly.Location;
        string[] arguments = ["exec", "--runtimeconfig", Path.ChangeExtension(ServerDll(workspace), ".runtimeconfig.json"), "--depsfile", Path.ChangeExtension(own, ".deps.json"), own];
        var begun = Stopwatch.GetTimestamp();
        return ReadyAsync(
            new Child("dotnet", [.. arguments, verb, address.Port.ToString(), replyBytes.ToString()], new Dictionary<string, string>(), workspace.Folder),
            address, "/ready", begun, ct);
    }

    /// <summary>An operator's command beside the server.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> OperateAsync(Workspace workspace, CancellationToken ct, params IEnumerable<string> words)
    {
        using var child = Operate(workspace, [], [.. words]);
        var (exitCode, said) = await child.EndedAsync(ct);
        return exitCode == 0 ? said : throw new BenchException($"{string.Join(' ', words)} ended with {exitCode}: {said}");
    }

    /// <summary>The same, still running.</summary>
    /// <param name="settings">On top of the workspace's own.</param>
    public static Child Operate(Workspace workspace, IEnumerable<(string Key, string Value)> settings, params string[] words)
    {
        var environment = workspace.Settings.Select(s => (s.Key, s.Value)).Concat(settings).ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value);
        return new Child("dotnet", [ServerDll(workspace), .. words], environment, workspace.Folder);
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _child.Kill();

    public void Dispose() => _child.Dispose();

    private static string ServerDll(Workspace workspace) => Path.GetFullPath(Path.Combine(workspace.Options.ServerFolder, "Bot.Server.dll"));

    private static async Task<ServerUnderTest> ReadyAsync(Child child, IPEndPoint address, string path, long begun, CancellationToken ct)
    {
        var ask = System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        while (true)
        {
            if (IsReady(address, ask))
            {
                return new ServerUnderTest(child, address) { StartedIn = Stopwatch.GetElapsedTime(begun) };
            }

            if (child.HasEnded || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                child.Dispose();
                throw new BenchException($"The server did not become ready. It said: {child.Said}");
            }

            await Task.Delay(5, ct);
        }
    }

    private static bool IsReady(IPEndPoint address, byte[] ask)
    {
        try
        {
            using var connection = new Connection(address);
            return connection.Exchange(ask).Status == 200;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
