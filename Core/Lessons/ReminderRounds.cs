using Bot.Core.Data;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>
/// Puts reminders into the outbox when their time has come. A time that was missed is made up for while the lesson is open; of a lesson that
/// has closed nothing is sent. Run twice, or by two nodes, each account gets one: the outbox's key says of which lesson.
/// </summary>
public sealed class ReminderRounds(BotDb db, PushesOptions options, TimeProvider clock)
{
    public const string Code = "notice.lesson-closes";

    /// <summary>Accounts in one transaction, so that nobody who has just studied waits for it.</summary>
    private const int AtOnce = 2000;

    /// <returns>How many reminders are new.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = ChinaTime.DateOf(now);
        await ForgetClosedAsync(now, ct);
        if (await db.PauseWeeks.AnyAsync(p => p.From <= today && p.To >= today, ct))
        {
            return 0;
        }

        var open = await db.Lessons.AsNoTracking().Where(l => l.State == LessonState.Published && l.OpensAt <= now && l.ClosesAt > now)
            .OrderBy(l => l.ClosesAt).Select(l => new { l.Id, l.OpensAt, l.ClosesAt, l.RemindedAt }).ToListAsync(ct);
        var added = 0;
        foreach (var lesson in open)
        {
            if (options.ReminderAt(lesson.OpensAt, lesson.ClosesAt) is not { } time || time > now)
            {
                continue; // also of a lesson that was moved to later: nobody who asked has a time before the lesson's own
            }

            added += await RemindAskedAsync(lesson.Id, lesson.ClosesAt, now, ct);
            if (lesson.RemindedAt is null)
            {
                added += await RemindWeeklyAsync(lesson.Id, now, ct);
            }
        }

        return added;
    }

    /// <summary>Lesson by lesson and in parts: most of the time there is none, and completions in their grace are written meanwhile.</summary>
    private async Task ForgetClosedAsync(DateTimeOffset now, CancellationToken ct)
    {
        foreach (var id in await db.Lessons.Where(l => l.ClosesAt <= now && db.Reminders.Any(r => r.LessonId == l.Id)).Select(l => l.Id).ToListAsync(ct))
        {
            while (await db.Reminders.Where(r => r.LessonId == id).OrderBy(r => r.DueAt).ThenBy(r => r.AccountId).Select(r => r.AccountId).Take(AtOnce).ToListAsync(ct) is { Count: > 0 } part)
            {
                await db.Reminders.Where(r => r.LessonId == id && part.Contains(r.AccountId)).ExecuteDeleteAsync(ct);
            }
        }
    }

    /// <param name="closes">What was promised for later than this, which has been moved to an earlier time, comes now.</param>
    private async Task<int> RemindAskedAsync(int lessonId, DateTimeOffset closes, DateTimeOffset now, CancellationToken ct)
    {
        var added = 0;
        while (true)
        {
            var due = db.Reminders.Where(r => r.LessonId == lessonId && (r.DueAt <= now || r.DueAt >= closes));
            var ids = await due.OrderBy(r => r.DueAt).ThenBy(r => r.AccountId).Select(r => r.AccountId).Take(AtOnce).ToListAsync(ct);
            if (ids.Count == 0)
            {
                return added;
            }

            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            added += await AddAsync(lessonId, Reminders.StillToStudy(db, lessonId, now).Where(a => ids.Contains(a.Id) && due.Any(r => r.AccountId == a.Id)), now, ct);
            await due.Where(r => ids.Contains(r.AccountId)).ExecuteDeleteAsync(ct);
            await transaction.CommitAsync(ct);
        }
    }

    /// <summary>Once for a lesson; whoever asks for every week while it is open has a reminder of their own.</summary>
    private async Task<int> RemindWeeklyAsync(int lessonId, DateTimeOffset now, CancellationToken ct)
    {
        var (added, after) = (0, 0);
        while (true)
        {
            var ids = await db.Accounts.Where(a => a.WeeklyReminderSince != null && a.Id > after).OrderBy(a => a.Id).Select(a => a.Id).Take(AtOnce).ToListAsync(ct);
            if (ids.Count == 0)
            {
                await db.Lessons.Where(l => l.Id == lessonId).ExecuteUpdateAsync(set => set.SetProperty(l => l.RemindedAt, now), ct);
                return added;
            }

            var (first, last) = (ids[0], ids[^1]);
            var wants = Reminders.StillToStudy(db, lessonId, now)
                .Where(a => a.Id >= first && a.Id <= last && a.WeeklyReminderSince != null && !db.Reminders.Any(r => r.LessonId == lessonId && r.AccountId == a.Id));
            added += await AddAsync(lessonId, wants, now, ct);
            after = last;
        }
    }

    private async Task<int> AddAsync(int lessonId, IQueryable<Account> accounts, DateTimeOffset now, CancellationToken ct)
    {
        var ids = await accounts.Select(a => a.Id).ToListAsync(ct);
        var at = now.ToUnixTimeMilliseconds();
        return ids.Count == 0 ? 0 : await db.Database.ExecuteTextAsync(
            FormattableString.Invariant(
                $"""
                INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
                SELECT a.id, '{Code}', {at}, {at}, {(int)OutboxState.Waiting}, '{Reminders.KeyOf(lessonId)}'
                FROM accounts a WHERE a.id IN ({string.Join(',', ids)}) AND a.no_reminders_since IS NULL
                ON CONFLICT (account_id, message_key) DO NOTHING
                """),
            ct);
    }
}
