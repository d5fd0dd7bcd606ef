using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Lessons;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>What a new follower sees: the lesson is one tap away.</summary>
internal sealed class WelcomeCommand(LessonPlan plan, EntryLinks links, ContentLibrary content) : IBotCommand
{
    public static string Name => "welcome";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        var open = !(await plan.CurrentAsync(ct)).IsRefused(out _, out var lesson);
        var line = open
            ? content.Reply(
                "welcome.lesson",
                ("title", lesson!.Title),
                ("closes", ChinaTime.Say(lesson.ClosesAt, asked.At)),
                ("link", links.To($"/y/lessons/{lesson.Id}", asked.By.Id, asked.MessageKey)))
            : content.Reply("welcome.no-lesson");
        return Reply.Text(content.Reply("welcome", ("lesson", line)));
    }
}
