using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>kill -9 at random moments while a push goes out, restart, go on. In the end everybody has one outcome and nobody got it twice.</summary>
internal static class PushCrashBench
{
    /// <summary>What a node has taken and not stored yet is unknown when it is killed.</summary>
    private const int MostUnknownPerKill = 512;

    /// <summary>Whose sender has ended are unknown after two minutes.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(4);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("push-crash", workspace.DatabaseName);
        var region = new PushRegion(workspace);
        await region.AddAsync(options.Recipients, ct);
        using var platform = await Platform.StartAsync(workspace, options.Recipients, options.Latency, options.HasEvents, ct);
        var (kills, random, restarts, unstored) = (options.Kills(10), new Random(options.Seed), new List<double>(), new List<double>());
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerUnderTest.StartAsync(workspace, ct, PushBench.Settings(options));
            restarts.Add(server.StartedIn.TotalSeconds);
            if (kill == 0)
            {
                await region.StartPushAsync(ct);
            }

            // Each round gets its share, cut off somewhere in its midst.
            var share = options.Recipients / (kills + 1);
            var until = (kill * share) + random.Next(share / 4, share);
            while ((await platform.CountAsync(ct)).Reached < until)
            {
                await Task.Delay(random.Next(1, 20), ct);
            }

            server.Kill();
            var now = await platform.CountAsync(ct);
            unstored.Add(now.Reached - await workspace.InDbAsync(db => db.Outbox.CountAsync(m => m.State == OutboxState.Sent, ct)));
            Workspace.Say($"kill {kill + 1}: {now.Reached} have got it");
        }

        using (await ServerUnderTest.StartAsync(workspace, ct, PushBench.Settings(options)))
        {
            var begun = TimeProvider.System.GetTimestamp();
            while (await workspace.InDbAsync(db => db.Outbox.AnyAsync(m => m.State == OutboxState.Waiting || m.State == OutboxState.Sending, ct)))
            {
                if (TimeProvider.System.GetElapsedTime(begun) > Settled + (options.Recipients / options.PerSecond * TimeSpan.FromSeconds(2)))
                {
                    break; // the verdict says how many are left
                }

                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }

        report.Add("recipients", options.Recipients);
        report.Add("kills", kills);
        report.Add("seed", options.Seed);
        report.Add("restartSeconds", restarts.Median());
        report.Add("reachedAndUnstoredAtKill", unstored);
        await PushVerdict.AddAsync(workspace, report, options.Recipients, await platform.CountAsync(ct), kills * MostUnknownPerKill, ct);
        return report;
    }
}
