using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.HelpLine;

/// <summary>What somebody sends into a case.</summary>
public sealed record HelpInput(HelpKind Kind, HelpBody Body)
{
    public static HelpInput Words(string text) => new(HelpKind.Text, new HelpBody(text));
}

/// <param name="Answer">The sentence by which it is answered; null for silence.</param>
public sealed record HelpAdded(string? Answer, bool IsGone = false)
{
    public static readonly HelpAdded Gone = new(null, IsGone: true);
}

/// <summary>How many wait before somebody, and when the team works.</summary>
/// <param name="Ahead">Of the same topic.</param>
/// <param name="OfficeAt">When the office opens; now while it is open.</param>
public sealed record HelpWait(int Ahead, bool IsOffice, DateTimeOffset OfficeAt);

/// <summary>
/// The person's side of cases: they begin, take in what is said, and are left. Each effect carries the message's key, so that WeChat's repeats,
/// and a kill in between, change nothing.
/// </summary>
public sealed partial class HelpIntake(IDbContextFactory<BotDb> databases, CaseKeys keys, HelpAliases aliases, HelpPolicy policy, TimeProvider clock, ILogger<HelpIntake> logger)
{
    /// <summary>So long an unanswered question waits.</summary>
    public static readonly TimeSpan StartWaits = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Rests = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan AskedFor = TimeSpan.FromDays(2);

    private static readonly Func<BotDb, byte[], Task<HelpCase?>> ByHolder = EF.CompileAsyncQuery(
        (BotDb db, byte[] holder) => db.HelpCases.AsNoTracking().FirstOrDefault(c => c.State <= HelpState.Open && c.HolderHash == holder));

    /// <returns>The account's open case, also one that the person has left; null for none.</returns>
    public async Task<HelpCase?> FindAsync(int accountId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await ByHolder(db, aliases.HolderOf(accountId));
        if (found is null || keys.Has(found.KeyId))
        {
            return found;
        }

        // Nothing could be taken into a case without its key: the talk goes on in another, as urgent as it was.
        await EndKeylessAsync(db, found, ct);
        return found.State == HelpState.Open && found.LeftAt is null
            ? await BeginAsync(accountId, "instead-of-" + found.KeyId, new HelpOpening(found.Topic, found.Urgency, IsInDanger: false), ct, onPage: true)
            : null;
    }

    /// <summary>Begins a case, or finds the one that is open: of many at once one begins it. Whoever had left is back in it.</summary>
    /// <param name="opened">What makes it open at once, without questions; null to ask them.</param>
    /// <param name="onPage">Not in the chat: WeChat lets nothing out for that.</param>
    public async Task<HelpCase> BeginAsync(int accountId, string messageKey, HelpOpening? opened, CancellationToken ct, bool onPage = false)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (holder, now) = (aliases.HolderOf(accountId), clock.GetUtcNow());
        for (var tries = 0; ; tries++)
        {
            if (await ByHolder(db, holder) is { } known)
            {
                if (!keys.Has(known.KeyId))
                {
                    await EndKeylessAsync(db, known, ct);
                    continue;
                }

                await db.HelpCases.Where(c => c.Id == known.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LeftAt, (DateTimeOffset?)null).SetProperty(c => c.LastInboundAt, now), ct);
                return known.LeftAt is null ? known : (await ByHolder(db, holder))!;
            }

            // The key is on disk before the row can be seen; a key without a row is tidied up.
            using var key = keys.Create();
            var begun = new HelpCase
            {
                KeyId = key.Id,
                HolderHash = holder,
                HolderSealed = key.Seal(accountId.ToString(CultureInfo.InvariantCulture), "holder"),
                Alias = await HelpAliases.AliasAsync(db, holder, ct),
                AreaId = await aliases.AreaAsync(db, accountId, ct),
                State = opened is null ? HelpState.Starting : HelpState.Open,
                Step = opened is null ? HelpStep.Topic : HelpStep.Done,
                StepKey = messageKey,
                Topic = opened?.Topic ?? HelpTopic.Other,
                Urgency = opened?.Urgency ?? HelpUrgency.Calm,
                OpenedAt = now,
                LastInboundAt = now,
                LastChatAt = onPage ? null : now,
            };
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            db.Add(begun);
            if (await db.TrySaveNewAsync(ct))
            {
                if (opened is not null)
                {
                    await OpenedAsync(db, begun, opened.IsInDanger, now, ct);
                }

                await transaction.CommitAsync(ct);
                return (await ByHolder(db, holder))!;
            }

