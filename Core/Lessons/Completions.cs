using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>Who has studied what. The only place where a completion comes into being, and only from the person's own attempt.</summary>
public sealed class Completions(BotDb db, Attempts attempts, WriteQueue queue, CompletionWriter writer, TimeProvider clock)
{
    public static readonly Refusal TooEarly = new(RefusalKind.Conflict, "lesson.too-early", "Not studied for long enough yet.");
    public static readonly Refusal Unanswered = new(RefusalKind.Conflict, "lesson.unanswered", "Some questions have no right answer yet.");
    public static readonly Refusal NoReceipt = new(RefusalKind.NotFound, "receipt.not-found", "No such receipt.");

    /// <summary>Who began before closing may finish this much later and still counts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    private const string ReceiptAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int ReceiptLength = 16;

    /// <summary>Stores the completion, or finds the one that is there; answers after the commit.</summary>
    public async Task<Result<Finished>> FinishAsync(LessonId id, KnownAccount by, string? ticket, CancellationToken ct)
    {
        if ((await attempts.OpenAsync(id, by.Id, ticket, ct)).IsRefused(out var refusal, out var opened))
        {
            return refusal;
        }

        var (attempt, lesson) = opened;
        var missing = (lesson.MinSeconds * 1000) - attempt.CreditedMs;
        if (missing > 0 || !attempt.HasAnsweredAll(lesson))
        {
            return await FindAsync(lesson.RowId, by.PersonId, ct) is { } earlier ? earlier
                : missing > 0 ? new Finished { RemainingSeconds = (missing + 999) / 1000 }
                : Unanswered;
        }

        var now = clock.GetUtcNow();
        var late = now >= lesson.ClosesAt && !(attempt.BegunAt < lesson.ClosesAt && now < lesson.ClosesAt + Grace);
        var counted = now < lesson.ClosesAt ? now : ClosedCounts.LastInstantOf(lesson.ClosesAt);
        var completion = new NewCompletion(lesson.RowId, by.PersonId, now, counted, late, NewReceipt());
        var stored = await queue.WriteAsync(writer, completion, ct) ?? await WriteForAsync(by.Id, completion, ct);
        return stored is null ? Attempts.TicketInvalid : new Finished(stored.Receipt, stored.At, stored.Late, stored.IsNew);
    }

    /// <summary>The account came to stand for another person between the session's look and the writing.</summary>
    /// <returns>Null when the account was deleted meanwhile.</returns>
    private async Task<StoredCompletion?> WriteForAsync(int accountId, NewCompletion completion, CancellationToken ct)
    {
        var personId = await db.Accounts.Where(a => a.Id == accountId).Select(a => (int?)a.PersonId).FirstOrDefaultAsync(ct);
        return personId is { } id ? await queue.WriteAsync(writer, completion with { PersonId = id }, ct) : null;
    }

    /// <summary>What a receipt proves, for whoever holds it.</summary>
    /// <param name="code">As shown or typed: case, spaces and hyphens do not matter.</param>
    public async Task<Result<Proof>> ProveAsync(string code, CancellationToken ct)
    {
        var receipt = Names.Key(code).Replace("-", "", StringComparison.Ordinal);
        if (receipt.Length != ReceiptLength || !receipt.All(ReceiptAlphabet.Contains))
        {
            return NoReceipt;
        }

        var proof = await (
            from completion in db.Completions.AsNoTracking()
            where completion.Receipt == receipt
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            join organisation in db.Organisations on completion.OrganisationId equals organisation.Id into found
            from organisation in found.DefaultIfEmpty()
            select new { lesson.Season, lesson.Period, lesson.Title, completion.At, completion.Late, completion.Standing, Organisation = organisation == null ? null : organisation.Name })
            .FirstOrDefaultAsync(ct);
        return proof is null ? NoReceipt
            : new Proof(new LessonId(proof.Season, proof.Period), proof.Title, proof.At, proof.Late, proof.Standing == Standing.Visitor ? null : proof.Organisation);
    }

    /// <summary>Four groups of four, easy to read out.</summary>
    public static string Shown(string receipt) => string.Join('-', receipt.Chunk(4).Select(group => new string(group)));

    private async Task<Finished?> FindAsync(int lessonRowId, int personId, CancellationToken ct)
        => await db.Completions.AsNoTracking().Where(c => c.LessonId == lessonRowId && c.PersonId == personId)
            .Select(c => new Finished(c.Receipt, c.At, c.Late, false)).FirstOrDefaultAsync(ct);

    private static string NewReceipt() => RandomNumberGenerator.GetString(ReceiptAlphabet, ReceiptLength);
}

/// <summary>The outcome of finishing: a receipt, or how much is still to be studied.</summary>
/// <param name="At">UTC.</param>
/// <param name="Late">补学.</param>
/// <param name="IsNew">False when it had been finished before.</param>
public sealed record Finished(string Receipt, DateTimeOffset At, bool Late, bool IsNew)
{
    public Finished()
        : this("", default, false, false)
    {
    }

    /// <summary>Above 0: refused with <see cref="Completions.TooEarly"/>, nothing stored.</summary>
    public int RemainingSeconds { get; init; }
}

/// <param name="Organisation">Where it counts; null for a visitor.</param>
public sealed record Proof(LessonId Lesson, string Title, DateTimeOffset At, bool Late, string? Organisation);
