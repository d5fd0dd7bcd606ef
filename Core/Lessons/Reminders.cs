using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <param name="At">When it comes.</param>
/// <param name="HasCredit">WeChat lets it arrive whatever happens, as a notification that the person has allowed.</param>
public sealed record ReminderAsked(PublishedLesson Lesson, DateTimeOffset At, bool HasCredit);

/// <param name="IsWeekly">Of every lesson from now on.</param>
/// <param name="At">Of the open lesson; null when none will come.</param>
/// <param name="HasCredit">As in <see cref="ReminderAsked"/>.</param>
/// <param name="IsPaused">Lessons pause when the one of the open lesson would come: therefore none will.</param>
public sealed record ReminderState(bool IsWeekly, PublishedLesson? Lesson, DateTimeOffset? At, bool HasCredit, bool IsPaused = false);

/// <summary>Who wants to be reminded of the open lesson: for this one, or every week. Sent by <see cref="ReminderRounds"/>.</summary>
public sealed class Reminders(BotDb db, LessonPlan plan, PushesOptions options, TimeProvider clock)
{
    public static readonly Refusal Studied = new(RefusalKind.Conflict, "reminder.studied", "The person has studied the open lesson.");
    public static readonly Refusal Exempt = new(RefusalKind.Conflict, "reminder.exempt", "The person is not expected to study.");
    public static readonly Refusal Reminded = new(RefusalKind.Conflict, "reminder.reminded", "The reminder of the open lesson has gone out.");
    public static readonly Refusal TooLate = new(RefusalKind.Conflict, "reminder.too-late", "No moment is left before the lesson closes at which a reminder may be sent.");
    public static readonly Refusal Paused = new(RefusalKind.Conflict, "reminder.paused", "Lessons pause when the reminder would come.");

    /// <summary>Of the open lesson. Asked twice it is the first one that holds.</summary>
    public async Task<Result<ReminderAsked>> AskAsync(KnownAccount by, CancellationToken ct)
    {
        if ((await plan.CurrentAsync(ct)).IsRefused(out var refusal, out var lesson))
        {
            return refusal;
        }

        var (now, key) = (clock.GetUtcNow(), KeyOf(lesson.RowId));
        if (await db.Completions.AnyAsync(c => c.LessonId == lesson.RowId && c.PersonId == by.PersonId, ct))
        {
            return Studied;
        }

        if (await db.Exemptions.AnyAsync(e => e.PersonId == by.PersonId && e.Until == null, ct))
        {
            return Exempt;
        }

        await db.Accounts.Where(a => a.Id == by.Id && a.NoRemindersSince != null).ExecuteUpdateAsync(set => set.SetProperty(a => a.NoRemindersSince, (DateTimeOffset?)null), ct);

        // Nobody was reminded by one that was taken back.
        await db.Outbox.Where(m => m.AccountId == by.Id && m.MessageKey == key && m.State == OutboxState.Void).ExecuteDeleteAsync(ct);
        if (await db.Outbox.AnyAsync(m => m.AccountId == by.Id && m.MessageKey == key, ct))
        {
            return Reminded;
        }

        if (options.ReminderAt(now, lesson.ClosesAt) is not { } due)
        {
            return TooLate;
        }

        if (await IsPausedAsync(due, ct))
        {
            return Paused;
        }

        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO reminders (account_id, lesson_id, due_at) VALUES ({by.Id}, {lesson.RowId}, {due.ToUnixTimeMilliseconds()}) ON CONFLICT (account_id, lesson_id) DO NOTHING", ct);
        return new ReminderAsked(lesson, await OwnAsync(by, lesson, ct) ?? due, await HasCreditAsync(by, ct));
    }

