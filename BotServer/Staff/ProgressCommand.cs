using System.Globalization;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Staff;

/// <summary>"进度": a secretary's way to the own organisation's figures, without a password.</summary>
internal sealed class ProgressCommand(Secretaries secretaries, OrganisationTree tree, EntryLinks links, ContentLibrary content) : IBotCommand
{
    public static string Name => "progress";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if ((await secretaries.OrganisationAsync(asked.By, ct)).IsRefused(out var refusal, out var organisation))
        {
            return content.Refuse(refusal);
        }

        var path = string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{organisation}");
        return Reply.Text(content.Reply(
            "progress.link",
            ("organisation", (await tree.AllAsync(ct)).Find(organisation)?.Name ?? ""),
            ("link", links.To(path, asked.By.Id, asked.MessageKey))));
    }
}
