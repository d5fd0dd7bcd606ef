using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>One answer to a question of the start, as understood.</summary>
/// <param name="Called">How the person wants to be called; null for the others, and where it was skipped.</param>
public sealed record HelpChoice(HelpTopic? Topic = null, HelpUrgency? Urgency = null, HelpAge? Age = null, string? Called = null);

/// <summary>The questions of the start: one at a time, each skippable. Whatever is no answer is a message, and ends the questions: a person is worth more than a form.</summary>
public sealed class HelpStarts(IDbContextFactory<BotDb> databases, HelpIntake intake, CaseKeys keys, HelpPolicy policy, TimeProvider clock)
{
    /// <summary>Characters of a name.</summary>
    public const int MostCalled = 20;

    /// <summary>Takes the answer to the question that waits and goes on to the next. A repeat of the same message goes no further.</summary>
    /// <param name="choice">Null to skip it.</param>
    /// <returns>The case as it stands now.</returns>
    public async Task<HelpCase> AnswerAsync(HelpCase starting, HelpChoice? choice, string messageKey, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        using var key = keys.Open(starting.KeyId);
        var (now, next) = (clock.GetUtcNow(), starting.Step + 1);
        var (topic, urgency, age) = (choice?.Topic, choice?.Urgency, choice?.Age);
        var called = choice?.Called is { } name && key is not null ? key.Seal(name, "called") : null;
        var taken = await db.HelpCases.Where(c => c.Id == starting.Id && c.State == HelpState.Starting && c.Step == starting.Step && c.StepKey != messageKey).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Step, next)
                .SetProperty(c => c.StepKey, messageKey)
                .SetProperty(c => c.LastInboundAt, now)
                .SetProperty(c => c.Topic, c => topic ?? c.Topic)
                .SetProperty(c => c.Urgency, c => urgency ?? c.Urgency)
                .SetProperty(c => c.Age, c => age ?? c.Age)
                .SetProperty(c => c.CalledSealed, c => called ?? c.CalledSealed),
            ct);
        if (taken > 0 && next == HelpStep.Done)
        {
            await OpenAsync(db, starting.Id, now, ct);
        }

        await transaction.CommitAsync(ct);
        return await db.HelpCases.AsNoTracking().FirstOrDefaultAsync(c => c.Id == starting.Id, ct) ?? starting;
    }

    /// <summary>Ends the questions: the case goes to the team with what is known.</summary>
    /// <returns>The case as it stands now.</returns>
    public async Task<HelpCase> FinishAsync(HelpCase starting, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await OpenAsync(db, starting.Id, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        return await db.HelpCases.AsNoTracking().FirstOrDefaultAsync(c => c.Id == starting.Id, ct) ?? starting;
    }

    /// <summary>What was begun and not gone on with: answered in part it goes to the team, else nothing of it stays.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var before = clock.GetUtcNow() - HelpIntake.StartWaits;
        foreach (var stale in await db.HelpCases.AsNoTracking().Where(c => c.State <= HelpState.Open && c.State == HelpState.Starting && c.LastInboundAt < before).ToListAsync(ct))
        {
            if (stale.Step > HelpStep.Topic || await db.HelpMessages.AnyAsync(m => m.CaseId == stale.Id, ct))
            {
                await FinishAsync(stale, ct);
            }
            else
            {
                await intake.DropAsync(stale, ct, unheardSince: before);
            }
        }
    }

    private async Task OpenAsync(BotDb db, int caseId, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.HelpCases.Where(c => c.Id == caseId && c.State == HelpState.Starting).ExecuteUpdateAsync(set => set.SetProperty(c => c.State, HelpState.Open).SetProperty(c => c.Step, HelpStep.Done), ct) == 0)
        {
            return;
        }

        var opened = await db.HelpCases.AsNoTracking().SingleAsync(c => c.Id == caseId, ct);
        await intake.OpenedAsync(db, opened, inDanger: false, now, ct);
        if (opened is { Topic: HelpTopic.Abuse, Age: HelpAge.Under14 or HelpAge.From14To17 })
        {
            await HelpReports.BeginAsync(db, caseId, now + policy.Report, now, ct);
        }
    }
}
