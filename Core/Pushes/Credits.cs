using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>The ledger of <see cref="Credit"/>s: filled by WeChat's events, counted down before anything is sent.</summary>
public sealed class Credits(IDbContextFactory<BotDb> databases, Accounts accounts, PushesOptions options, TimeProvider clock)
{
    private const int ForgottenAtOnce = 2_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Between two portions others may write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>What the person chose in a window that asked; each template that was accepted is one more. A refusal there takes nothing away.</summary>
    /// <param name="messageKey">Of the event.</param>
    public async Task GiveAsync(string appId, SubscribeMsgPopup popup, string messageKey, CancellationToken ct)
    {
        var accepted = popup.Choices.Select((choice, n) => (choice, n)).Where(c => c.choice.Accepted && c.choice.TemplateId.Length > 0).ToList();
        if (accepted.Count == 0)
        {
            return;
        }

        var account = await accounts.FindOrAddAsync(appId, popup.FromUserName, ct);
        var at = popup.CreateTime * 1000;
        await using var db = await databases.CreateDbContextAsync(ct);
        var given = 0;
        foreach (var (choice, n) in accepted)
        {
            var isNew = await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO credits (account_id, template_id, given_at, given_with) VALUES ({account.Id}, {choice.TemplateId}, {at}, {messageKey + ":" + n})
                ON CONFLICT (account_id, given_with) DO NOTHING
                """,
                ct);
            given += choice.TemplateId == options.Notice.TemplateId ? isNew : 0;
        }

        await (given > 0 ? TryParkedAsync(db, account.Id, given, ct) : Task.CompletedTask);
    }

    /// <summary>What waited for the person's next message can be sent now: as many as there are credits, the oldest first.</summary>
    private async Task TryParkedAsync(BotDb db, int accountId, int atMost, CancellationToken ct)
    {
        var (now, since) = (clock.GetUtcNow(), clock.GetUtcNow() - KeptFor);
        var parked = await db.Outbox.Where(m => m.AccountId == accountId && m.PushId == null && m.State == OutboxState.Parked && m.At > since)
            .OrderBy(m => m.Id).Take(atMost).Select(m => m.Id).ToListAsync(ct);
        await db.Outbox.Where(m => parked.Contains(m.Id) && m.State == OutboxState.Parked)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Waiting).SetProperty(m => m.DueAt, now).SetProperty(m => m.EndedAt, (DateTimeOffset?)null), ct);
    }

    /// <summary>The person changed the setting: a template that is off has no credit left. Switching it on gives none.</summary>
    public async Task ChangeAsync(string appId, SubscribeMsgChange change, CancellationToken ct)
    {
        if (change.Choices.Where(c => !c.Accepted).Select(c => c.TemplateId).ToList() is { Count: > 0 } off && await accounts.FindAsync(appId, change.FromUserName, ct) is { } account)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var at = DateTimeOffset.FromUnixTimeSeconds(change.CreateTime); // it may come late, after a credit that was given since

            // First the ones whose message is on its way: should it never leave, they do not come back.
            await db.Credits.Where(c => c.AccountId == account.Id && off.Contains(c.TemplateId) && c.GivenAt <= at && c.End == CreditEnd.Spent
                    && db.Outbox.Any(m => m.Id == c.MessageId && m.State == OutboxState.Sending))
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.End, CreditEnd.Withdrawn), ct);
            await EndAsync(db.Credits.Where(c => c.AccountId == account.Id && off.Contains(c.TemplateId) && c.GivenAt <= at), CreditEnd.Withdrawn, ct);
        }
    }

    /// <summary>Takes one for a message; one of twenty who want the last one gets it.</summary>
    /// <returns>False when none is left.</returns>
    internal async Task<bool> TrySpendAsync(int accountId, string templateId, long messageId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var locked = new SqlText(db.Database.IsSqliteDatabase() ? "" : "FOR UPDATE SKIP LOCKED");
        var spent = await db.ReadRowsAsync(
            $"""
            UPDATE credits SET ended_at = {clock.GetUtcNow().ToUnixTimeMilliseconds()}, "end" = {(int)CreditEnd.Spent}, message_id = {messageId}
            WHERE ended_at IS NULL AND id = (
                SELECT c.id FROM credits c WHERE c.template_id = {templateId} AND c.account_id = {accountId} AND c.ended_at IS NULL ORDER BY c.id LIMIT 1 {locked})
            RETURNING id
            """,
            row => row.GetInt64(0),
            ct);
        return spent.Count > 0;
    }

    /// <summary>The notification never left: what was spent on it is there again.</summary>
    internal async Task ReturnAsync(long messageId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Credits.Where(c => c.MessageId == messageId && c.End == CreditEnd.Spent)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.EndedAt, (DateTimeOffset?)null).SetProperty(c => c.End, (CreditEnd?)null).SetProperty(c => c.MessageId, (long?)null), ct);
    }

    /// <summary>WeChat knows of none (43101): nor do we any more.</summary>
    internal async Task DenyAsync(int accountId, string templateId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await EndAsync(db.Credits.Where(c => c.AccountId == accountId && c.TemplateId == templateId), CreditEnd.Denied, ct);
    }

    /// <summary>Removes those that ended a month ago, some at a time.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var before = clock.GetUtcNow() - KeptFor;
        for (var last = 0L; ;)
        {
            var old = await db.Credits.Where(c => c.Id > last && c.EndedAt < before).OrderBy(c => c.Id).Take(ForgottenAtOnce).Select(c => c.Id).ToListAsync(ct);
            if (old.Count == 0)
            {
                return;
            }

            last = old[^1];
            await db.Credits.Where(c => old.Contains(c.Id)).ExecuteDeleteAsync(ct);
            await Task.Delay(Pause, clock, ct);
        }
    }

    private Task EndAsync(IQueryable<Credit> credits, CreditEnd end, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return credits.Where(c => c.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(c => c.EndedAt, now).SetProperty(c => c.End, end), ct);
    }
}
