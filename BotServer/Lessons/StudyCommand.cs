using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Lessons;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>"学习": hands over the open lesson as a card.</summary>
internal sealed class StudyCommand(LessonPlan plan, EntryLinks links, SiteOptions site, ContentLibrary content) : IBotCommand
{
    public static string Name => "study";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if ((await plan.CurrentAsync(ct)).IsRefused(out var refusal, out var lesson))
        {
            return await RefuseAsync(refusal, ct);
        }

        var text = content.Reply(
            "study.text",
            ("season", $"{lesson.Id.Season}"),
            ("period", $"{lesson.Id.Period}"),
            ("minutes", $"{Math.Max(1, (lesson.MinSeconds + 59) / 60)}"),
            ("closes", ChinaTime.Say(lesson.ClosesAt, asked.At)),
            ("left", ChinaTime.Left(lesson.ClosesAt, asked.At)));
        var link = links.To($"/y/lessons/{lesson.Id}", asked.By.Id, asked.MessageKey);
        var cover = lesson.Cover is { } path && path.StartsWith('/') ? site.At(path) : lesson.Cover ?? "";
        return Reply.News(content.Reply("study.title", ("title", lesson.Title)), text, cover, link);
    }

    private async Task<Reply> RefuseAsync(Refusal refusal, CancellationToken ct)
        => refusal == LessonPlan.Paused && await plan.PauseAsync(ct) is { } pause
            ? content.Refuse(refusal, ("name", pause.Told), ("until", $"{pause.To.Month}月{pause.To.Day}日"))
            : content.Refuse(refusal);
}
