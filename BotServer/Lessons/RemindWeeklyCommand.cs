using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>"每周提醒": once before each lesson closes.</summary>
internal sealed class RemindWeeklyCommand(Reminders reminders, ReminderWords words, ContentLibrary content) : IBotCommand
{
    public static string Name => "remind-weekly";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        var isRefused = (await reminders.AskWeeklyAsync(asked.By, ct)).IsRefused(out _, out var reminder);
        var now = isRefused ? "" : content.Reply("reminder.this-week", ("at", ChinaTime.Say(reminder!.At, asked.At)));
        var hasCredit = reminder?.HasCredit ?? (await reminders.ReadAsync(asked.By, ct)).HasCredit;
        return Reply.Text(content.Reply("reminder.weekly", ("this", now), ("how", words.How(asked, hasCredit))));
    }
}
