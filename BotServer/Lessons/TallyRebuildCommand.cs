using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Server.Operator;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server.Lessons;

internal sealed class TallyRebuildCommand(BotDb db, Tallies tallies) : IOperatorCommand
{
    public static string Words => "tally rebuild";

    public static string Usage => "tally rebuild [--period S-P] – recount every period's completions, or one's, from the rows";

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
            await call.Out.WriteLineAsync($"{lesson.Season}-{lesson.Period}: {(wrong == 0 ? "agreed" : $"{wrong} organisations corrected")}");
        }

        return 0;
    }
}
