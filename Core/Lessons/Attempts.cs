using Bot.Core.Privacy;

namespace Bot.Core.Lessons;

/// <summary>Studying: from the start button to the last question. Nothing here touches the database.</summary>
public sealed class Attempts(LessonShelf shelf, KeyRing keys, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "lesson.not-found", "No such lesson is published.");
    public static readonly Refusal NotOpen = new(RefusalKind.Conflict, "lesson.not-open", "The lesson has not opened yet, or its season has ended.");
    public static readonly Refusal TicketInvalid = new(RefusalKind.Forbidden, "ticket.invalid", "Not a ticket of this person for this lesson, or older than seven days.");
    public static readonly Refusal UnknownQuestion = new(RefusalKind.NotFound, "lesson.question-unknown", "The lesson has no such question.");
    public static readonly Refusal UnknownOption = new(RefusalKind.Invalid, "lesson.option-unknown", "The question has no such option.");

    private readonly SignedTickets _tickets = new(keys, "attempt");

    /// <summary>Begins anew; any number of attempts may run side by side, each with its own credit.</summary>
    public async Task<Result<Ticketed>> BeginAsync(LessonId id, int accountId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return (await OpenLessonAsync(id, now, ct)).IsRefused(out var refusal, out var lesson)
            ? refusal
            : Ticket(Attempt.Begin(lesson, accountId, now), lesson);
    }

    /// <summary>Credits the time since the ticket's last call.</summary>
    public async Task<Result<Ticketed>> BeatAsync(LessonId id, int accountId, string? ticket, CancellationToken ct)
        => (await OpenAsync(id, accountId, ticket, ct)).IsRefused(out var refusal, out var opened)
            ? refusal
            : Ticket(opened.Attempt, opened.Lesson);

    /// <summary>A wrong answer may be tried again at once; a right one stays right.</summary>
    /// <param name="option">Index in the order in which the options were handed out.</param>
    public async Task<Result<Answered>> AnswerAsync(LessonId id, int accountId, string? ticket, string questionId, int option, CancellationToken ct)
    {
        if ((await OpenAsync(id, accountId, ticket, ct)).IsRefused(out var refusal, out var opened))
        {
            return refusal;
        }

        var (attempt, lesson) = opened;
        var index = lesson.Questions.ToList().FindIndex(q => q.Id == questionId);
        if (index < 0)
        {
            return UnknownQuestion;
        }

        var question = lesson.Questions[index];
        if (option < 0 || option >= question.Options.Count)
        {
            return UnknownOption;
        }

        var correct = option == question.Answer;
        var after = correct ? attempt.AnsweredRight(index, lesson.QuestionsTag) : attempt;
        return new Answered(Ticket(after, lesson), correct, question.Explanation);
    }

    /// <summary>The attempt behind a ticket with its time credited up to now, if the lesson can be studied and the ticket is this account's for it.</summary>
    internal async Task<Result<OpenAttempt>> OpenAsync(LessonId id, int accountId, string? ticket, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var attempt = _tickets.Open(ticket) is { } bytes ? Attempt.FromBytes(bytes) : null;
        if (await shelf.FindAsync(id, ct) is not { } published)
        {
            return NotFound;
        }

        if (attempt is null || attempt.AccountId != accountId || attempt.LessonRowId != published.RowId || now - attempt.BegunAt > Attempt.Lifetime)
        {
            return TicketInvalid;
        }

        return (await OpenLessonAsync(id, now, ct)).IsRefused(out var refusal, out var lesson)
            ? refusal
            : new OpenAttempt(attempt.CreditedAt(now), lesson);
    }

    /// <summary>A lesson of a later season has opened, and the grace for what had begun has passed: it can no longer be made up (补学).</summary>
    public async Task<bool> IsOverAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return now >= lesson.ClosesAt + Completions.Grace && (await shelf.AllAsync(ct)).Any(other => other.Id.Season > lesson.Id.Season && other.OpensAt <= now);
    }

    /// <summary>From its opening until it is over; after its closing it counts as 补学.</summary>
    private async Task<Result<PublishedLesson>> OpenLessonAsync(LessonId id, DateTimeOffset now, CancellationToken ct)
    {
        if (await shelf.FindAsync(id, ct) is not { } lesson)
        {
            return NotFound;
        }

        return now < lesson.OpensAt || await IsOverAsync(lesson, ct) ? NotOpen : lesson;
    }

    private Ticketed Ticket(Attempt attempt, PublishedLesson lesson)
        => new(_tickets.Sign(attempt.ToBytes()), attempt.CreditedSeconds, lesson.MinSeconds);
}

/// <param name="Ticket">To be sent with the next call.</param>
public sealed record Ticketed(string Ticket, int CreditedSeconds, int MinSeconds);

public sealed record Answered(Ticketed Ticket, bool Correct, string Explanation);

internal sealed record OpenAttempt(Attempt Attempt, PublishedLesson Lesson);
