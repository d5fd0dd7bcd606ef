using System.Diagnostics;
using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>
/// kill -9 at random moments under completion load, restart, go on. In the end the rows are compared with what the clients were told.
/// </summary>
internal static class CrashBench
{
    /// <summary>Pairs of member and lesson that a round between two kills may use up.</summary>
    private const int PairsPerRound = 2500;

    /// <summary>Acknowledged pairs that are finished once more after each restart.</summary>
    private const int Repeats = 50;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("crash", workspace.DatabaseName);
        var members = options.Members(5000);
        var kills = options.Kills(50);
        var periods = Math.Max(1, (kills * PairsPerRound + members - 1) / members);
        var population = new Population(workspace);
        await population.AddAsync(members, periods, ct);

        var learners = new Learners(workspace, members, ct);
        var told = new Told();
        var random = new Random(options.Seed);
        var restarts = new List<double>();
        var unanswered = new List<(int Member, int Period)>();
        var connections = options.Connections(48);
        for (var kill = 0; kill <= kills; kill++)
        {
            using var server = await ServerUnderTest.StartAsync(workspace, ct);
            restarts.Add(server.StartedIn.TotalSeconds);
            if (kill == 0)
            {
                learners.SignIn();
                Workspace.Say($"{kills} kills, {members} members, {periods} lessons");
            }

            // Who was cut off tries again; some who had their receipt do, too.
            var again = unanswered.Concat(told.Some(Repeats, random)).ToList();
            Finish(workspace, learners, again, told, connections, stop: null, ct).Flawless("finishing again");
            unanswered.Clear();
            if (kill == kills)
            {
                break;
            }

            List<(int Member, int Period)> pairs = [.. Enumerable.Range(kill * PairsPerRound, PairsPerRound).Select(n => (n % members, 1 + (n / members)))];
            learners.Begin(pairs);
            await Task.Delay(TimeSpan.FromSeconds(1.5), ct);
            var before = told.Count;
            Finish(workspace, learners, pairs, told, connections, new Blow(server, random.Next(1, PairsPerRound * 9 / 10), random.Next(0, 5000)), ct);
            unanswered.AddRange(pairs.Where(pair => !told.Knows(pair)));
            Workspace.Say($"kill {kill + 1}: {told.Count - before} had their receipts, {unanswered.Count} not");
        }

        report.Add("kills", kills);
        report.Add("seed", options.Seed);
        report.Add("restartSeconds", restarts.Median());
        await CrashVerdict.AddAsync(workspace, report, population, told, ct);
        return report;
    }

    private static LoadResult Finish(
        Workspace workspace, Learners learners, IReadOnlyList<(int Member, int Period)> pairs, Told told, int connections, Blow? stop, CancellationToken ct)
    {
        var requests = pairs.Select(learners.Finish).ToList();
        return new LoadRun(workspace.Address, connections, ct).AsFastAsPossible(requests.Count, i => requests[(int)i], (i, response) =>
        {
            var good = response.Status is 200 or 201 && told.Note(pairs[(int)i], Learners.Member(response.Body, "\"receipt\":\""u8), response.Status == 201);
            stop?.Count();
            return good;
        });
    }

    /// <summary>Kills after so many answers and so many microseconds.</summary>
    private sealed class Blow(ServerUnderTest server, int after, int microseconds)
    {
        private int _answers;

        public void Count()
        {
            if (Interlocked.Increment(ref _answers) != after)
            {
                return;
            }

            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalMicroseconds < microseconds;)
            {
                Thread.Yield();
            }

            server.Kill();
        }
    }
}
