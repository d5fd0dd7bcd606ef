using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Staff;

/// <summary>发给我: texts into the linked WeChat of somebody of the staff, one try each; what has no answer is not sent again.</summary>
public sealed class StaffTexts(BotDb db, StaffLinks links, Vault vault, WeChatApi api, IOptions<WeChatOptions> options)
{
    public static readonly Refusal NotLinked = new(RefusalKind.Conflict, "staff-text.not-linked", "No WeChat is linked.");
    public static readonly Refusal Off = new(RefusalKind.Conflict, "staff-text.off", "The account's AppId or AppSecret is empty.");
    public static readonly Refusal Outside = new(RefusalKind.Conflict, "staff-text.outside", "WeChat takes texts only for 48 hours, and only five, after the person has written.");
    public static readonly Refusal NotTaken = new(RefusalKind.Conflict, "staff-text.not-taken", "WeChat answered with another errcode.");
    public static readonly Refusal Silent = new(RefusalKind.Conflict, "staff-text.silent", "WeChat did not answer: it may have been sent.");

    /// <param name="text">Under 2,000 bytes; may hold links of the chat.</param>
    public async Task<Result<bool>> SendAsync(int staffId, string text, CancellationToken ct)
    {
        if (await links.AccountOfAsync(staffId, ct) is not { } known)
        {
            return NotLinked;
        }

        var account = known.AppId == options.Value.Mp.AppId ? WeChatAccount.Mp : WeChatAccount.Mini;
        if (!api.IsOn(account))
        {
            return Off;
        }

        var address = await db.Accounts.AsNoTracking().Where(a => a.Id == known.Id).Select(a => a.OpenIdSealed).FirstAsync(ct);
        try
        {
            await api.Messages.SendAsync(account, vault.Open(address), CustomMessage.Text(text), ct);
            return true;
        }
        catch (WeChatException e)
        {
            return e.Verdict.Effect is WeChatEffect.Unfollowed or WeChatEffect.WindowClosed or WeChatEffect.WindowUsedUp ? Outside : NotTaken;
        }
        catch (WeChatSilenceException)
        {
            return Silent;
        }
    }
}
