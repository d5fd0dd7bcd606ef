using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>"不用提醒": none any more. Who gets reports is told that these go on, and where they end.</summary>
internal sealed class RemindOffCommand(Reminders reminders, Reports reports, ContentLibrary content) : IBotCommand
{
    public static string Name => "remind-off";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        await reminders.StopAsync(asked.By, ct);
        return Reply.Text(content.Reply("reminder.off") + (await reports.IsToldAsync(asked.By.Id, ct) ? "\n" + content.Reply("reminder.off-reports") : ""));
    }
}
