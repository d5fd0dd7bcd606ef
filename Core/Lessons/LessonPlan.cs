using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What there is to study, and how it gets there.</summary>
public sealed class LessonPlan(BotDb db, LessonShelf shelf, TimeProvider clock)
{
    public static readonly Refusal NoneOpen = new(RefusalKind.NotFound, "lesson.none-open", "No lesson is open now.");
    public static readonly Refusal Paused = new(RefusalKind.NotFound, "lesson.paused", "Lessons pause now.");
    public static readonly Refusal ReasonNeeded = new(RefusalKind.Forbidden, "lesson.reason-needed", "There is an approver: publishing alone needs a reason.");
    public static readonly Refusal Published = new(RefusalKind.Conflict, "lesson.published", "The lesson is published with other content; publish again to replace it.");
    public static readonly Refusal Closed = new(RefusalKind.Conflict, "lesson.closed", "A closed lesson's period stays as it was.");
    public static readonly Refusal Taken = new(RefusalKind.Conflict, "lesson.taken", "There is another lesson of this season and period.");

    /// <summary>The open lesson; of several the one that opened last.</summary>
    public async Task<Result<PublishedLesson>> CurrentAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        PublishedLesson? current = null;
        foreach (var lesson in await shelf.AllAsync(ct))
        {
            if (lesson.IsOpenAt(now) && (current is null || lesson.OpensAt >= current.OpensAt))
            {
                current = lesson;
            }
        }

