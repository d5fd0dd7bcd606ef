using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>
/// The lesson's word from known members, against the bare endpoint in the same run and at the same fixed rate, in alternating rounds; then
/// the memory over distinct newcomers.
/// </summary>
internal static class WebhookBench
{
    private const double MostTimesBare = 2.5;
    private const double MostP99Ms = 20;

    /// <summary>Until the runtime has compiled for good what is hot.</summary>
    private const int WarmUpRequests = 40_000;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("webhook", workspace.DatabaseName);
        var members = options.Members(20_000);
        await new Population(workspace).AddAsync(members, lessons: 1, ct);
        report.Add("members", members);
        await CompareAsync(workspace, report, safe: false, members, ct);
        await CompareAsync(workspace, report, safe: true, members, ct);
        if (options.Users > 0)
        {
            await MemoryFigure.MeasureAsync(workspace, report, options.Users, ct);
        }

        return report;
    }

    private static async Task CompareAsync(Workspace workspace, Report report, bool safe, int members, CancellationToken ct)
    {
        var mode = safe ? "safe" : "plain";
        var pushes = new Pushes(Learners.StudyWord, safe);
        using var ours = await ServerUnderTest.StartAsync(workspace, ct, ("WeChat:Mp:Mode", mode));
        var options = workspace.Options;
        var connections = options.Connections(32);
        var replyBytes = pushes.ReplyBytes(ours.Address);
        using var bare = await ServerUnderTest.StartBareAsync(workspace, "bare-" + mode, replyBytes, ct);
        var (oursArm, bareArm) = (new Arm(ours, pushes, members, connections, ct), new Arm(bare, pushes, members, connections, ct));


        Workspace.Say($"{mode}: warming up");
        oursArm.Saturate(WarmUpRequests, TimeSpan.FromSeconds(60));
        bareArm.Saturate(WarmUpRequests, TimeSpan.FromSeconds(60));
        Workspace.Say($"{mode}: saturating");
        var atMost = TimeSpan.FromSeconds(options.Seconds);
        var saturating = oursArm.Saturate(int.MaxValue, atMost);
        var bareSaturating = bareArm.Saturate(int.MaxValue, atMost);
        var rate = saturating.PerSecond / 2;
        Workspace.Say($"{mode}: saturates at {saturating.PerSecond:0}/s, bare at {bareSaturating.PerSecond:0}/s; now {options.Rounds} rounds of each at {rate:0}/s");
        var (oursRounds, bareRounds) = (new List<Round>(), new List<Round>());
        for (var round = 0; round < options.Rounds; round++)
        {
            oursRounds.Add(oursArm.Measure(rate, atMost));
            bareRounds.Add(bareArm.Measure(rate, atMost));
            Workspace.Say($"{mode}: CPU {oursRounds[^1].CpuMicroseconds:0.0} µs, bare {bareRounds[^1].CpuMicroseconds:0.0} µs a request, p99 {oursRounds[^1].Milliseconds.Percentile(99):0.0} ms");
        }

        var ratios = oursRounds.Zip(bareRounds, (o, b) => o.CpuMicroseconds / b.CpuMicroseconds).ToList();
        List<double> waits = [.. oursRounds.SelectMany(r => r.Milliseconds).Order()];
        report.Add(mode + ".replyBytes", replyBytes);
        report.Add(mode + ".saturatingPerSecond", saturating.PerSecond);
        report.Add(mode + ".bareSaturatingPerSecond", bareSaturating.PerSecond);
        report.Add(mode + ".saturatedCpuMicroseconds", saturating.CpuMicroseconds);
        report.Add(mode + ".bareSaturatedCpuMicroseconds", bareSaturating.CpuMicroseconds);
        report.Add(mode + ".ratePerSecond", rate);
        report.Add(mode + ".cpuMicroseconds", oursRounds.Select(r => r.CpuMicroseconds).Median());
        report.Add(mode + ".bareCpuMicroseconds", bareRounds.Select(r => r.CpuMicroseconds).Median());
        report.AddAtMost(mode + ".cpuRatio", ratios.Median(), MostTimesBare);
        report.Add(mode + ".cpuRatios", ratios);
        report.Add(mode + ".p50Ms", waits.Percentile(50));
        report.AddAtMost(mode + ".p99Ms", waits.Percentile(99), MostP99Ms);
        report.Add(mode + ".p999Ms", waits.Percentile(99.9));
        report.Add(mode + ".bareP99Ms", bareRounds.SelectMany(r => r.Milliseconds).Order().ToList().Percentile(99));
    }
}
