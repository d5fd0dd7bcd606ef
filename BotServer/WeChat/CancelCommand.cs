using Bot.Core.Content;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>"取消": ends the dialogue; nothing of it was stored.</summary>
internal sealed class CancelCommand(Dialogues dialogues, ContentLibrary content) : IBotCommand
{
    public static string Name => "cancel";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
        => Reply.Text(content.Reply(await dialogues.FindAsync(asked.By.Id, ct) is null ? "nothing-to-cancel" : "cancelled"));
}
