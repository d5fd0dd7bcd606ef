using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>One appeal in the list of those who answer it.</summary>
/// <param name="Name">Null for somebody on no roster.</param>
public sealed record AppealItem(int Id, int LessonRowId, int? OrganisationId, string? Name, AppealSaw Saw, DateTimeOffset At);

/// <summary>What the person reads afterwards.</summary>
/// <param name="Outcome">Null while it waits.</param>
/// <param name="Answer">Null without a sentence, or once it has been forgotten.</param>
public sealed record OwnAppeal(int LessonRowId, AppealOutcome? Outcome, string? Answer, DateTimeOffset At);

/// <summary>
/// 申诉: asked in the chat or under 我的, answered by those in whose hands the person's roster lies. Nothing here makes a completion; what was wrong with
/// the roster is put right by an adjustment, and the person is told.
/// </summary>
public sealed class Appeals(BotDb db, LessonShelf shelf, AppealFacts facts, Vault vault, TimeProvider clock)
{
    public static readonly Refusal TooMany = new(RefusalKind.Conflict, "appeal.too-many", "Five a day.");
    public static readonly Refusal Waiting = new(RefusalKind.Conflict, "appeal.waiting", "An appeal of this person about this lesson waits already.");
    public static readonly Refusal TextLength = new(RefusalKind.Invalid, "appeal.text-length", "Up to 200 characters.");
    public static readonly Refusal NoLesson = new(RefusalKind.NotFound, "appeal.no-lesson", "No lesson has opened yet.");
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "appeal.not-found", "No such appeal in this subtree.");
    public static readonly Refusal Decided = new(RefusalKind.Conflict, "appeal.decided", "Somebody has answered it already.");

    public const int MostText = 200;

    private const int MostADay = 5;
    private const int LessonsOffered = 5;
    private static readonly TimeSpan TextKeptFor = TimeSpan.FromDays(30);

    /// <summary>Those that an appeal may be about, latest first.</summary>
    public async Task<IReadOnlyList<PublishedLesson>> LessonsAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return [.. (await shelf.AllAsync(ct)).Where(l => l.OpensAt <= now).OrderByDescending(l => l.OpensAt).ThenByDescending(l => l.Id.Period).Take(LessonsOffered)];
    }

    /// <summary>Lays it before the secretary. A repeat of the same message adds nothing.</summary>
    public async Task<Result<bool>> AskAsync(KnownAccount by, LessonId lessonId, AppealSaw saw, string? text, string messageKey, CancellationToken ct)
    {
        var words = text?.Trim() ?? "";
        if (words.Length > MostText)
        {
            return TextLength;
        }

        if (await shelf.FindAsync(lessonId, ct) is not { } lesson || lesson.OpensAt > clock.GetUtcNow())
        {
            return NoLesson;
        }

        if (await db.Appeals.AnyAsync(a => a.MessageKey == messageKey, ct))
        {
            return true;
        }

        var now = clock.GetUtcNow();
        var today = ChinaTime.StartOf(ChinaTime.DateOf(now));
        if (await db.Appeals.CountAsync(a => a.AccountId == by.Id && a.At >= today, ct) >= MostADay)
        {
            return TooMany;
        }

        // It may be merged or closed in this moment.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var organisationId = await OrganisationAsync(by, ct) is { } stated ? await OpenOrganisations.HoldStandInAsync(db, stated, ct) : (int?)null;
        db.Add(new Appeal
        {
            AccountId = by.Id,
            PersonId = by.PersonId,
            LessonId = lesson.RowId,
            OrganisationId = organisationId,
            Saw = saw,
            TextSealed = words.Length == 0 ? null : vault.Seal(words),
            At = now,
            MessageKey = messageKey,
        });

        // The index decides; a repeat of this very message that raced is no second appeal.
        if (!await db.TrySaveNewAsync(ct))
        {
            return await db.Appeals.AnyAsync(a => a.MessageKey == messageKey, ct) ? true : Waiting;
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The own one, else the one whose roster named the person last, else that of the last join code used.</summary>
    private async Task<int?> OrganisationAsync(KnownAccount by, CancellationToken ct)
        => await db.Memberships.Where(m => m.PersonId == by.PersonId && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct)
            ?? await db.Transfers.Where(t => t.PersonId == by.PersonId && t.State == TransferState.Removed).OrderByDescending(t => t.EndedAt).Select(t => (int?)t.FromId).FirstOrDefaultAsync(ct)
            ?? await db.Accounts.Where(a => a.Id == by.Id).Select(a => a.JoinOrganisationId).FirstOrDefaultAsync(ct);

    /// <summary>Those to be answered by whoever answers for these organisations, oldest first.</summary>
    public async Task<FirstRows<AppealItem>> OpenAsync(IReadOnlyCollection<int> tops, int? under, int atMost, CancellationToken ct)
        => await InHandsOf(tops, await Tray.HasRootAsync(db, tops, under, ct), under).Where(a => a.DecidedAt == null).OrderBy(a => a.At).ThenBy(a => a.Id).FirstRowsAsync(
            atMost,
            appeals =>
                from appeal in appeals
                join person in db.People on appeal.PersonId equals person.Id
                orderby appeal.At, appeal.Id
                select new AppealItem(appeal.Id, appeal.LessonId, appeal.OrganisationId, person.Name, appeal.Saw, appeal.At),
            ct);

    public async Task<int> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
        => await InHandsOf(tops, await Tray.HasRootAsync(db, tops, ct)).CountAsync(a => a.DecidedAt == null, ct);

    /// <summary>One appeal with what the server knows about it.</summary>
    public async Task<Result<AppealCase>> FindAsync(int appealId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await InHandsOf(tops, await Tray.HasRootAsync(db, tops, ct)).FirstOrDefaultAsync(a => a.Id == appealId, ct) is { } appeal
            ? await facts.OfAsync(appeal, ct)
            : NotFound;

    /// <param name="answer">A sentence for the person, up to 200 characters; may be empty.</param>
    public async Task<Result<bool>> DecideAsync(int appealId, IReadOnlyCollection<int> tops, AppealOutcome outcome, string? answer, string actor, CancellationToken ct)
    {
        var words = answer?.Trim() ?? "";
        if (words.Length > MostText)
        {
            return TextLength;
        }

        var hasRoot = await Tray.HasRootAsync(db, tops, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await InHandsOf(tops, hasRoot).FirstOrDefaultAsync(a => a.Id == appealId, ct) is not { } appeal)
        {
            return NotFound;
        }

        var now = clock.GetUtcNow();
        var sealedAnswer = words.Length == 0 ? null : vault.Seal(words);

        // One statement: of many who answer one gets through.
        if (await db.Appeals.Where(a => a.Id == appealId && a.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.DecidedAt, now).SetProperty(a => a.Outcome, outcome).SetProperty(a => a.AnswerSealed, sealedAnswer).SetProperty(a => a.DecidedBy, actor), ct) == 0)
        {
            return Decided;
        }

        db.Add(new OutboxMessage { AccountId = appeal.AccountId, Code = NoticeOf(outcome), At = now, DueAt = now, MessageKey = appeal.MessageKey });
        db.Add(new AuditEntry { At = now, Actor = actor, Action = "appeal.answered", Subject = $"appeal:{appealId} person:{appeal.PersonId}", OrganisationId = appeal.OrganisationId });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The person's own, latest first.</summary>
    public async Task<IReadOnlyList<OwnAppeal>> OwnAsync(KnownAccount by, int atMost, CancellationToken ct)
        => (await db.Appeals.AsNoTracking().Where(a => a.AccountId == by.Id).OrderByDescending(a => a.Id).Take(atMost).ToListAsync(ct))
            .ConvertAll(a => new OwnAppeal(a.LessonId, a.Outcome, a.AnswerSealed is null ? null : vault.Open(a.AnswerSealed), a.At));

    /// <summary>What was written is gone 30 days after the decision; that there was an appeal, and its outcome, stays.</summary>
    public async Task<int> ForgetTextsAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - TextKeptFor;
        return await db.Appeals.Where(a => a.DecidedAt <= before && (a.TextSealed != null || a.AnswerSealed != null))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.TextSealed, (byte[]?)null).SetProperty(a => a.AnswerSealed, (byte[]?)null), ct);
    }

    private static string NoticeOf(AppealOutcome outcome) => outcome switch
    {
        AppealOutcome.Corrected => "notice.appeal-corrected",
        AppealOutcome.RosterWrong => "notice.appeal-roster-wrong",
        _ => "notice.appeal-no-record",
    };

    // Not Any, see RosterHands: it would list the whole region first.
    private IQueryable<Appeal> InHandsOf(IReadOnlyCollection<int> tops, bool hasRoot, int? under = null)
        => db.Appeals.AsNoTracking().Where(a => (a.OrganisationId == null && hasRoot)
            || RosterHands.Rows(db, tops, under).Where(h => h.OrganisationId == a.OrganisationId).Max(h => (int?)h.Distance) != null);
}
