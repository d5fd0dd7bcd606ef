using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>"不用提醒": none any more.</summary>
internal sealed class RemindOffCommand(Reminders reminders, ContentLibrary content) : IBotCommand
{
    public static string Name => "remind-off";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        await reminders.StopAsync(asked.By, ct);
        return Reply.Text(content.Reply("reminder.off"));
    }
}
