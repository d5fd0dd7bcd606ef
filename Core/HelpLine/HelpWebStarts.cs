using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.HelpLine;

/// <summary>Cases that begin on a page or in the mini program. The talk itself is in the official account's chat: only there does an answer reach the person.</summary>
public sealed class HelpWebStarts(BotDb db, HelpDoor door, HelpIntake intake, HelpStarts starts, IOptions<WeChatOptions> wechat)
{
    public static readonly Refusal LineClosed = new(RefusalKind.Conflict, "help.line-closed", "Nobody answers here now; the telephone numbers hold.");
    public static readonly Refusal FollowFirst = new(RefusalKind.Conflict, "help.follow-first", "The person has no account in the official account's chat.");

    /// <summary>Begins a case with what was chosen, or finds the open one: of that nothing changes, but who is in danger now calls somebody.</summary>
    /// <param name="called">At most <see cref="HelpStarts.MostCalled"/> characters, longer ones are cut; null or "" for none.</param>
    /// <param name="formKey">A repeat begins nothing twice.</param>
    public async Task<Result<HelpCase>> BeginAsync(KnownAccount by, HelpTopic? topic, HelpUrgency? urgency, HelpAge? age, string? called, string formKey, CancellationToken ct)
    {
        if (!await door.IsOpenAsync(ct))
        {
            return LineClosed;
        }

        var appId = wechat.Value.Mp.AppId;
        var accountId = by.AppId == appId ? by.Id
            : await db.Accounts.Where(a => a.PersonId == by.PersonId && a.AppId == appId).Select(a => (int?)a.Id).FirstOrDefaultAsync(ct);
        if (accountId is not { } id)
        {
            return FollowFirst;
        }

        var known = await intake.FindAsync(id, ct);
        var begun = await intake.BeginAsync(id, formKey, null, ct, onPage: true);
        if (urgency == HelpUrgency.Crisis && known is { State: HelpState.Open })
        {
            await intake.RaiseAsync(begun, ct);
        }

        var name = called?.Trim() ?? "";
        HelpChoice?[] answers = [new(Topic: topic), new(Urgency: urgency), new(Age: age), name.Length == 0 ? null : new(Called: name.Length > HelpStarts.MostCalled ? name[..HelpStarts.MostCalled] : name)];
        while (begun is { State: HelpState.Starting, Step: < HelpStep.Done })
        {
            begun = await starts.AnswerAsync(begun, answers[(int)begun.Step], $"{formKey}:{begun.Step}", ct);
        }

        return begun;
    }

    /// <returns>The person's open case, of whichever account; null for none, and for one that the person has left.</returns>
    public async Task<HelpCase?> FindAsync(KnownAccount by, CancellationToken ct)
    {
        var appId = wechat.Value.Mp.AppId;
        var accountId = by.AppId == appId ? by.Id : await db.Accounts.Where(a => a.PersonId == by.PersonId && a.AppId == appId).Select(a => (int?)a.Id).FirstOrDefaultAsync(ct);
        return accountId is { } id && await intake.FindAsync(id, ct) is { State: HelpState.Open, LeftAt: null } open ? open : null;
    }
}
