using System.Diagnostics;
using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>Rates of a whole region from counters and from frozen rows, a freeze, and a full recount against one hand-written GROUP BY on the same database; at a tenth, once and ten times the members.</summary>
internal static class FiguresBench
{
    private const double MostRatesMs = 300;
    private const double MostOfByHand = 2;

    /// <summary>Ten times the members may cost ten times as much, and a quarter for what a single run on a shared machine is off.</summary>
    internal const double MostOfTenfold = 12.5;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        var members = options.Members(1_200_000);
        var report = new Report("figures", options.Database.ToString().ToLowerInvariant());
        var sizes = new List<Costs>();
        foreach (var size in options.Scales("0.1,1,10").Select(scale => (int)(members * scale)))
        {
            await using var workspace = await Workspace.CreateAsync(options, ct);
            await new CountedRegion(workspace).AddAsync(size, ct);
            sizes.Add(await MeasureAsync(workspace, size, options.Rounds, ct));
            Workspace.Say(sizes[^1].ToString());
        }

        foreach (var (name, read) in new (string, Func<Costs, double>)[]
        {
            ("members", c => c.Members), ("branches", c => c.Members / CountedRegion.PerBranch), ("ratesMs", c => c.Rates), ("frozenRatesMs", c => c.FrozenRates),
            ("freezeMs", c => c.Freeze), ("recountMs", c => c.Recount), ("byHandMs", c => c.ByHand), ("rebuildMs", c => c.Rebuild),
        })
        {
            report.Add(name, sizes.Select(read));
        }

        var region = sizes.Find(c => c.Members == members) ?? sizes[^1];
        report.AddAtMost("regionRatesMs", region.Rates, MostRatesMs);
        report.AddAtMost("regionFrozenRatesMs", region.FrozenRates, MostRatesMs);
        report.AddAtMost("regionRecountOfByHand", region.Recount / region.ByHand, MostOfByHand);
        foreach (var (small, large) in sizes.Zip(sizes.Skip(1)))
        {
            var tenfold = (double)large.Members / small.Members / 10;
            report.AddAtMost($"ratesGrowthTo{large.Members}", large.Rates / small.Rates / tenfold, MostOfTenfold);
            report.AddAtMost($"recountGrowthTo{large.Members}", large.Recount / small.Recount / tenfold, MostOfTenfold);
            report.AddAtMost($"freezeGrowthTo{large.Members}", large.Freeze / small.Freeze / tenfold, MostOfTenfold);
        }

        return report;
    }

    private static async Task<Costs> MeasureAsync(Workspace workspace, int members, int rounds, CancellationToken ct)
    {
        await using var scope = workspace.Services.CreateAsyncScope();
        var (services, lessons) = (scope.ServiceProvider, await workspace.Services.GetRequiredService<LessonShelf>().AllAsync(ct));
        var (closed, open) = (lessons.Single(l => l.RowId == CountedRegion.Closed), lessons.Single(l => l.RowId == CountedRegion.Open));
        var freeze = await OnceAsync(async () => Expect(await services.GetRequiredService<Freezes>().FreezeDueAsync(ct) == 1, "the lesson was not frozen"));
        var figures = services.GetRequiredService<Figures>();
        var rates = await MedianAsync(rounds, () => figures.ReadAsync(open, ct));
        var frozenRates = await MedianAsync(rounds, () => figures.ReadAsync(closed, ct));
        var shown = await figures.ReadAsync(closed, ct);
        Expect(shown.Figures[1] is { Completed: var done } && done == shown.Figures.Values.Max(f => f.Completed) && shown.Figures[1].Members == members, "the region's figure is wrong");

        // By turns, so that both see the same machine.
        var (recounts, byHands) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            byHands.Add(await OnceAsync(() => ByHandAsync(workspace, closed, ct)));
            recounts.Add(await OnceAsync(async () => Expect(await services.GetRequiredService<FigureCheck>().DifferencesAsync(closed.RowId, ct) is { Count: 0 }, "the recount differs")));
        }

        var rebuild = await OnceAsync(async () => Expect(await services.GetRequiredService<Tallies>().RebuildAsync(closed.RowId, ct) == 0, "the tallies were wrong"));
        return new Costs(members, rates, frozenRates, freeze, recounts[1..].Median(), byHands[1..].Median(), rebuild);
    }

    /// <summary>Members, exempt and completed of every organisation by one statement, as somebody would type it.</summary>
    private static Task<int> ByHandAsync(Workspace workspace, PublishedLesson lesson, CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        var instant = lesson.ClosesAt.AddMilliseconds(-1).ToUnixTimeMilliseconds();
        await db.Database.OpenConnectionAsync(ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = 3600;
        command.CommandText = $"""
            SELECT m.organisation_id, COUNT(*), COUNT(e.person_id), COUNT(c.id)
            FROM memberships m
            LEFT JOIN exemptions e ON e.person_id = m.person_id AND e.since <= {instant} AND (e.until IS NULL OR e.until > {instant})
            LEFT JOIN completions c ON c.lesson_id = {lesson.RowId} AND c.person_id = m.person_id AND c.standing = 0 AND NOT c.late
            WHERE m.category = 0 AND m.since <= {instant} AND (m.until IS NULL OR m.until > {instant})
            GROUP BY m.organisation_id
            """;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var read = 0;
        while (await reader.ReadAsync(ct))
        {
            read += reader.GetInt32(1);
        }

        return read;
    });

    private static async Task<double> MedianAsync(int rounds, Func<Task> act)
    {
        await act();
        var times = new List<double>();
        for (var round = 0; round < Math.Max(rounds, 5); round++)
        {
            times.Add(await OnceAsync(act));
        }

        return times.Median();
    }

    private static async Task<double> OnceAsync(Func<Task> act)
    {
        var begun = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BenchException(otherwise);
        }
    }

    /// <summary>Milliseconds, at one size.</summary>
    private sealed record Costs(int Members, double Rates, double FrozenRates, double Freeze, double Recount, double ByHand, double Rebuild);
}
