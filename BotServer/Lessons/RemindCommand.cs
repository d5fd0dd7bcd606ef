using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>"提醒": once before the open lesson closes.</summary>
internal sealed class RemindCommand(Reminders reminders, LessonPlan plan, ReminderWords words, ContentLibrary content) : IBotCommand
{
    public static string Name => "remind";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if ((await reminders.AskAsync(asked.By, ct)).IsRefused(out var refusal, out var reminder))
        {
            return refusal == LessonPlan.Paused && await plan.PauseAsync(ct) is { } pause
                ? content.Refuse(refusal, ("name", pause.Told), ("until", $"{pause.To.Month}月{pause.To.Day}日"))
                : content.Refuse(refusal);
        }

        return Reply.Text(content.Reply(
            "reminder.asked", ("at", ChinaTime.Say(reminder.At, asked.At)), ("title", reminder.Lesson.Title), ("how", words.How(asked, reminder.HasCredit))));
    }
}
