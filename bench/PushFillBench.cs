using Bot.Bench.Setup;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>The recipients of a push, written by the server itself: how long until the last one is in the outbox. Nothing is sent meanwhile.</summary>
internal static class PushFillBench
{
    private const double MostSecondsOfAMillion = 20;

    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(100);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("push-fill", workspace.DatabaseName);
        var region = new PushRegion(workspace);
        await region.AddAsync(options.Recipients, ct);
        using var server = await ServerUnderTest.StartAsync(workspace, ct, ("Pushes:Notice:TemplateId", PushRegion.TemplateId), ("Pushes:QuietFrom", "00:00"), ("Pushes:QuietUntil", "23:59:59"));
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        await region.BeginFillingAsync(ct);
        var (begun, cpu) = (TimeProvider.System.GetTimestamp(), server.Cpu);
        while (await workspace.InDbAsync(db => db.Pushes.AnyAsync(p => p.State == PushState.Filling, ct)))
        {
            await Task.Delay(Sample, ct);
        }

        var (seconds, spent) = (TimeProvider.System.GetElapsedTime(begun).TotalSeconds, server.Cpu - cpu);
        report.Add("recipients", options.Recipients);
        report.AddAtMost("secondsOfAMillion", seconds * 1_000_000 / options.Recipients, MostSecondsOfAMillion);
        report.Add("seconds", seconds);
        report.Add("cpuMicrosecondsPerRecipient", spent.TotalMicroseconds / options.Recipients);
        report.AddAtMost("missing", options.Recipients - await workspace.InDbAsync(db => db.Outbox.CountAsync(ct)), 0);
        return report;
    }
}
