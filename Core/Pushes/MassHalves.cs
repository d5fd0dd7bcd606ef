using Bot.Core.Privacy;
using Bot.Core.WeChat;

namespace Bot.Core.Pushes;

/// <summary>
/// A mass message that WeChat refuses as a whole for one address goes out in halves, until the address is found. One for a process: what waits
/// here when it ends is found as lost, and sent under its id.
/// </summary>
internal sealed class MassHalves(MassRows rows, OutcomeKeeper keeper, Vault vault, TimeProvider clock)
{
    /// <summary>WeChat may take no more than a hundred mass messages a day: most of them are for whole ones.</summary>
    private const int MostInADay = 50;

    /// <summary>So few are asked for one by one, which sends nothing.</summary>
    private const int AskedSingly = 8;

    private readonly Dictionary<int, Queue<MassBatch>> _waiting = [];
    private (DateOnly Day, int Count) _made;

    /// <summary>The next half of this push that is to be sent.</summary>
    public async Task<MassBatch?> NextAsync(OpenPush push)
    {
        while (_waiting.TryGetValue(push.Id, out var halves) && halves.TryDequeue(out var half))
        {
            if (await rows.RetakeAsync(half) is { } mine)
            {
                return mine;
            }
        }

        return null;
    }

    /// <summary>Settles a refused message: halves of it follow, or it is known whose address it was, or there is no call left to find it.</summary>
    /// <returns>Some wait again.</returns>
    public async Task<bool> SplitAsync(WeChatApi api, MassBatch batch, OutboxOutcome refused)
    {
        if (batch.Members.Count <= AskedSingly)
        {
            return await AskAsync(api, batch, refused);
        }

        var today = ChinaTime.DateOf(clock.GetUtcNow());
        _made = _made.Day == today ? _made : (today, 0);
        if (_made.Count + 2 > MostInADay)
        {
            await keeper.KeepAsync(() => rows.StoreAsync(batch, refused with { State = OutboxState.Parked }, null));
            return false;
        }

        _made.Count += 2;
        var waiting = _waiting.TryGetValue(batch.Push.Id, out var known) ? known : _waiting[batch.Push.Id] = new();
        await keeper.KeepAsync(async () =>
        {
            foreach (var half in await rows.SplitAsync(batch))
            {
                waiting.Enqueue(half);
            }
        });
        return false;
    }

    /// <summary>Whom WeChat knows waits for another message; if it knows all of them, they read it with their next message.</summary>
    private async Task<bool> AskAsync(WeChatApi api, MassBatch batch, OutboxOutcome refused)
    {
        var (known, wrong) = (new List<long>(), new List<(long Id, OutboxOutcome Outcome)>());
        foreach (var member in batch.Members)
        {
            var follows = true;
            var asked = await OutboxOutcome.OfAsync(
                OutboxChannel.Mass,
                async () =>
                {
                    follows = (await api.Followers.InfoAsync(vault.Open(member.OpenIdSealed), default)).Follows;
                    return null;
                },
                TimeSpan.Zero,
                clock);
            switch (asked)
            {
                case { State: OutboxState.Sent } when follows:
                    known.Add(member.Id);
                    break;
                case { State: OutboxState.Sent } or { IsUnfollowed: true }:
                    wrong.Add((member.Id, refused with { State = OutboxState.Parked, IsUnfollowed = true }));
                    break;
                case { State: OutboxState.Refused }:
                    wrong.Add((member.Id, refused with { State = OutboxState.Refused, ErrCode = asked.ErrCode, Rid = asked.Rid }));
                    break;
            }
        }

        foreach (var (id, outcome) in wrong)
        {
            await keeper.KeepAsync(() => rows.StoreAsync(batch, [id], outcome));
        }

        var isFound = wrong.Count > 0;
        await keeper.KeepAsync(() => rows.StoreAsync(batch, isFound ? known : [], new OutboxOutcome(OutboxState.Waiting)));
        await keeper.KeepAsync(() => rows.StoreAsync(batch, refused with { State = OutboxState.Parked }, null)); // the rest
        return isFound && known.Count > 0;
    }
}
