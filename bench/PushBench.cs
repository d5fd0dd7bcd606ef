using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Simulator.Platform;

namespace Bot.Bench;

/// <summary>A push to followers with a credit each, through the simulator's platform: how fast, at what cost of the server, in how much memory.</summary>
internal static class PushBench
{
    private const double LeastOfLimit = 0.95;
    private const double MostCpuMicroseconds = 150;
    private const double MostMemoryMb = 300;
    private const double MostFirstSeconds = 5;

    /// <summary>How much more at the end than in the middle still passes as flat.</summary>
    private const double MostGrowthMb = 25;

    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(250);

    /// <summary>Nothing has been sent for so long: it is over, or stands still.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(15);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("push", workspace.DatabaseName);
        var region = new PushRegion(workspace);
        await region.AddAsync(options.Recipients, ct);
        using var platform = await Platform.StartAsync(workspace, options.Recipients, options.Latency, options.HasEvents, ct);
        using var server = await ServerUnderTest.StartAsync(workspace, ct, Settings(options));
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        var idle = server.WorkingSetMb;
        var start = await region.StartPushAsync(ct);
        var (cpu, memory) = (server.Cpu, new List<double>());
        var count = await FollowAsync(platform, options.Recipients, () => memory.Add(server.WorkingSetMb), ct);
        var spent = server.Cpu - cpu;

        report.Add("recipients", options.Recipients);
        report.Add("latencyMs", options.Latency.TotalMilliseconds);
        report.Add("limitPerSecond", options.PerSecond);
        report.Add("events", options.HasEvents ? "on" : "off");
        var seconds = count is { First: { } first, Last: { } last } ? (last - first).TotalSeconds : double.NaN;
        report.AddAtLeast("ofLimit", (count.Sent - 1) / seconds / options.PerSecond, LeastOfLimit);
        report.Add("mostInASecond", count.MostInASecond);
        report.AddAtMost("firstSeconds", count.First is { } sent ? (sent - start).TotalSeconds : double.NaN, MostFirstSeconds);
        report.AddAtMost("cpuMicrosecondsPerSend", spent.TotalMicroseconds / Math.Max(1, count.Sent), options.HasEvents ? double.PositiveInfinity : MostCpuMicroseconds);
        report.Add("memory.idleMb", idle);
        report.AddAtMost("memory.peakMb", memory.Max(), MostMemoryMb);
        report.AddAtMost("memory.secondHalfGrowthMb", memory.TakeLast(Math.Max(1, memory.Count / 10)).Median() - memory.Skip(memory.Count * 45 / 100).Take(Math.Max(1, memory.Count / 10)).Median(), MostGrowthMb);
        await PushVerdict.AddAsync(workspace, report, options.Recipients, count, mostUnknown: 0, ct);
        return report;
    }

    public static (string Key, string Value)[] Settings(BenchOptions options) =>
    [
        ("Pushes:Notice:TemplateId", PushRegion.TemplateId), ("Pushes:PerSecond", $"{options.PerSecond}"), ("Pushes:QuietFrom", "00:00"), ("Pushes:QuietUntil", "00:00"),
    ];

    /// <summary>Waits until all have got it, or nothing goes out any more.</summary>
    private static async Task<CrowdCount> FollowAsync(Platform platform, int recipients, Action sample, CancellationToken ct)
    {
        var (moved, before, said) = (TimeProvider.System.GetTimestamp(), 0L, 0L);
        while (true)
        {
            var count = await platform.CountAsync(ct);
            sample();
            moved = count.Sent > before ? TimeProvider.System.GetTimestamp() : moved;
            before = count.Sent;
            if (count.Sent / 20_000 > said)
            {
                said = count.Sent / 20_000;
                Workspace.Say($"{count.Sent} of {recipients} sent");
            }

            if (count.Reached >= recipients || TimeProvider.System.GetElapsedTime(moved) > Still)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), ct); // the last outcomes are stored
                return await platform.CountAsync(ct);
            }

            await Task.Delay(Sample, ct);
        }
    }
}
