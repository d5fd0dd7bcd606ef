using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Server.Operator;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server.Lessons;

internal sealed class TallyRebuildCommand(BotDb db, Tallies tallies, FigureCheck check, OrganisationTree tree) : IOperatorCommand
{
    public static string Words => "tally rebuild";

    public static string Usage => "tally rebuild [--period S-P] – recount members, and every period or one, from the rows: counters are put right, frozen figures compared; 1 where these differ";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        LessonId? only = null;
        if (call.Option("--period") is { } period)
        {
            if (!LessonId.TryParse(period, null, out var id))
            {
                return call.Fail("--period looks like 9-2.");
            }

            only = id;
        }

        var lessons = await db.Lessons.AsNoTracking().OrderBy(l => l.Season).ThenBy(l => l.Period)
            .Select(l => new { l.Id, l.Season, l.Period }).ToListAsync(ct);
        var chosen = lessons.Where(l => only is null || only == new LessonId(l.Season, l.Period)).ToList();
        if (only is not null && chosen.Count == 0)
        {
            return call.Fail("There is no such period.");
        }

        using var bar = ProgressBar.On(call.Error);
        bar?.Report(0);
        var members = await Headcounts.RebuildAsync(db, ct);
        var (differing, done) = (0, 0);
        await SayAsync("members", members);
        foreach (var lesson in chosen)
        {
            bar?.Report(++done / (chosen.Count + 1.0));
            var name = $"{lesson.Season}-{lesson.Period}";
            await SayAsync(name, await tallies.RebuildAsync(lesson.Id, ct));
            differing += await CompareAsync(call, bar, name, lesson.Id, ct) ? 0 : 1;
        }

        bar?.Clear();
        return differing == 0 ? 0 : call.Fail($"{differing} frozen {(differing == 1 ? "period differs" : "periods differ")} from a recount; frozen figures are never changed.");

        async Task SayAsync(string name, int wrong)
        {
            bar?.Clear();
            await call.Out.WriteLineAsync($"{name}: {(wrong == 0 ? "agreed" : $"{wrong} organisations corrected")}");
        }
    }

    /// <summary>Frozen figures are never changed: what differs is said, for somebody to look into.</summary>
    /// <returns>False where something differs.</returns>
    private async Task<bool> CompareAsync(OperatorCall call, ProgressBar? bar, string name, int lessonRowId, CancellationToken ct)
    {
        if (await check.DifferencesAsync(lessonRowId, ct) is not { } differences)
        {
            return true;
        }

        bar?.Clear();
        await call.Out.WriteLineAsync($"{name}: frozen, {(differences.Count == 0 ? "agreed" : $"{differences.DistinctBy(d => d.OrganisationId).Count()} organisations differ from a recount")}");
        var all = await tree.AllAsync(ct);
        foreach (var (id, shown, recounted, isWhole) in differences)
        {
            var place = all.Find(id)?.Path ?? $"organisation {id}";
            await call.Out.WriteLineAsync($"  {place}{(isWhole ? " with all below" : "")}: shown {Text(shown)}, recounted {Text(recounted)}");
        }

        return differences.Count == 0;
    }

    private static string Text(Figure figure) => $"{figure.Completed} of {figure.Members} - {figure.Exempt}";
}
