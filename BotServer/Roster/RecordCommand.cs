using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Roster;

/// <summary>"我的": where one belongs and what one has studied.</summary>
internal sealed class RecordCommand(
    Belongings belongings, OwnRecords records, TransferLists transfers, OrganisationTree tree, EntryLinks links, ContentLibrary content) : IBotCommand
{
    /// <summary>As many as a phone shows without scrolling.</summary>
    private const int Shown = 5;

    private const int MaxPlaceBytes = 180;

    /// <summary>Where a session shows all of it.</summary>
    private const string PagePath = "/y/me";

    public static string Name => "record";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        var link = links.To(PagePath, asked.By.Id, asked.MessageKey);
        return new Answer(
            Reply.Text(await TextAsync(asked, ct) + "\n" + content.Reply("record.all", ("link", link))),
            IfTooLong: new NewsReply(content.Reply("record.card"), content.Reply("record.card-text"), "", link));
    }

    private async Task<string> TextAsync(Asked asked, CancellationToken ct)
    {
        var studied = Studied(await records.ReadAsync(asked.By.PersonId, ct), asked.At);
        var belonging = await belongings.FindAsync(asked.By, ct);
        if (belonging.OrganisationId is not { } organisationId)
        {
            return content.Reply(belonging.Waits ? "record.waiting" : "record.visitor", ("studied", studied));
        }

        var all = await tree.AllAsync(ct);
        var member = content.Reply(
            "record.member", ("name", belonging.Name ?? ""), ("organisation", all.Find(organisationId)?.Path ?? ""), ("category", belonging.Category!.Value.Word()), ("studied", studied));
        return await transfers.OfPersonAsync(asked.By.PersonId, ct) is { } transfer ? member + "\n" + Words(transfer, all) : member;
    }

    /// <summary>From where to where, until when.</summary>
    private string Words(Transfer transfer, TreeSnapshot all)
        => content.Reply(
            transfer.State == TransferState.Refused ? "record.transfer-refused" : transfer is { ToId: null } && transfer.Kind.IsRemoval() ? "record.removal-open" : transfer.ToId is null ? "record.transfer-open" : "record.transfer",
            ("from", all.Find(transfer.FromId)?.Name ?? ""),
            ("to", transfer.ToId is { } to ? all.Find(to)?.PathWithin(MaxPlaceBytes) ?? "" : ""),
            ("deadline", string.Create(CultureInfo.InvariantCulture, $"{transfer.Deadline.Month}月{transfer.Deadline.Day}日")));

    private string Studied(OwnRecord record, DateTimeOffset now)
    {
        var finished = record.Periods.Where(p => p.Completion is not null).ToList();
        if (finished.Count == 0)
        {
            return content.Reply("record.none");
        }

        var lines = finished.Take(Shown).Select(p => content.Reply(
            "record.lesson",
            ("id", p.Lesson.Id.ToString()),
            ("title", p.Lesson.Title),
            ("at", ChinaTime.Say(p.Completion!.At, now)),
            ("late", p.Completion.Late ? content.Reply("record.late") : "")));
        return content.Reply(
            "record.studied",
            ("season", record.Season!.Value.ToString(CultureInfo.InvariantCulture)),
            ("count", finished.Count.ToString(CultureInfo.InvariantCulture)),
            ("lessons", string.Join('\n', lines)));
    }
}
