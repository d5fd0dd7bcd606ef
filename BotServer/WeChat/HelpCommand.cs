using Bot.Core.Content;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>"帮助": what can be typed.</summary>
internal sealed class HelpCommand(ContentLibrary content) : IBotCommand
{
    public static string Name => "help";

    public Task<Answer> AnswerAsync(Asked asked, CancellationToken ct) => Task.FromResult<Answer>(Reply.Text(content.Reply("help.text")));
}
