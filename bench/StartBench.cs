using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>From the start of the process to the first 200 of /health/ready, on an existing database.</summary>
internal static class StartBench
{
    private const double MostSeconds = 3;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("start", workspace.DatabaseName);
        var members = options.Members(20_000);
        await new Population(workspace).AddAsync(members, lessons: 10, ct);
        var times = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            using var server = await ServerUnderTest.StartAsync(workspace, ct);
            times.Add(server.StartedIn.TotalSeconds);
            Workspace.Say($"ready after {times[^1]:0.00} s");
        }

        report.Add("members", members);
        report.AddAtMost("startSeconds", times.Median(), MostSeconds);
        report.Add("startsSeconds", times);
        return report;
    }
}
