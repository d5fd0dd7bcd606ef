using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <param name="Id">Of the row in the outbox.</param>
internal sealed record MassMember(long Id, byte[] OpenIdSealed);

/// <summary>Recipients who are sent one mass message together.</summary>
/// <param name="Id">Our id of the message, by which WeChat knows a repeat.</param>
/// <param name="Members">In the order of their rows.</param>
/// <param name="IsRepeat">It may have been sent before: whoever took it has ended, or WeChat gave no answer.</param>
internal sealed record MassBatch(OpenPush Push, string Id, DateTimeOffset TakenAt, IReadOnlyList<MassMember> Members, bool IsRepeat);

/// <summary>Mass messages as rows of the outbox. Who belongs to one is stored before it is sent, under its id, and never changes after that.</summary>
public sealed class MassRows(IDbContextFactory<BotDb> databases, RecipientRows recipients, TimeProvider clock)
{
    private const int LookedAtOnce = 10_000;

    /// <summary>One whose outcome is not known, so that it is sent again under its id.</summary>
    internal async Task<MassBatch?> FindLostAsync(OpenPush push, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var (before, known) = (now - RecipientRows.LostAfter, now - RecipientRows.IdKnownFor);
        var lost = Sending(db, push).Where(m => m.TakenAt < before && m.DueAt >= known);
        if (await lost.Select(m => m.WeChatId).FirstOrDefaultAsync(ct) is not { } id
            || await lost.Where(m => m.WeChatId == id).ExecuteUpdateAsync(set => set.SetProperty(m => m.TakenAt, now), CancellationToken.None) == 0)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var members = await Sending(db, push).Where(m => m.WeChatId == id && m.TakenAt == at).OrderBy(m => m.Id)
            .Join(db.Accounts, m => m.AccountId, a => a.Id, (m, a) => new MassMember(m.Id, a.OpenIdSealed)).ToListAsync(CancellationToken.None);
        return new MassBatch(push, id, at, members, IsRepeat: true);
    }

