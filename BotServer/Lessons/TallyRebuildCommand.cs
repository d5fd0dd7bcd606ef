using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Server.Operator;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server.Lessons;

internal sealed class TallyRebuildCommand(BotDb db, Tallies tallies, FigureCheck check, OrganisationTree tree) : IOperatorCommand
{
    public static string Words => "tally rebuild";

    public static string Usage => "tally rebuild [--period S-P] – recount every period, or one, from the rows: counters are put right, frozen figures compared";

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

        foreach (var lesson in chosen)
        {
            var wrong = await tallies.RebuildAsync(lesson.Id, ct);
            var name = $"{lesson.Season}-{lesson.Period}";
            await call.Out.WriteLineAsync($"{name}: {(wrong == 0 ? "agreed" : $"{wrong} organisations corrected")}");
            await CompareAsync(call, name, lesson.Id, ct);
        }

        return 0;
    }

    /// <summary>Frozen figures are never changed: what differs is said, for somebody to look into.</summary>
    private async Task CompareAsync(OperatorCall call, string name, int lessonRowId, CancellationToken ct)
    {
        if (await check.DifferencesAsync(lessonRowId, ct) is not { } differences)
        {
            return;
        }

        await call.Out.WriteLineAsync($"{name}: frozen, {(differences.Count == 0 ? "agreed" : $"{differences.Count} organisations differ from a recount")}");
        var all = await tree.AllAsync(ct);
        foreach (var (id, shown, recounted) in differences)
        {
            var place = all.Find(id)?.Path ?? $"organisation {id}";
            await call.Out.WriteLineAsync($"  {place}: shown {Text(shown)}, recounted {Text(recounted)}");
        }
    }

    private static string Text(Figure figure) => $"{figure.Completed} of {figure.Members} - {figure.Exempt}";
}