        return current is not null ? current
            : await PauseAsync(ct) is not null ? Paused
            : NoneOpen;
    }

    /// <summary>The pause that lasts today, if any.</summary>
    public Task<PauseWeek?> PauseAsync(CancellationToken ct)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        return db.PauseWeeks.AsNoTracking().Where(p => p.From <= today && p.To >= today).OrderBy(p => p.From).FirstOrDefaultAsync(ct);
    }

    /// <summary>Adds a pause; the same days again change nothing but the name.</summary>
    public async Task PauseFromAsync(DateOnly from, DateOnly to, string name, CancellationToken ct)
    {
        if (await db.PauseWeeks.Where(p => p.From == from && p.To == to).ExecuteUpdateAsync(set => set.SetProperty(p => p.Name, name), ct) == 0)
        {
            db.Add(new PauseWeek { From = from, To = to, Name = name });
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>The next one to open, among the published.</summary>
    public async Task<PublishedLesson?> NextAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return (await shelf.AllAsync(ct)).Where(l => l.OpensAt > now).MinBy(l => l.OpensAt);
    }

    /// <summary>
    /// Stores a lesson by an operator, as a draft or published. The same content again changes nothing. Publishing alone is for an empty
    /// installation: once there is an approver it needs a reason, is audited, and shows 未经双人审核 until approved.
    /// </summary>
    public async Task<Result<Imported>> ImportAsync(LessonDraft draft, bool publish, string? reason, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var hasApprover = await db.StaffAssignments.AnyAsync(a => a.Role == StaffRole.Approver, ct);
        if (publish && hasApprover && string.IsNullOrWhiteSpace(reason))
        {
            return ReasonNeeded;
        }

        var row = await db.Lessons.FirstOrDefaultAsync(l => l.Season == draft.Season && l.Period == draft.Period, ct);
        if (row is { State: LessonState.Published } && row.ContentHash == draft.ContentHash)
        {
            return Imported.Unchanged;
        }

        if (row is { State: LessonState.Published } && !publish)
        {
            return Published;
        }

        var now = clock.GetUtcNow();
        if (row is { State: LessonState.Draft } && publish)
        {
            // A piece that was taken off the schedule does not get the operator's lesson back by being saved.
            await db.Pieces.Where(p => p.LessonId == row.Id && p.OutVersion == null).ExecuteUpdateAsync(set => set.SetProperty(p => p.LessonId, (int?)null), ct);
        }

        if (row is { State: LessonState.Published } && row.ClosesAt <= now && (row.ClosesAt != draft.ClosesAt.ToUniversalTime() || row.OpensAt != draft.OpensAt.ToUniversalTime()))
        {
            return Closed;
        }

        var outcome = row is null ? Imported.Added : row.ContentHash == draft.ContentHash && !publish ? Imported.Unchanged : Imported.Changed;
        row = Store(row, draft);
        if (publish)
        {
            row.State = LessonState.Published;
            row.PublishedAt = now;
            row.Unreviewed = hasApprover;
            row.SoloReason = hasApprover ? reason : null;
            db.Add(new AuditEntry { At = now, Actor = "operator", Action = "lesson.published-solo", Subject = $"lesson:{draft.Season}-{draft.Period}", Reason = reason });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        shelf.Forget();
        return outcome;
    }

    /// <summary>Publishes what two people agreed on, in the open transaction; call <see cref="LessonShelf.Forget"/> after the commit.</summary>
    /// <param name="own">The lesson that this one replaces; null for a new one.</param>
    internal async Task<Result<Lesson>> PublishReviewedAsync(LessonDraft draft, int? own, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var row = own is { } id ? await db.Lessons.FirstOrDefaultAsync(l => l.Id == id, ct) : null;
        if (row is { State: LessonState.Published } && row.ClosesAt <= now)
        {
            return Closed;
        }

        if (row is null || row.Season != draft.Season || row.Period != draft.Period)
        {
            if (row is { State: LessonState.Published } || !await ReleaseAsync(draft, ct))
            {
                return Taken;
            }
        }

        row = Store(row, draft);
        (row.Season, row.Period) = (draft.Season, draft.Period);
        row.State = LessonState.Published;
        row.PublishedAt = now;
        row.Unreviewed = false;
        row.SoloReason = null;
        return await db.TrySaveNewAsync(ct) ? row : Taken;
    }

    /// <summary>Takes a lesson that has not opened out of the plan, in the open transaction; the row stays, as a draft.</summary>
    /// <returns>False when it has opened, or somebody has studied it (an operator may have moved an open lesson to later).</returns>
    internal async Task<bool> UnpublishAsync(int lessonRowId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await Unstudied().Where(l => l.Id == lessonRowId && (l.State == LessonState.Draft || l.OpensAt > now))
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.State, LessonState.Draft).SetProperty(l => l.PublishedAt, (DateTimeOffset?)null), ct) > 0;
    }

    /// <summary>Whether a lesson of this season and period stands in the way of a piece: the draft of a piece that was taken off the schedule does not.</summary>
    /// <param name="own">The piece's lesson.</param>
    internal Task<bool> IsTakenAsync(int? season, int? period, int? own, CancellationToken ct)
        => db.Lessons.AnyAsync(l => l.Season == season && l.Period == period && l.Id != own && !(l.State == LessonState.Draft && db.Pieces.Any(p => p.LessonId == l.Id && p.OutVersion == null)), ct);

    /// <summary>Makes room where a piece that was taken off the schedule has left its draft; that piece makes a new one when it goes out.</summary>
    private async Task<bool> ReleaseAsync(LessonDraft draft, CancellationToken ct)
    {
        if (await IsTakenAsync(draft.Season, draft.Period, null, ct))
        {
            return false;
        }

        var left = await db.Lessons.Where(l => l.Season == draft.Season && l.Period == draft.Period).Select(l => (int?)l.Id).FirstOrDefaultAsync(ct);
        if (left is not { } id)
        {
            return true;
        }

        await db.Pieces.Where(p => p.LessonId == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.LessonId, (int?)null), ct);
        return await Unstudied().Where(l => l.Id == id && l.State == LessonState.Draft).ExecuteDeleteAsync(ct) > 0;
    }

    private IQueryable<Lesson> Unstudied() => db.Lessons.Where(l => !db.Completions.Any(c => c.LessonId == l.Id) && !db.Freezes.Any(f => f.LessonId == l.Id));

    /// <summary>Ends a pause.</summary>
    /// <returns>False when there is none of exactly these days.</returns>
    public async Task<bool> EndPauseAsync(DateOnly from, DateOnly to, CancellationToken ct)
        => await db.PauseWeeks.Where(p => p.From == from && p.To == to).ExecuteDeleteAsync(ct) > 0;

    private Lesson Store(Lesson? row, LessonDraft draft)
    {
        if (row is null)
        {
            row = new Lesson
            {
                Season = draft.Season,
                Period = draft.Period,
                Title = draft.Title,
                OpensAt = draft.OpensAt,
                ClosesAt = draft.ClosesAt,
                MinSeconds = draft.MinSeconds,
                Body = draft.Body,
                Questions = draft.QuestionsJson,
                ContentHash = draft.ContentHash,
            };
            db.Add(row);
        }

        row.Title = draft.Title;
        row.OpensAt = draft.OpensAt;
        row.ClosesAt = draft.ClosesAt;
        row.MinSeconds = draft.MinSeconds;
        row.Cover = draft.Cover;
        row.Video = draft.Video;
        row.Transcript = draft.Transcript;
        row.Body = draft.Body;
        row.Questions = draft.QuestionsJson;
        row.ContentHash = draft.ContentHash;
        return row;
    }
}

public enum Imported
{
    Added,
    Changed,
    Unchanged,
}