    /// <summary>Takes the next who wait and have no credit.</summary>
    /// <param name="after">Looks only at rows behind this one.</param>
    /// <returns>Null when there are none; and up to which row it has looked.</returns>
    internal async Task<(MassBatch? Batch, long Last)> TakeAsync(OpenPush push, long after, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var window = await recipients.TakeAsync(push, after, LookedAtOnce, OutboxChannel.Mass);
            if (window.Taken is [var first, ..])
            {
                return (new MassBatch(push, RecipientTaker.BatchId(push, first.Id), first.TakenAt, [.. window.Taken.Select(t => new MassMember(t.Id, t.OpenIdSealed))], IsRepeat: false), window.Last);
            }

            if (window.IsEnd || window.Last == after)
            {
                return (null, window.Last);
            }

            after = window.Last;
        }
    }

    /// <param name="weChatId">Of the message as WeChat's event will name it; null where it did not go out.</param>
    internal async Task StoreAsync(MassBatch batch, OutboxOutcome outcome, string? weChatId)
    {
        await using var db = await databases.CreateDbContextAsync();
        await StoreAsync(Of(db, batch), outcome, weChatId);
    }

    /// <summary>Some of them do not belong to the message any more.</summary>
    internal async Task StoreAsync(MassBatch batch, IReadOnlyCollection<long> rows, OutboxOutcome outcome)
    {
        await using var db = await databases.CreateDbContextAsync();
        await (rows.Count > 0 ? StoreAsync(Of(db, batch).Where(m => rows.Contains(m.Id)), outcome, null) : Task.CompletedTask);
        if (outcome.IsUnfollowed)
        {
            await db.Accounts.Where(a => db.Outbox.Where(m => rows.Contains(m.Id)).Select(m => m.AccountId).Contains(a.Id)).ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, false));
        }
    }

    /// <summary>From now on two messages, each with an id of its own.</summary>
    internal async Task<IReadOnlyList<MassBatch>> SplitAsync(MassBatch batch)
    {
        var (half, now) = (batch.Members.Count / 2, DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()));
        List<MassBatch> halves = [.. new[] { batch.Members.Take(half), batch.Members.Skip(half) }.Select(m => m.ToList())
            .Select(m => batch with { Id = $"{RecipientTaker.BatchId(batch.Push, m[0].Id)}n{m.Count}", TakenAt = now, Members = m })];
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var part in halves)
        {
            var (first, last) = (part.Members[0].Id, part.Members[^1].Id);
            await Of(db, batch).Where(m => m.Id >= first && m.Id <= last).ExecuteUpdateAsync(set => set.SetProperty(m => m.WeChatId, part.Id).SetProperty(m => m.TakenAt, now));
        }

        await transaction.CommitAsync();
        return halves;
    }

    /// <summary>It has waited to be sent: taken anew.</summary>
    /// <returns>Null where it was found as lost meanwhile.</returns>
    internal async Task<MassBatch?> RetakeAsync(MassBatch batch)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return await Of(db, batch).ExecuteUpdateAsync(set => set.SetProperty(m => m.TakenAt, now)) > 0 ? batch with { TakenAt = now } : null;
    }

    /// <summary>
    /// Some did not get it, and WeChat does not say who: of all of them nobody knows. Its word may come before its answer to the call: then it is
    /// the one message that is on its way, if it has as many receivers.
    /// </summary>
    /// <param name="total">To how many it went, by WeChat's word.</param>
    /// <returns>Of how many.</returns>
    internal async Task<int> DoubtAsync(string weChatId, long total, int? errCode, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var known = db.Outbox.Where(m => m.Channel == OutboxChannel.Mass && m.WeChatId == weChatId);
        if (await known.AnyAsync(ct))
        {
            return await DoubtAsync(known.Where(m => m.State == OutboxState.Sent)); // of the others it is known already
        }

        var pushes = await db.Pushes.Where(p => p.ByMass && p.State != PushState.Done).Select(p => p.Id).ToListAsync(ct);
        var onTheirWay = new List<string>();
        foreach (var push in pushes)
        {
            onTheirWay.AddRange(await db.Outbox.Where(m => m.PushId == push && m.State == OutboxState.Sending && m.Channel == OutboxChannel.Mass).Select(m => m.WeChatId!).Distinct().ToListAsync(ct));
        }

        if (onTheirWay is not [var only])
        {
            return 0;
        }

        var batch = db.Outbox.Where(m => m.PushId != null && pushes.Contains(m.PushId.Value) && m.State == OutboxState.Sending && m.Channel == OutboxChannel.Mass && m.WeChatId == only);
        return await batch.CountAsync(ct) == total ? await DoubtAsync(batch) : 0;

        Task<int> DoubtAsync(IQueryable<OutboxMessage> messages) => messages.ExecuteUpdateAsync(
            set => set.SetProperty(m => m.State, OutboxState.Unknown).SetProperty(m => m.EndedAt, now).SetProperty(m => m.ErrCode, errCode).SetProperty(m => m.WeChatId, weChatId), ct);
    }

    private Task<int> StoreAsync(IQueryable<OutboxMessage> messages, OutboxOutcome outcome, string? weChatId)
    {
        var now = clock.GetUtcNow();
        return messages.ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, outcome.State)
            .SetProperty(m => m.EndedAt, outcome.State == OutboxState.Waiting ? null : now)
            .SetProperty(m => m.DueAt, m => outcome.Again ?? m.DueAt)
            .SetProperty(m => m.WeChatId, weChatId)
            .SetProperty(m => m.ErrCode, outcome.ErrCode)
            .SetProperty(m => m.Rid, outcome.Rid));
    }

    private static IQueryable<OutboxMessage> Of(BotDb db, MassBatch batch) => Sending(db, batch.Push).Where(m => m.WeChatId == batch.Id && m.TakenAt == batch.TakenAt);

    private static IQueryable<OutboxMessage> Sending(BotDb db, OpenPush push)
        => db.Outbox.Where(m => m.PushId == push.Id && m.State == OutboxState.Sending && m.Channel == OutboxChannel.Mass);
}
