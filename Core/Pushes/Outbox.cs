using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Something to be told with an answer.</summary>
/// <param name="Code">Key of its sentence.</param>
/// <param name="Push">What is told instead of a sentence; null for a message of the person's own.</param>
/// <param name="IsFirst">The first push that this person reads in the chat.</param>
/// <param name="Text">Of a reply of the help line: what is told instead of the sentence.</param>
public sealed record ToldMessage(string Code, Push? Push = null, bool IsFirst = false, string? Text = null);

/// <summary>What accounts are told with the answer to their next message, where it was not sent before.</summary>
public sealed class Outbox(IDbContextFactory<BotDb> databases, Accounts accounts, HelpOutbox help, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Who has not written for so long does not want to hear of it any more.</summary>
    private static readonly TimeSpan WaitsFor = TimeSpan.FromDays(180);

    private const int ForgottenAtOnce = 2_000;

    /// <summary>Others may write meanwhile.</summary>
    private static readonly TimeSpan BetweenPortions = TimeSpan.FromMilliseconds(5);

    private static readonly OutboxState[] Untold = [OutboxState.Waiting, OutboxState.Parked];

    private static readonly Func<BotDb, int, string, IAsyncEnumerable<OutboxMessage>> Waiting = EF.CompileAsyncQuery(
        (BotDb db, int accountId, string messageKey) => db.Outbox.AsNoTracking()
            .OrderBy(m => m.Id).Where(m => m.AccountId == accountId && (m.State == OutboxState.Waiting || m.State == OutboxState.Parked || m.ToldWith == messageKey)));

    /// <summary>
    /// What to add to the answer to this message; once told it is not told again, except to a repeat of the message. What is on its way already
    /// is not told, nor what is not so any more. Of pushes one at a time, where it fits: the others wait for the next message.
    /// </summary>
    /// <param name="fits">Whether a push, or a reply of the help line, can be told beside these.</param>
    /// <param name="helpOnly">Nothing else: the person talks with somebody.</param>
    public async Task<IReadOnlyList<ToldMessage>> TakeAsync(int accountId, string messageKey, Func<IReadOnlyList<ToldMessage>, ToldMessage, bool> fits, bool helpOnly, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var waiting = new List<OutboxMessage>();
        await foreach (var message in Waiting(db, accountId, messageKey).WithCancellation(ct))
        {
            if (!helpOnly || HelpOutbox.IsHelp(message.Code))
            {
                waiting.Add(message);
            }
        }

        var (untold, stale) = (new List<long>(), new List<long>());
        foreach (var message in waiting.Where(m => m.ToldWith is null && m.PushId is null && !HelpOutbox.IsReply(m.Code)))
        {
            (await OutboxNotices.HoldsAsync(db, accountId, message.Code, message.MessageKey, now, ct) ? untold : stale).Add(message.Id);
        }

        await EndAsync(stale, OutboxState.Void, null);
        if (await EndAsync(untold, OutboxState.Told, messageKey) < untold.Count)
        {
            // A sender was quicker with some of them.
            var told = await db.Outbox.Where(m => untold.Contains(m.Id) && m.ToldWith == messageKey).Select(m => m.Id).ToListAsync(ct);
            untold.RemoveAll(id => !told.Contains(id));
        }

        List<ToldMessage> messages = [.. waiting.Where(m => m.PushId is null && !HelpOutbox.IsReply(m.Code) && (m.ToldWith is not null || untold.Contains(m.Id))).Select(m => m.Code).Reverse().Distinct().Reverse().Select(code => new ToldMessage(code))];
        foreach (var reply in waiting.Where(m => HelpOutbox.IsReply(m.Code)))
        {
            if (await help.TextAsync(db, reply.MessageKey, ct) is not { } text)
            {
                await EndAsync(reply.ToldWith is null ? [reply.Id] : [], OutboxState.Void, null);
                continue;
            }

            // What does not fit is told with the next answer, and whatever came after it, too: the order of a talk is kept.
            var told = new ToldMessage(reply.Code, Text: text);
            if (reply.ToldWith is null && !fits(messages, told))
            {
                break;
            }

            if (reply.ToldWith is not null || await EndAsync([reply.Id], OutboxState.Told, messageKey) > 0)
            {
                messages.Add(told);
            }
        }

        if (waiting.Exists(m => m.PushId is not null) && await PushAsync() is { } push)
        {
            messages.Add(push);
        }

        return messages;

        async Task<int> EndAsync(List<long> ids, OutboxState state, string? toldWith)
            => ids.Count == 0 ? 0 : await db.Outbox.Where(m => ids.Contains(m.Id) && Untold.Contains(m.State)).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.State, state).SetProperty(m => m.ToldWith, toldWith).SetProperty(m => m.EndedAt, now), ct);

        async Task<ToldMessage?> PushAsync()
        {
            var ids = waiting.Where(m => m.PushId is not null).Select(m => m.PushId!.Value).ToList();
            var pushes = await db.Pushes.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
            var isFirst = !await db.Outbox.AnyAsync(m => m.AccountId == accountId && m.PushId != null && m.ToldWith != messageKey && (m.State == OutboxState.Told || (m.State == OutboxState.Sent && m.Channel == OutboxChannel.Mass)), ct);
            if (waiting.Find(m => m.PushId is not null && m.ToldWith is not null) is { } repeated)
            {
                return new ToldMessage(repeated.Code, pushes[repeated.PushId!.Value], isFirst);
            }

            var personId = await db.Accounts.Where(a => a.Id == accountId).Select(a => a.PersonId).FirstOrDefaultAsync(ct);
            var wants = await PushWishes.IsWantedAsync(db, personId, ct);
            var over = waiting.Where(m => m.PushId is { } id && (!wants || pushes[id].EndsAt <= now)).Select(m => m.Id).ToList();
            await EndAsync(over, OutboxState.Void, null);
            foreach (var message in waiting.Where(m => m.PushId is { } id && pushes[id].State != PushState.Stopped && !over.Contains(m.Id)))
            {
                var told = new ToldMessage(message.Code, pushes[message.PushId!.Value], isFirst);
                if (fits(messages, told) && await EndAsync([message.Id], OutboxState.Told, messageKey) > 0)
                {
                    return told;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// WeChat's word, later, about notifications that it took. What did not reach the person is told with the answer to the next message.
    /// The word may come before the answer to the call, or about one to which no answer came: where only one of the account's notifications has no
    /// id yet, it is that one's; among several nobody knows.
    /// </summary>
    public async Task LearnAsync(string appId, SubscribeMsgSent sent, CancellationToken ct)
    {
        var failed = sent.Outcomes.Where(o => o.ErrorCode != 0 && o.MsgId.Length > 0).ToList();
        if (failed.Count == 0 || await accounts.FindAsync(appId, sent.FromUserName, ct) is not { } account)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var outcome in failed)
        {
            var own = db.Outbox.Where(m => m.AccountId == account.Id);
            var known = own.Where(m => m.WeChatId == outcome.MsgId);
            var meant = known.Where(m => m.State == OutboxState.Sent);
            if (!await known.AnyAsync(ct))
            {
                var nameless = await own.Where(m => m.Channel == OutboxChannel.Notification && (m.WeChatId == null || m.WeChatId == "")
                    && (m.State == OutboxState.Sending || m.State == OutboxState.Sent || m.State == OutboxState.Unknown)).Select(m => m.Id).Take(2).ToListAsync(ct);
                long? only = nameless is [var id] ? id : null;
                meant = own.Where(m => m.Id == only && (m.State == OutboxState.Sending || m.State == OutboxState.Sent || m.State == OutboxState.Unknown));
            }

            await meant.ExecuteUpdateAsync(set => set
                .SetProperty(m => m.State, OutboxState.Parked).SetProperty(m => m.ErrCode, (int)outcome.ErrorCode).SetProperty(m => m.WeChatId, outcome.MsgId), ct);
        }
    }

    /// <summary>
    /// Removes people's own messages that are over for a month, and what has waited for half a year, some at a time. The recipients of pushes go
    /// with their push.
    /// </summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (over, tooLong) = (clock.GetUtcNow() - KeptFor, clock.GetUtcNow() - WaitsFor);
        for (var from = DateTimeOffset.UnixEpoch; ;)
        {
            var old = await db.Outbox
                .Where(m => m.PushId == null && m.At >= from && m.At < over && m.State != OutboxState.Sending && (m.At < tooLong || !Untold.Contains(m.State)))
                .OrderBy(m => m.At).Take(ForgottenAtOnce).Select(m => new { m.Id, m.At }).ToListAsync(ct);
            if (old.Count == 0)
            {
                return;
            }

            var ids = old.Select(m => m.Id).ToList();
            from = old[^1].At;
            await db.Outbox.Where(m => ids.Contains(m.Id)).ExecuteDeleteAsync(ct);
            await Task.Delay(BetweenPortions, clock, ct);
        }
    }
}
