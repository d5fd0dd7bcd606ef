using System.Globalization;
using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.HelpLine;

/// <summary>How cases end for good: the key is destroyed, which ends every copy; then the rows of what was said go, and the case stays as a figure that names nobody.</summary>
public sealed partial class HelpErasure(IDbContextFactory<BotDb> databases, CaseKeys keys, HelpAliases aliases, HelpIntake intake, HelpOutbox outbox, TimeProvider clock, ILogger<HelpErasure> logger)
{
    /// <summary>Rows of the outbox say whose case it is to whoever holds the key ring: they go a day after their end.</summary>
    private static readonly TimeSpan SentKeptFor = TimeSpan.FromDays(1);

    /// <summary>So long what is no reply waits for the person's next message; after that it is no news, and would only say that there was a case.</summary>
    private static readonly TimeSpan ParkedFor = TimeSpan.FromDays(2);

    /// <summary>So long a key may be without a row, and a row without its key: of a case that is being begun, and of a database or store that was not the right one.</summary>
    internal static readonly TimeSpan LooseFor = TimeSpan.FromDays(7);

    private const int AtOnce = 500;

    /// <summary>Everything of these accounts, whoever asks: the person, the platform or the operator.</summary>
    public async Task EraseAccountsAsync(IReadOnlyCollection<int> accountIds, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var holder in accountIds.Select(aliases.HolderOf))
        {
            foreach (var of in await db.HelpCases.AsNoTracking().Where(c => c.HolderHash == holder).ToListAsync(ct))
            {
                await EraseAsync(db, of, ct);
            }
        }
    }

    /// <summary>What has been kept long enough, rows of the outbox that are over, and keys that belong to no case.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        foreach (var of in await db.HelpCases.AsNoTracking().Where(c => c.ErasesAt != null && c.ErasesAt <= now && c.ErasedAt == null).ToListAsync(ct))
        {
            await EraseAsync(db, of, ct);
        }

        await ForgetSentAsync(db, now, ct);
        foreach (var (keyId, _) in keys.All().Where(k => k.At < now - LooseFor).ToList())
        {
            if (!await db.HelpCases.AnyAsync(c => c.KeyId == keyId && c.ErasedAt == null, ct))
            {
                keys.Destroy(keyId);
            }
        }

        await EndLostAsync(db, ct);
    }

    /// <summary>Open cases that nobody can read or answer: without their key, or whose account was deleted in the moment in which they began.</summary>
    private async Task EndLostAsync(BotDb db, CancellationToken ct)
    {
        foreach (var of in await db.HelpCases.AsNoTracking().Where(c => c.State <= HelpState.Open).ToListAsync(ct))
        {
            try
            {
                if (!keys.Has(of.KeyId))
                {
                    await intake.EndKeylessAsync(db, of, ct);
                }
                else if (HolderIn(of) is { } accountId && !await db.Accounts.AnyAsync(a => a.Id == accountId, ct))
                {
                    await EraseAsync(db, of, ct);
                }
            }
            catch (CryptographicException e)
            {
                LogUnreadable(logger, of.Id, e.GetType().Name); // one damaged key holds up none of the others
            }
        }
    }

    private int? HolderIn(HelpCase of)
    {
        using var key = keys.Open(of.KeyId);
        return key is null || of.HolderSealed is null ? null : HelpOutbox.HolderOf(key, of);
    }

    [LoggerMessage(LogLevel.Error, "The key of case {Case} opens nothing: {Fault}.")]
    private static partial void LogUnreadable(ILogger logger, int @case, string fault);

    /// <summary>Each step may be done again: a kill in between leaves a case that nobody can read and that is erased the next time.</summary>
    private async Task EraseAsync(BotDb db, HelpCase of, CancellationToken ct)
    {
        await ForgetUnsentAsync(db, of, ct);
        keys.Destroy(of.KeyId);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.HelpMessages.Where(m => m.CaseId == of.Id).ExecuteDeleteAsync(ct);
        await db.HelpReveals.Where(r => r.CaseId == of.Id && r.State == HelpRevealState.Asked).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, HelpRevealState.Declined).SetProperty(r => r.DecidedAt, now), ct);
        await HelpCalls.EndAllAsync(db, of.Id, now, ct);
        await db.HelpCases.Where(c => c.Id == of.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.State, HelpState.Closed)
                .SetProperty(c => c.HolderHash, (byte[]?)null)
                .SetProperty(c => c.HolderSealed, (byte[]?)null)
                .SetProperty(c => c.CalledSealed, (byte[]?)null)
                .SetProperty(c => c.StepKey, (string?)null)
                .SetProperty(c => c.Alias, "")
                .SetProperty(c => c.Clock, HelpClock.None)
                .SetProperty(c => c.NextDueAt, (DateTimeOffset?)null)
                .SetProperty(c => c.WaitingSince, (DateTimeOffset?)null)
                .SetProperty(c => c.ReportDueAt, (DateTimeOffset?)null)
                .SetProperty(c => c.ClosedAt, c => c.ClosedAt ?? now)
                .SetProperty(c => c.ErasedAt, now)
                .SetProperty(c => c.Version, c => c.Version + 1),
            ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Replies that nobody came to hear go with the case.</summary>
    private async Task ForgetUnsentAsync(BotDb db, HelpCase of, CancellationToken ct)
    {
        using var key = keys.Open(of.KeyId);
        if (key is null || of.HolderSealed is null)
        {
            return;
        }

        var accountId = int.Parse(key.Open(of.HolderSealed, "holder"), CultureInfo.InvariantCulture);
        await db.Outbox.Where(m => m.AccountId == accountId && (m.Code == HelpOutbox.Survey || m.Code == HelpOutbox.Closed || m.Code == HelpOutbox.Late) && m.State != OutboxState.Sending).ExecuteDeleteAsync(ct);
        var sent = (await db.HelpMessages.AsNoTracking().Where(m => m.CaseId == of.Id && m.SentMark != null).ToListAsync(ct)).Select(m => key.OpenBody(m.Sealed, m.MessageKey).OutboxKey).OfType<string>().ToList();
        await db.Outbox.Where(m => m.AccountId == accountId && sent.Contains(m.MessageKey) && m.State != OutboxState.Sending).ExecuteDeleteAsync(ct);
    }

    /// <summary>What became of a reply is written to the case before its row goes.</summary>
    private async Task ForgetSentAsync(BotDb db, DateTimeOffset now, CancellationToken ct)
    {
        var (before, stale) = (now - SentKeptFor, now - ParkedFor);
        await db.Outbox.Where(m => m.PushId == null && m.UrgentAt != null && m.At < stale && m.State == OutboxState.Parked && m.Code != HelpOutbox.Reply).ExecuteDeleteAsync(ct);
        while (true)
        {
            var over = await db.Outbox.AsNoTracking().Where(m => m.PushId == null && m.UrgentAt != null && m.EndedAt < before && m.State > OutboxState.Sending && m.State != OutboxState.Parked)
                .OrderBy(m => m.Id).Take(AtOnce).Select(m => new { m.Id, m.Code, m.MessageKey, m.State }).ToListAsync(ct);
            foreach (var reply in over.Where(m => HelpOutbox.IsReply(m.Code)))
            {
                var (mark, state) = (outbox.MarkOf(reply.MessageKey), reply.State);
                await db.HelpMessages.Where(m => m.SentMark == mark).ExecuteUpdateAsync(set => set.SetProperty(m => m.Delivered, state), ct);
            }

            var ids = over.Select(m => m.Id).ToList();
            await db.Outbox.Where(m => ids.Contains(m.Id)).ExecuteDeleteAsync(ct);
            if (over.Count < AtOnce)
            {
                return;
            }
        }
    }
}
