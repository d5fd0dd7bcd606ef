using Bot.Core.Content;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Staff;

/// <summary>"工作台" and a code from the console, or the code alone: links the account to somebody of the staff.</summary>
internal sealed class StaffLinkCommand(StaffLinks links, ContentLibrary content) : IBotCommand
{
    public static string Name => "staff-link";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if (asked.Words.Length == 0)
        {
            return Reply.Text(content.Reply("staff-link.how"));
        }

        var result = await links.LinkAsync(asked.By, asked.Words, asked.MessageKey, ct);
        return !result.IsRefused(out var refusal, out var login) ? Reply.Text(content.Reply("staff-link.linked-to", ("login", login)))
            : asked.Turn is not null && (refusal == StaffLinks.CodeUnknown || refusal == StaffLinks.TooManyTries) ? Answer.NotMine // a bare code may be a branch's
            : content.Refuse(refusal);
    }
}
