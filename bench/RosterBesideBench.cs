using System.Diagnostics;
using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>
/// Members finish lessons at a steady pace while a region is imported into their installation, and while the same file comes again with one
/// and with ten per cent changed: what is changed is written by one transaction, which everybody waits for.
/// </summary>
internal static class RosterBesideBench
{
    private const double MostP99Ms = 500;

    /// <summary>Members who finish lessons in each part.</summary>
    private const int Studying = 6000;

    private const int PerSecond = 100;

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var region = new Region(options.Members(1_200_000), options.Seed);
        var parts = new[] { ("beside", 0), ("besideChanged1", 1), ("besideChanged10", 10) };
        await new Population(workspace).AddAsync(Studying * parts.Length, lessons: 1, ct);
        using var server = await ServerUnderTest.StartAsync(workspace, ct);
        var learners = new Learners(workspace, Studying * parts.Length, ct);
        learners.SignIn();
        List<(int Member, int Period)> pairs = [.. Enumerable.Range(0, Studying * parts.Length).Select(m => (m, 1))];
        learners.Begin(pairs);
        await Task.Delay(TimeSpan.FromSeconds(2), ct); // the lesson's one second
        var requests = pairs.Select(learners.Finish).ToList();
        var warm = Studying / 6;
        new LoadRun(workspace.Address, 8, ct).AsFastAsPossible(warm, i => requests[(int)i], (_, response) => response.Status == 201).Flawless("warming up");
        requests.RemoveRange(0, warm);
        foreach (var (name, changed) in parts)
        {
            var file = Path.Combine(workspace.Folder, $"{name}.csv");
            region.WriteCsv(file, changed);
            var importing = Task.Run(() => RosterBench.ImportAsync(workspace, file, ct), ct);
            var waits = await SteadyAsync(workspace, requests[..Math.Min(Studying, requests.Count)], importing, ct);
            var import = await importing;
            requests.RemoveRange(0, Math.Min(Studying, requests.Count));
            Workspace.Say($"{waits.Length} completions beside an import of {import.Time.TotalSeconds:0.0} s");
            Array.Sort(waits);
            report.Add(name + "Seconds", import.Time.TotalSeconds);
            report.Add(name + "CommitMs", import.CommitMs);
            var refused = waits.Count(double.IsInfinity);
            waits = [.. waits.Where(double.IsFinite)];
            report.Add(name + "Completions", waits.Length);
            report.AddAtMost(name + "Refused", refused, 0);
            report.Add(name + "P50Ms", waits.Percentile(50));
            report.AddAtMost(name + "P99Ms", waits.Percentile(99), MostP99Ms);
            report.Add(name + "MaxMs", waits[^1]);
            File.Delete(file);
        }
    }

    /// <returns>Milliseconds from when each was due to its answer, of those that were due while the import ran.</returns>
    private static async Task<double[]> SteadyAsync(Workspace workspace, List<byte[]> requests, Task importing, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var waits = new System.Collections.Concurrent.ConcurrentBag<double>();
        var (next, told) = (-1, 0);
        var senders = Enumerable.Range(0, 32).Select(_ => Task.Run(
            async () =>
            {
                using var connection = new Connection(workspace.Address);
                while (!importing.IsCompleted && Interlocked.Increment(ref next) is var i && i < requests.Count)
                {
                    var due = TimeSpan.FromSeconds((double)i / PerSecond);
                    await Task.Delay(due - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } early ? early : TimeSpan.Zero, ct);
                    var status = connection.Exchange(requests[i]).Status;
                    if (status is not (200 or 201) && Interlocked.Exchange(ref told, 1) == 0)
                    {
                        Workspace.Say($"a completion was answered with {status}");
                    }

                    waits.Add(status is 200 or 201 ? (Stopwatch.GetElapsedTime(begun) - due).TotalMilliseconds : double.PositiveInfinity);
                }
            },
            ct));
        await Task.WhenAll(senders);
        return [.. waits];
    }
}