            await transaction.RollbackAsync(ct);
            keys.Destroy(key.Id);
            if (tries > 2)
            {
                throw new InvalidOperationException("A case can neither be begun nor found.");
            }
        }
    }

    /// <summary>The person has written something in the chat that is not taken in: from now on, too, WeChat lets five messages out to them.</summary>
    public async Task NoteChatAsync(HelpCase of, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        await db.HelpCases.Where(c => c.Id == of.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastChatAt, now), ct);
    }

    /// <summary>Takes a message of the chat in. The clock that runs for the person begins with the first that nobody has answered.</summary>
    /// <param name="answer">The sentence by which it is answered, see <see cref="HelpMessage.Answer"/>; null for silence.</param>
    /// <param name="danger">It tells of danger to life: the case becomes a crisis and somebody is alerted.</param>
    /// <returns>The sentence that answers it; of a repeat, that of the first time. Gone when the case was closed or erased in this moment: nothing is stored then.</returns>
    public async Task<HelpAdded> AddAsync(HelpCase to, HelpInput input, string messageKey, string? answer, bool danger, CancellationToken ct)
    {
        using var key = keys.Open(to.KeyId);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (key is null)
        {
            return HelpAdded.Gone;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Add(new HelpMessage
        {
            CaseId = to.Id,
            At = now,
            Kind = input.Kind,
            By = HelpSide.Person,
            Sealed = key.Seal(input.Body, messageKey),
            Media = input.Body.MediaId is null ? HelpMediaState.None : HelpMediaState.Wanted,
            MessageKey = messageKey,
            Answer = answer,
        });
        if (!await db.TrySaveNewAsync(ct))
        {
            await transaction.RollbackAsync(ct);
            return new HelpAdded(await db.HelpMessages.Where(m => m.CaseId == to.Id && m.MessageKey == messageKey).Select(m => m.Answer).FirstOrDefaultAsync(ct));
        }

        if (await db.HelpCases.Where(c => c.Id == to.Id && c.State <= HelpState.Open).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastInboundAt, now).SetProperty(c => c.LastChatAt, now), ct) == 0)
        {
            await transaction.RollbackAsync(ct);
            return HelpAdded.Gone;
        }

        if (to.State == HelpState.Open)
        {
            await WaitsAsync(db, to, danger, now, ct);
        }

        await transaction.CommitAsync(ct);
        return new HelpAdded(answer);
    }

    /// <summary>The person says that there is danger now, without a word of their own: somebody is called.</summary>
    public async Task RaiseAsync(HelpCase of, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await WaitsAsync(db, of, danger: true, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Whether a message of the person wants a receipt: the first, and one that comes when the talk has rested. In a talk the bot is silent.</summary>
    public async Task<bool> IsUnexpectedAsync(HelpCase of, CancellationToken ct)
    {
        if (of.LastOutboundAt is { } answered)
        {
            return of.WaitingSince is null && clock.GetUtcNow() - answered > Rests;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return !await db.HelpMessages.AnyAsync(m => m.CaseId == of.Id && m.By == HelpSide.Person, ct);
    }

    /// <summary>结束: what the person writes does not come here any more; the team still has the case.</summary>
    public async Task LeaveAsync(HelpCase from, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        await db.HelpCases.Where(c => c.Id == from.Id && c.State == HelpState.Open && c.LeftAt == null).ExecuteUpdateAsync(set => set.SetProperty(c => c.LeftAt, now), ct);
    }

    /// <summary>A case that has only begun to start: nothing of it stays.</summary>
    /// <param name="unheardSince">Only where the person has answered nothing until now, and said nothing since; null in any case.</param>
    public async Task DropAsync(HelpCase started, CancellationToken ct, DateTimeOffset? unheardSince = null)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.HelpCases.Where(c => c.Id == started.Id && c.State == HelpState.Starting && (unheardSince == null || (c.Step == HelpStep.Topic && c.LastInboundAt < unheardSince))).ExecuteDeleteAsync(ct) > 0)
        {
            keys.Destroy(started.KeyId);
        }
    }

    /// <summary>Somebody who may be a minor tells of being hurt: a supervisor has to look at it.</summary>
    public async Task SuspectHarmAsync(HelpCase of, CancellationToken ct)
    {
        if (of.Age != HelpAge.From18)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var now = clock.GetUtcNow();
            await HelpReports.BeginAsync(db, of.Id, now + policy.Report, now, ct);
            await transaction.CommitAsync(ct);
        }
    }

    /// <summary>Whether it helped: once, about the case that was closed last, within two days of being asked.</summary>
    /// <param name="rating">3 helped, 2 somewhat, 1 not.</param>
    /// <returns>False when nobody asked; a repeat is true.</returns>
    public async Task<bool> RateAsync(int accountId, int rating, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (holder, since) = (aliases.HolderOf(accountId), clock.GetUtcNow() - AskedFor);
        return await db.HelpCases.Where(c => c.HolderHash == holder && c.State == HelpState.Closed && c.SurveyAskedAt >= since && (c.Satisfaction == null || c.Satisfaction == rating))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Satisfaction, rating), ct) > 0;
    }

    public async Task<HelpWait> WaitAsync(HelpCase of, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (now, since) = (clock.GetUtcNow(), of.WaitingSince ?? clock.GetUtcNow());
        var ahead = await db.HelpCases.CountAsync(c => c.State == HelpState.Open && c.Topic == of.Topic && c.Id != of.Id && c.WaitingSince != null && c.WaitingSince < since, ct);
        return new HelpWait(ahead, policy.IsOffice(now), policy.NextOffice(now));
    }

    /// <summary>Its key is gone though the store is there. The row stays for as long as a key might still be brought back; nobody is called for it.</summary>
    internal async Task EndKeylessAsync(BotDb db, HelpCase lost, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        LogKeyless(logger, lost.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.HelpCases.Where(c => c.Id == lost.Id && c.State <= HelpState.Open).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.State, HelpState.Closed).SetProperty(c => c.ClosedAt, now).SetProperty(c => c.ErasesAt, now + HelpErasure.LooseFor)
                .SetProperty(c => c.Clock, HelpClock.None).SetProperty(c => c.NextDueAt, (DateTimeOffset?)null).SetProperty(c => c.WaitingSince, (DateTimeOffset?)null).SetProperty(c => c.ReportDueAt, (DateTimeOffset?)null),
            ct);
        await HelpCalls.EndAllAsync(db, lost.Id, now, ct);
        await transaction.CommitAsync(ct);
    }

    [LoggerMessage(LogLevel.Error, "The key of case {Case} is gone: what was said in it can be read by nobody. Another case takes its place.")]
    private static partial void LogKeyless(ILogger logger, int @case);

    /// <summary>The case is with the team from now on.</summary>
    /// <param name="opened">With its topic and urgency.</param>
    internal async Task OpenedAsync(BotDb db, HelpCase opened, bool inDanger, DateTimeOffset now, CancellationToken ct)
    {
        await WaitsAsync(db, opened, opened.Urgency == HelpUrgency.Crisis, now, ct);
        if (inDanger)
        {
            db.Add(new AuditEntry { At = now, Actor = "help-line", Action = "help.opened-in-danger", Subject = $"case:{opened.Id}", OrganisationId = opened.AreaId });
            await db.SaveChangesAsync(ct);
        }
    }

    private async Task WaitsAsync(BotDb db, HelpCase of, bool danger, DateTimeOffset now, CancellationToken ct)
    {
        if (danger || of.Urgency == HelpUrgency.Crisis)
        {
            var due = now + policy.Crisis;
            await db.HelpCases.Where(c => c.Id == of.Id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Urgency, HelpUrgency.Crisis)
                    .SetProperty(c => c.NextDueAt, c => c.WaitingSince == null || c.NextDueAt == null || c.NextDueAt > due ? due : c.NextDueAt)
                    .SetProperty(c => c.Clock, c => c.FirstAnsweredAt == null ? HelpClock.First : HelpClock.Next)
                    .SetProperty(c => c.WaitingSince, c => c.WaitingSince ?? now),
                ct);
            if (danger)
            {
                await HelpCalls.RaiseAsync(db, of.Id, HelpAlertKind.Crisis, now, ct);
            }

            return;
        }

        var (first, next) = (policy.After(now, policy.First), policy.After(now, policy.Next));
        await db.HelpCases.Where(c => c.Id == of.Id && c.WaitingSince == null).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.NextDueAt, c => c.FirstAnsweredAt == null ? first : next)
                .SetProperty(c => c.Clock, c => c.FirstAnsweredAt == null ? HelpClock.First : HelpClock.Next)
                .SetProperty(c => c.WaitingSince, now),
            ct);
    }
}

/// <param name="IsInDanger">Opened without having asked the person, because a life is at stake: noted in the audit.</param>
public sealed record HelpOpening(HelpTopic Topic, HelpUrgency Urgency, bool IsInDanger);
