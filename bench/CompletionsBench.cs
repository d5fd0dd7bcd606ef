using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>Finished attempts of distinct members over HTTP, each answered after its commit, against the write queue alone in the same run.</summary>
internal static class CompletionsBench
{
    private const double LeastOfRaw = 0.15;
    private const double MostP99Ms = 150;
    private const int RawRounds = 3;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("completions", workspace.DatabaseName);
        var (members, connections) = (options.Members(60_000), options.Connections(200));
        var population = new Population(workspace);
        await population.AddAsync(members, lessons: 1, ct);

        var raw = await RawAsync(workspace, report, connections, ct);
        using var server = await ServerUnderTest.StartAsync(workspace, ct);
        var learners = new Learners(workspace, members, ct);
        learners.SignIn();
        Workspace.Say("beginning to study");
        List<(int Member, int Period)> pairs = [.. Enumerable.Range(0, members).Select(m => (m, 1))];
        learners.Begin(pairs);
        await Task.Delay(TimeSpan.FromSeconds(2), ct); // the lesson's one second, for the last who began

        // The first part compiles what is hot; only the rest counts.
        var requests = pairs.Select(learners.Finish).ToList();
        var warm = members / 4;
        Finish(requests[..warm]);
        var before = server.Cpu;
        var result = Finish(requests[warm..]);
        var cpu = (server.Cpu - before).TotalMicroseconds / result.Answered;
        Workspace.Say($"{result.PerSecond:0} completions/s, raw queue {raw:0} rows/s");

        report.Add("members", members);
        report.Add("connections", connections);
        report.Add("rawRowsPerSecond", raw);
        report.Add("completionsPerSecond", result.PerSecond);
        report.AddAtLeast("ofRaw", result.PerSecond / raw, LeastOfRaw);
        report.Add("p50Ms", result.Milliseconds.Percentile(50));
        report.AddAtMost("p99Ms", result.Milliseconds.Percentile(99), MostP99Ms);
        report.Add("serverCpuMicroseconds", cpu);
        report.Add("workingSetMb", server.WorkingSetMb);
        await CheckAsync(workspace, report, members);
        return report;

        LoadResult Finish(List<byte[]> some) => new LoadRun(workspace.Address, connections, ct)
            .AsFastAsPossible(some.Count, i => some[(int)i], (_, response) => response.Status == 201).Flawless("finishing");
    }

    private static async Task<double> RawAsync(Workspace workspace, Report report, int callers, CancellationToken ct)
    {
        await using var queue = await RawQueue.OpenAsync(workspace, ct);
        var time = TimeSpan.FromSeconds(workspace.Options.Seconds);
        await queue.MeasureAsync(callers, time / 2, ct);
        var rounds = new List<double>();
        for (var round = 0; round < RawRounds; round++)
        {
            rounds.Add(await queue.MeasureAsync(callers, time, ct));
            Workspace.Say($"raw queue: {rounds[^1]:0} rows/s");
        }

        report.Add("synced", await queue.SyncedAsync(ct));
        report.Add("disk", new DriveInfo(workspace.Folder).DriveFormat);
        return rounds.Median();
    }

    private static async Task CheckAsync(Workspace workspace, Report report, int members)
    {
        var rows = await workspace.InDbAsync(db => Task.FromResult(db.Completions.Count()));
        if (rows != members)
        {
            report.Miss($"{members} completions were acknowledged, {rows} rows are there");
        }
    }
}