    /// <summary>Of every lesson from now on.</summary>
    /// <returns>Of the open one; refused where of that none will come, for which every week holds all the same.</returns>
    public async Task<Result<ReminderAsked>> AskWeeklyAsync(KnownAccount by, CancellationToken ct)
    {
        var asked = await AskAsync(by, ct); // first: from then on the round for every week knows that this one has a time of its own
        var now = clock.GetUtcNow();
        await db.Accounts.Where(a => a.Id == by.Id && (a.WeeklyReminderSince == null || a.NoRemindersSince != null))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.WeeklyReminderSince, now).SetProperty(a => a.NoRemindersSince, (DateTimeOffset?)null), ct);
        return asked;
    }

    /// <summary>None any more, of this lesson and of those to come; what waits to be sent is not sent.</summary>
    public async Task StopAsync(KnownAccount by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Accounts.Where(a => a.Id == by.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.WeeklyReminderSince, (DateTimeOffset?)null).SetProperty(a => a.NoRemindersSince, now), ct);
        await db.Reminders.Where(r => r.AccountId == by.Id).ExecuteDeleteAsync(ct);
        await db.Outbox.Where(m => m.AccountId == by.Id && m.Code == ReminderRounds.Code && (m.State == OutboxState.Waiting || m.State == OutboxState.Parked))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Void).SetProperty(m => m.EndedAt, now), ct);
        await transaction.CommitAsync(ct);
    }

    public async Task<ReminderState> ReadAsync(KnownAccount by, CancellationToken ct)
    {
        var isWeekly = await db.Accounts.AnyAsync(a => a.Id == by.Id && a.WeeklyReminderSince != null, ct);
        var hasCredit = await HasCreditAsync(by, ct);
        if ((await plan.CurrentAsync(ct)).IsRefused(out _, out var lesson))
        {
            return new ReminderState(isWeekly, null, null, hasCredit);
        }

        var now = clock.GetUtcNow();
        var at = await OwnAsync(by, lesson, ct) ?? (isWeekly ? options.ReminderAt(lesson.OpensAt, lesson.ClosesAt) : null);
        if (at is not { } due || due <= now || !await HoldsAsync(db, lesson.RowId, by.Id, now, ct))
        {
            return new ReminderState(isWeekly, lesson, null, hasCredit);
        }

        var isPaused = await IsPausedAsync(due, ct);
        return new ReminderState(isWeekly, lesson, isPaused ? null : due, hasCredit, isPaused);
    }

    /// <summary>Whether a reminder still says something: it is wanted, the lesson is open, and the person is to study it and has not.</summary>
    internal static Task<bool> HoldsAsync(BotDb db, int lessonRowId, int accountId, DateTimeOffset now, CancellationToken ct)
        => StillToStudy(db, lessonRowId, now).AnyAsync(a => a.Id == accountId && a.NoRemindersSince == null, ct);

    /// <summary>Accounts of people who are expected to study this lesson now, and have not.</summary>
    internal static IQueryable<Account> StillToStudy(BotDb db, int lessonRowId, DateTimeOffset now)
    {
        var today = ChinaTime.DateOf(now);
        return db.Accounts.AsNoTracking().Where(a =>
            db.Lessons.Any(l => l.Id == lessonRowId && l.State == LessonState.Published && l.OpensAt <= now && l.ClosesAt > now)
            && !db.PauseWeeks.Any(p => p.From <= today && p.To >= today)
            && !db.Completions.Any(c => c.LessonId == lessonRowId && c.PersonId == a.PersonId)
            && !db.Exemptions.Any(e => e.PersonId == a.PersonId && e.Until == null));
    }

    /// <summary>Of the outbox: one reminder of one lesson for each account.</summary>
    internal static string KeyOf(int lessonRowId) => string.Create(CultureInfo.InvariantCulture, $"lesson:{lessonRowId}:closes");

    private async Task<DateTimeOffset?> OwnAsync(KnownAccount by, PublishedLesson lesson, CancellationToken ct)
        => await db.Reminders.Where(r => r.AccountId == by.Id && r.LessonId == lesson.RowId).Select(r => (DateTimeOffset?)r.DueAt).FirstOrDefaultAsync(ct);

    private Task<bool> IsPausedAsync(DateTimeOffset at, CancellationToken ct)
    {
        var day = ChinaTime.DateOf(at);
        return db.PauseWeeks.AnyAsync(p => p.From <= day && p.To >= day, ct);
    }

    private Task<bool> HasCreditAsync(KnownAccount by, CancellationToken ct)
        => db.Credits.AnyAsync(c => c.AccountId == by.Id && c.TemplateId == options.Notice.TemplateId && c.EndedAt == null, ct);
}
