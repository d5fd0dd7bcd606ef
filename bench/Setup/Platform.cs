using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bot.Simulator;
using Bot.Simulator.Api;
using Bot.Simulator.Platform;

namespace Bot.Bench.Setup;

/// <summary>
/// The simulator's platform as a process of its own, with a crowd of followers instead of phones: it is asked for tokens and takes notifications as
/// WeChat does, and counts what each of the crowd got.
/// </summary>
internal sealed class Platform : IDisposable
{
    public const string Verb = "platform";
    private const string CountPath = "/bench/crowd";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Child _child;
    private readonly HttpClient _http;

    private Platform(Child child, HttpClient http) => (_child, _http) = (child, http);

    /// <summary>Starts one and points the workspace's server at it.</summary>
    /// <param name="latency">Of each call.</param>
    /// <param name="tells">Whether it tells the server what became of each notification, as WeChat does.</param>
    public static async Task<Platform> StartAsync(Workspace workspace, int crowd, TimeSpan latency, bool tells, CancellationToken ct)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://{free.LocalEndpoint}");
        free.Stop();
        var file = Path.Combine(workspace.Folder, "world.json");
        var fresh = World.New(PushMode.Plain);
        new WorldFile(file).Save(new World { Mp = AsOurs(fresh.Mp), Mini = fresh.Mini });
        workspace.Settings["WeChat:Mp:AppSecret"] = fresh.Mp.Secret;
        workspace.Settings["WeChat:ApiBaseUrl"] = address.ToString();
        string[] arguments = [Verb, address.ToString(), $"http://{workspace.Address}", file, $"{crowd}", $"{(int)latency.TotalMilliseconds}", $"{tells}"];
        var child = new Child("dotnet", [typeof(Platform).Assembly.Location, .. arguments], new Dictionary<string, string>(), workspace.Folder);
        var http = workspace.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Verb);
        http.BaseAddress = address;
        var platform = new Platform(child, http);
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await platform.CountAsync(ct);
                return platform;
            }
            catch (HttpRequestException) when (!child.HasEnded && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(50, ct);
            }
            catch (HttpRequestException)
            {
                throw new BenchException("The platform did not start. It said: " + child.Said);
            }
        }
    }

    public async Task<CrowdCount> CountAsync(CancellationToken ct) => (await _http.GetFromJsonAsync<CrowdCount>(CountPath, ct))!;

    public void Dispose()
    {
        _http.Dispose();
        _child.Dispose();
    }

    /// <summary>What the child process does.</summary>
    /// <param name="args">As <see cref="StartAsync"/> gives them.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(args[1].TrimEnd('/'));
        builder.Services.AddBotClient(new Uri(args[2]));
        builder.Services.AddSimulator(
            p => p.GetRequiredService<IHttpClientFactory>().CreateClient(SimulatorSetup.BotClient), PushMode.Plain, new WorldFile(null, WorldFile.Read(args[3])));
        await using var app = builder.Build();
        var crowd = new Crowd("oBench", 22, int.Parse(args[4], CultureInfo.InvariantCulture)) { IsToldOf = bool.Parse(args[6]) };
        app.Services.GetRequiredService<FakeWeChat>().Crowd = crowd;
        app.Services.GetRequiredService<PlannedTroubles>().EveryCallTakes = TimeSpan.FromMilliseconds(int.Parse(args[5], CultureInfo.InvariantCulture));
        app.MapFakeApi();
        app.MapGet(CountPath, () => Results.Json(crowd.Count()));
        await app.RunAsync();
        return 0;
    }

    private static Account AsOurs(Account mp) => new()
    {
        Name = mp.Name,
        OriginalId = mp.OriginalId,
        AppId = Workspace.AppId,
        Secret = mp.Secret,
        Token = Workspace.Token,
        EncodingAesKey = Workspace.AesKey,
        WebhookPath = mp.WebhookPath,
        Format = mp.Format,
        Mode = PushMode.Plain,
    };
}
