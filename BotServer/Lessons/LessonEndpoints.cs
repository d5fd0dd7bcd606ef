using System.ComponentModel.DataAnnotations;
using Bot.Core.Lessons;
using Bot.Server.Entry;
using Bot.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.Lessons;

/// <summary>Studying over JSON: the current lesson, then attempt, beats, answers, completion.</summary>
internal static class LessonEndpoints
{
    public static void MapLessons(this IEndpointRouteBuilder app)
    {
        var lessons = app.MapGroup("/api/v1/lessons").WithTags("Lessons").RequirePerson();
        lessons.MapGet("/current", CurrentAsync);
        lessons.MapPost("/{id}/attempts", BeginAsync);
        lessons.MapPost("/{id}/beats", BeatAsync);
        lessons.MapPost("/{id}/answers", AnswerAsync);
        lessons.MapPost("/{id}/completions", FinishAsync);

        app.MapGet("/api/v1/receipts/{code}", ProveAsync).WithTags("Lessons");
    }

    private static async Task<Results<Ok<LessonBody>, ProblemHttpResult>> CurrentAsync(LessonPlan plan, CancellationToken ct)
        => (await plan.CurrentAsync(ct)).IsRefused(out var refusal, out var lesson)
            ? refusal.ToProblem()
            : TypedResults.Ok(new LessonBody(
                lesson.Id.ToString(), lesson.Title, lesson.Id.Season, lesson.Id.Period, lesson.OpensAt, lesson.ClosesAt, lesson.MinSeconds,
                [.. lesson.Questions.Select(q => new QuestionBody(q.Id, q.Text, q.Options))]));

    private static async Task<Results<Ok<AttemptBody>, ProblemHttpResult>> BeginAsync(string id, CurrentPerson me, Attempts attempts, CancellationToken ct)
    {
        if (!LessonId.TryParse(id, null, out var lesson))
        {
            return Attempts.NotFound.ToProblem();
        }

        return (await attempts.BeginAsync(lesson, me.Account.Id, ct)).IsRefused(out var refusal, out var ticket)
            ? refusal.ToProblem()
            : TypedResults.Ok(new AttemptBody(ticket.Ticket, ticket.CreditedSeconds, ticket.MinSeconds, (int)Attempt.BeatEvery.TotalSeconds));
    }

    private static async Task<Results<Ok<BeatBody>, ProblemHttpResult>> BeatAsync(string id, Beat body, CurrentPerson me, Attempts attempts, CancellationToken ct)
    {
        if (!LessonId.TryParse(id, null, out var lesson))
        {
            return Attempts.NotFound.ToProblem();
        }

        return (await attempts.BeatAsync(lesson, me.Account.Id, body.Ticket, ct)).IsRefused(out var refusal, out var ticket)
            ? refusal.ToProblem()
            : TypedResults.Ok(new BeatBody(ticket.Ticket, ticket.CreditedSeconds));
    }

    private static async Task<Results<Ok<AnswerBody>, ProblemHttpResult>> AnswerAsync(string id, NewAnswer body, CurrentPerson me, Attempts attempts, CancellationToken ct)
    {
        if (!LessonId.TryParse(id, null, out var lesson))
        {
            return Attempts.NotFound.ToProblem();
        }

        return (await attempts.AnswerAsync(lesson, me.Account.Id, body.Ticket, body.QuestionId, body.Option!.Value, ct)).IsRefused(out var refusal, out var answered)
            ? refusal.ToProblem()
            : TypedResults.Ok(new AnswerBody(answered.Ticket.Ticket, answered.Correct, answered.Explanation));
    }

    private static async Task<Results<Created<CompletionBody>, Ok<CompletionBody>, ProblemHttpResult>> FinishAsync(
        string id, Finish body, CurrentPerson me, Completions completions, CancellationToken ct)
    {
        if (!LessonId.TryParse(id, null, out var lesson))
        {
            return Attempts.NotFound.ToProblem();
        }

        if ((await completions.FinishAsync(lesson, me.Account, body.Ticket, ct)).IsRefused(out var refusal, out var finished))
        {
            return refusal.ToProblem();
        }

        if (finished.RemainingSeconds > 0)
        {
            return Completions.TooEarly.ToProblem(("remainingSeconds", finished.RemainingSeconds));
        }

        var completion = new CompletionBody(finished.Receipt, finished.At, finished.Late);
        return finished.IsNew ? TypedResults.Created($"/api/v1/receipts/{finished.Receipt}", completion) : TypedResults.Ok(completion);
    }

    private static async Task<Results<Ok<ReceiptBody>, ProblemHttpResult>> ProveAsync(string code, Completions completions, CancellationToken ct)
        => (await completions.ProveAsync(code, ct)).IsRefused(out var refusal, out var proof)
            ? refusal.ToProblem()
            : TypedResults.Ok(new ReceiptBody(proof.Lesson.ToString(), proof.Title, proof.At, proof.Late, proof.Organisation));
}

/// <param name="Id">season-period, such as 9-2.</param>
/// <param name="MinSeconds">Seconds of study that make it count.</param>
public sealed record LessonBody(
    string Id, string Title, int Season, int Period, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, int MinSeconds, IReadOnlyList<QuestionBody> Questions);

public sealed record QuestionBody(string Id, string Text, IReadOnlyList<string> Options);

/// <param name="Ticket">To be sent with the next call; each call returns a new one.</param>
public sealed record AttemptBody(string Ticket, int CreditedSeconds, int MinSeconds, int BeatEverySeconds);

public sealed record Beat([Required(AllowEmptyStrings = true)] string Ticket);

public sealed record BeatBody(string Ticket, int CreditedSeconds);

/// <param name="Option">Index in the order in which the options were handed out.</param>
public sealed record NewAnswer([Required(AllowEmptyStrings = true)] string Ticket, [Required] string QuestionId, [Required] int? Option);

public sealed record AnswerBody(string Ticket, bool Correct, string Explanation);

public sealed record Finish([Required(AllowEmptyStrings = true)] string Ticket);

/// <param name="Late">补学: finished after closing.</param>
public sealed record CompletionBody(string Receipt, DateTimeOffset CompletedAt, bool Late);

/// <param name="Organisation">Name of the organisation where it counts; null for a visitor.</param>
public sealed record ReceiptBody(string LessonId, string Title, DateTimeOffset CompletedAt, bool Late, string? Organisation);
