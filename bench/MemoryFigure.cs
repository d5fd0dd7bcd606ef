using System.Collections.Concurrent;
using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>The server's working set while a million strangers write for the first time, each getting an account row.</summary>
internal static class MemoryFigure
{
    private const double MostMb = 250;

    /// <summary>How much more after the second half than in the middle still passes as flat.</summary>
    private const double MostGrowthMb = 25;

    private const int Connections = 64;

    /// <summary>Numbers no member has.</summary>
    private const long FirstStranger = 1_000_000_000;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    public static async Task MeasureAsync(Workspace workspace, Report report, int users, CancellationToken ct)
    {
        using var server = await ServerUnderTest.StartAsync(workspace, ct);
        var pushes = new Pushes(Learners.StudyWord, safe: false);
        var host = server.Address.ToString();
        var samples = new ConcurrentQueue<double>();
        var start = server.WorkingSetMb;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sampling = SampleAsync(server, samples, over.Token);
        Workspace.Say($"memory: {users} newcomers");
        var load = new LoadRun(server.Address, Connections, ct)
            .AsFastAsPossible(users, i => pushes.Push(Population.OpenId(FirstStranger + i), host), (i, response) =>
            {
                if (i % 50_000 == 0)
                {
                    Workspace.Say($"memory: {i} of {users}, {server.WorkingSetMb:0} MB");
                }

                return response.Status == 200 && response.Body.StartsWith("<xml>"u8);
            }).Flawless("newcomers");
        await over.CancelAsync();
        await sampling;
        await Task.Delay(TimeSpan.FromSeconds(5), ct);

        var all = samples.ToList();
        var middle = all.Skip(all.Count * 45 / 100).Take(Math.Max(1, all.Count / 10)).Median();
        var last = all.TakeLast(Math.Max(1, all.Count / 10)).Median();
        report.Add("memory.users", users);
        report.Add("memory.usersPerSecond", load.PerSecond);
        report.Add("memory.p99Ms", load.Milliseconds.Percentile(99));
        report.Add("memory.startMb", start);
        report.AddAtMost("memory.peakMb", all.Append(start).Max(), MostMb);
        report.Add("memory.middleMb", middle);
        report.AddAtMost("memory.secondHalfGrowthMb", last - middle, MostGrowthMb);
        report.AddAtMost("memory.endMb", server.WorkingSetMb, MostMb);
    }

    private static async Task SampleAsync(ServerUnderTest server, ConcurrentQueue<double> samples, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            samples.Enqueue(server.WorkingSetMb);
            await Task.Delay(Every, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
