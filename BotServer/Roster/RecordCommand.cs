using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Roster;

/// <summary>"我的": where one belongs and what one has studied.</summary>
internal sealed class RecordCommand(Belongings belongings, StudyRecords records, OrganisationTree tree, ContentLibrary content) : IBotCommand
{
    public static string Name => "record";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        var studied = Studied(await records.FindAsync(asked.By.PersonId, ct), asked.At);
        var belonging = await belongings.FindAsync(asked.By, ct);
        if (belonging.OrganisationId is not { } organisationId)
        {
            return Reply.Text(content.Reply(belonging.Waits ? "record.waiting" : "record.visitor", ("studied", studied)));
        }

        var organisation = (await tree.AllAsync(ct)).Find(organisationId)?.Path ?? "";
        return Reply.Text(content.Reply(
            "record.member", ("name", belonging.Name ?? ""), ("organisation", organisation), ("category", belonging.Category!.Value.Word()), ("studied", studied)));
    }

    private string Studied(StudyRecord? record, DateTimeOffset now)
    {
        if (record is null)
        {
            return content.Reply("record.none");
        }

        var lines = record.Latest.Select(l => content.Reply(
            "record.lesson", ("id", l.Id.ToString()), ("title", l.Title), ("at", ChinaTime.Say(l.At, now)), ("late", l.Late ? content.Reply("record.late") : "")));
        return content.Reply(
            "record.studied",
            ("season", record.Season.ToString(CultureInfo.InvariantCulture)),
            ("count", record.Count.ToString(CultureInfo.InvariantCulture)),
            ("lessons", string.Join('\n', lines)));
    }
}
